import { parseHTML } from 'linkedom'

/**
 * HTML as plain text: blocks on lines of their own, no scripts, no styles, entities resolved. With `links`, the address of
 * each link follows its text in brackets. Never throws; what is not HTML comes back as it is.
 */
export function plain(html: string, options: { readonly links?: boolean } = {}): string {
  const { document } = parseHTML(`<!doctype html><html><body>${html}</body></html>`)
  const body = document.body as unknown as MarkupNode
  const text: string[] = []
  // A stack of our own: markup nested 100,000 deep must not end the process.
  const open: (MarkupNode | string)[] = [body]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (typeof node === 'string') text.push(node)
    else if (node.nodeType === textNode) text.push((node.textContent ?? '').replace(/\s+/g, ' '))
    else if (!silent.test(node.nodeName)) open.push(...pieces(node, options.links === true).reverse())
  }
  return tidy(text.join(''))
}

/** The first `most` characters, cut at a word, with an ellipsis when something was left out. */
export function shorten(text: string, most: number): string {
  if (text.length <= most) return text
  const cut = text.slice(0, most - 1)
  const word = cut.lastIndexOf(' ')
  return `${cut
    .slice(0, word > most / 2 ? word : cut.length)
    .replace(/[\uD800-\uDBFF]$/, '')
    .trimEnd()}…`
}

// What is read of linkedom's nodes; the DOM's own types are not part of this program.
interface MarkupNode {
  readonly nodeType: number
  readonly nodeName: string
  readonly textContent: string | null
  readonly childNodes: Iterable<MarkupNode>
  getAttribute?(name: string): string | null
}

const textNode = 3
const silent = /^(script|style|head|title|template|noscript|iframe|object|svg|#comment)$/i
const block =
  /^(p|div|h[1-6]|ul|ol|table|tr|blockquote|pre|section|article|header|footer|figure|figcaption|hr|dl|dt|dd)$/i

function pieces(node: MarkupNode, links: boolean): (MarkupNode | string)[] {
  const inside: (MarkupNode | string)[] = [...node.childNodes]
  const name = node.nodeName
  if (/^br$/i.test(name)) return ['\n']
  if (/^li$/i.test(name)) return ['\n- ', ...inside]
  if (/^a$/i.test(name) && links) {
    const href = node.getAttribute?.('href') ?? ''
    return href === '' || href === node.textContent ? inside : [...inside, ` (${href})`]
  }
  return block.test(name) ? ['\n\n', ...inside, '\n\n'] : inside
}

function tidy(text: string): string {
  return text
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}

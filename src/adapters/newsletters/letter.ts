import { Marked } from 'marked'
import { refuse } from '../../values/fault.ts'
import { plain } from '../plain.ts'
import type { Issue } from '../ports/newsletters.ts'

/** How a reader leaves: what goes into the footer and, as headers, into the mail. */
export interface Leave {
  readonly url: string | null
  readonly mailto: string | null
}

/** An issue rendered once for all its readers. */
export interface Letter {
  readonly body: string
  readonly text: string
}

/**
 * Renders the Markdown of an issue, which may be hostile: raw HTML becomes its text, links lead only to http, https and mailto,
 * images only to https. Fault: `input.invalid` when it is nested too deep to be rendered.
 */
export function renderIssue(issue: Issue): Letter {
  const sources = issue.sources.filter((source) => webLink(source.url) && !issue.markdown.includes(source.url))
  const list = sources.map(
    (source) => `<li><a href="${escapeHtml(source.url)}">${escapeHtml(source.title || source.url)}</a></li>`,
  )
  const body = renderMarkdown(issue.markdown) + (list.length > 0 ? `<h2>Sources</h2><ul>${list.join('')}</ul>` : '')
  return { body, text: plain(body, { links: true }) }
}

/** The letter to one reader: the rendered issue and a footer with the way out. */
export function addressLetter(letter: Letter, issue: Issue, leave: Leave): { text: string; html: string } {
  const way = leave.url ?? (leave.mailto === null ? null : `mailto:${leave.mailto.replace(/^mailto:/i, '')}`)
  const footer =
    way === null ? '<p>To unsubscribe, answer this mail.</p>' : `<p><a href="${escapeHtml(way)}">Unsubscribe</a></p>`
  const words = way === null ? 'To unsubscribe, answer this mail.' : `Unsubscribe: ${way}`
  return {
    text: `${letter.text}\n\n-- \n${words}\n`,
    html:
      '<!doctype html><html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">' +
      `<title>${escapeHtml(issue.subject)}</title></head>` +
      '<body style="max-width:38em;margin:0 auto;padding:1em;font:16px/1.5 sans-serif">' +
      `${letter.body}<hr>${footer}</body></html>`,
  }
}

/** Markdown as HTML that holds nothing but the tags that Markdown knows. */
export function renderMarkdown(markdown: string): string {
  try {
    return renderer.parse(markdown, { async: false })
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    refuse('input.invalid', { what: 'The Markdown of the issue', why: 'it is nested too deep' })
  }
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`)
}

const webLink = (href: string): boolean => /^https?:\/\//i.test(href)

const renderer = new Marked({
  renderer: {
    html({ text, block }) {
      const words = escapeHtml(plain(text))
      return block && words !== '' ? `<p>${words}</p>` : words
    },
    link({ href, tokens }) {
      const inside = this.parser.parseInline(tokens)
      return webLink(href) || /^mailto:/i.test(href) ? `<a href="${escapeHtml(href)}">${inside}</a>` : inside
    },
    image({ href, text }) {
      const words = escapeHtml(text)
      return /^https:\/\//i.test(href) ? `<img src="${escapeHtml(href)}" alt="${words}" style="max-width:100%">` : words
    },
  },
})

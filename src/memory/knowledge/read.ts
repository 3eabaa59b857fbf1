import type { Entry, Head, Wrong } from './head.ts'
import { headOf, isWrong } from './head.ts'

/** What a Markdown file is: knowledge, a document that is none of our business, or knowledge with something wrong in it. */
export type Reading =
  | { readonly is: 'knowledge'; readonly head: Head }
  /** `said`: its head says that it is none. */
  | { readonly is: 'document'; readonly said: boolean }
  | { readonly is: 'wrong'; readonly wrong: Wrong }

/** The lines of a head at most, and its UTF-16 units: nobody writes more by hand, and what reads it must not be kept busy. */
const mostLines = 100
const longestHead = 8000

/**
 * Reads the head of a file: between two lines `---`, keys with a text or a list of texts, as YAML writes them. No more of YAML is
 * understood: no anchors, no tags, no values inside values. Never throws, whatever the text.
 */
export async function readKnowledge(text: string): Promise<Reading> {
  const parts = split(text)
  if (parts === undefined) return document
  if (parts === 'open') return claimsKind(text) ? wrong(1, 'its head has no end', endOfHead) : document
  const entries = await entriesOf(parts.head)
  if (isWrong(entries)) return claimsKind(parts.head) ? { is: 'wrong', wrong: entries } : document
  const kind = entries.find(({ key }) => key === 'kind')
  if (kind?.value === 'document') return { is: 'document', said: true }
  // Many documents have a head of their own; one that has no kind, and nothing like it, is no knowledge.
  if (!kind && !entries.some(({ key }) => likeKind.test(key))) return document
  const head = headOf(entries, parts.body, parts.bodyLine)
  return isWrong(head) ? { is: 'wrong', wrong: head } : { is: 'knowledge', head }
}

/** What a reader is given of a file: its text without the head, and of a rule its sentence first. */
export function bodyOf(text: string, head: Head): string {
  const parts = split(text)
  const body = (parts === undefined || parts === 'open' ? text : parts.body).replaceAll('\r\n', '\n').trim()
  if (head.kind !== 'rule') return body
  const sentence = `${head.must === 'always' ? 'Always' : 'Never'}: ${head.what}`
  return body === '' ? sentence : `${sentence}\n\n${body}`
}

/** True of a text that begins as a head does. `start` may be its first bytes only. */
export function beginsWithHead(start: string): boolean {
  return opening.test(start)
}

const document: Reading = { is: 'document', said: false }
const opening = /^\uFEFF?---[ \t]*\r?\n/
const closing = /^(?:---|\.\.\.)[ \t]*\r?$/m
const likeKind = /^(kind|kinds|kid|kin|kimd|knid|type|kinf)$/i
const endOfHead = `Write a line "---" after it; it has at most ${mostLines} lines`

function split(text: string): { head: string; body: string; bodyLine: number } | 'open' | undefined {
  const from = opening.exec(text)?.[0].length
  if (from === undefined) return undefined
  const start = text.slice(from, from + longestHead)
  const end = closing.exec(start)
  if (!end || start.slice(0, end.index).split('\n').length > mostLines) return 'open'
  const head = start.slice(0, end.index)
  const body = text.slice(from + end.index + end[0].length + 1)
  return { head, body, bodyLine: head.split('\n').length + 2 }
}

function claimsKind(text: string): boolean {
  return /^kind[ \t]*:[ \t]*(template|rule|policy|playbook)\b/m.test(text.slice(0, longestHead))
}

function wrong(line: number, why: string, write: string): Reading {
  return { is: 'wrong', wrong: { line, why, write } }
}

/** The entries of a head. The parser is 10 MB in memory, and is loaded by who changed a file. */
async function entriesOf(head: string): Promise<Entry[] | Wrong> {
  const { isMap, isScalar, isSeq, LineCounter, parseDocument, visit } = await import('yaml')
  const lines = new LineCounter()
  // The line of the file: the head begins on its second.
  const lineAt = (offset: number | undefined): number => lines.linePos(offset ?? 0).line + 1
  // `failsafe`: every value is a text, so that a title may be `No` or `2026`.
  const read = parseDocument(head, {
    schema: 'failsafe',
    stringKeys: true,
    lineCounter: lines,
    prettyErrors: false,
    logLevel: 'silent',
  })
  const [error] = read.errors
  if (error) return { line: lineAt(error.pos[0]), why: firstLine(error.message), write: plainly }
  if (!isMap(read.contents)) return { line: 2, why: 'its head has no keys', write: plainly }
  const odd: Wrong[] = []
  visit(read, {
    Node: (_key, node) => {
      const { anchor, tag } = node as { anchor?: string; tag?: string }
      if (anchor === undefined && tag === undefined) return
      odd.push({ line: lineAt(node.range?.[0]), why: 'anchors and tags are not understood in a head', write: plainly })
    },
  })
  if (odd[0]) return odd[0]
  const entries: Entry[] = []
  for (const { key, value } of read.contents.items) {
    const line = isScalar(key) ? lineAt(key.range?.[0]) : 2
    const name = isScalar(key) ? String(key.value) : ''
    if (value === null || isScalar(value)) entries.push({ key: name, line, value: String(value?.value ?? '') })
    else if (isSeq(value) && value.items.every(isScalar))
      entries.push({ key: name, line, value: value.items.map((item) => String((item as { value: unknown }).value)) })
    else return { line, why: `"${name.slice(0, 40)}" is neither a text nor a list of texts`, write: plainly }
  }
  return entries
}

const plainly =
  'Write each as "key: text", and a list as "key: [one, two]"; put quotes around a text with a colon in it'

function firstLine(message: string): string {
  return (message.split('\n')[0] ?? 'it cannot be read').slice(0, 200)
}

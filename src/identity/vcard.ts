import { refuse } from '../values/fault.ts'
import type { ContactRow, ReadContacts, RefusedRow } from './contact-row.ts'
import { eachOnce } from './each-once.ts'
import { shown } from './text.ts'
import { cardContact } from './vcard-contact.ts'

/** More cards are refused before anything is imported. */
const maxCards = 100_000
/** Of one card, in UTF-16 units, without its pictures: fifty addresses and a long note. */
const maxCard = 64 * 1024
/** Pictures, sounds and keys: they are left out line by line, before anything reads them. */
const blobs = new Set(['PHOTO', 'LOGO', 'SOUND', 'KEY'])
/** Cards between which everything else has its turn. */
const cardsAtOnce = 200

/**
 * Reads the whole of a vCard text (RFC 2426: 3.0, RFC 6350: 4.0) before anyone acts on it. Lines of the file count from 1, and a card
 * is named by the line where it begins. Faults: `vcard.unreadable`, `input.too-large`.
 */
export async function readCards(source: string, text: string): Promise<ReadContacts> {
  // With its tables of dates and time zones, which only an import needs.
  const { default: parser } = await import('ical.js')
  const rows: ContactRow[] = []
  const refused: RefusedRow[] = []
  let count = 0
  for (const card of cards(source, text)) {
    count += 1
    if (count > maxCards) {
      refuse('input.too-large', { what: source, size: `more than ${maxCards} cards`, limit: `${maxCards} cards` })
    }
    if (count % cardsAtOnce === 0) await new Promise((resolve) => setImmediate(resolve))
    const read = readCard(card, (content) => parser.parse(content))
    if ('why' in read) refused.push(read)
    else rows.push(read)
  }
  if (count === 0) refuse('vcard.unreadable', { path: source, line: 1, why: 'no line says BEGIN:VCARD' })
  return eachOnce(rows, refused)
}

interface Card {
  readonly line: number
  readonly lines: readonly string[]
  /** With what was left out for its length. */
  readonly length: number
}

function readCard(card: Card, parse: (content: string) => unknown): ContactRow | RefusedRow {
  const { line, lines, length } = card
  if (length > maxCard) return { line, why: `it has more than ${maxCard} characters besides its pictures` }
  const version = lines
    .find((one) => /^VERSION:/i.test(one))
    ?.slice('VERSION:'.length)
    .trim()
  if (version !== '3.0' && version !== '4.0') {
    return { line, why: `it is of version ${version?.slice(0, 10) ?? 'none'}; export it as vCard 3.0 or 4.0` }
  }
  let parsed: unknown
  try {
    parsed = parse(lines.join('\r\n'))
  } catch (error) {
    // The parser's own kind of error, and whatever else it stumbles over: the file is from outside.
    if (!(error instanceof Error)) throw error
    return { line, why: `it cannot be read: ${shown(error.message)}` }
  }
  return cardContact(parsed, line)
}

/** The cards of a text, unfolded and without pictures. What is too long keeps its count of characters and nothing more. */
function* cards(source: string, text: string): Generator<Card> {
  let open: { line: number; lines: string[]; length: number } | undefined
  for (const { line, content } of unfolded(text)) {
    const word = content.trim().toUpperCase()
    if (word === 'BEGIN:VCARD') {
      if (open) refuse('vcard.unreadable', { path: source, line, why: `the card of line ${open.line} has no end` })
      open = { line, lines: [content.trim()], length: 0 }
    } else if (open && word === 'END:VCARD') {
      yield { ...open, lines: [...open.lines, 'END:VCARD'] }
      open = undefined
    } else if (open && content.trim() !== '' && !blobs.has(nameOf(content))) {
      open.length += content.length
      if (open.length <= maxCard) open.lines.push(content)
    }
  }
  if (open) refuse('vcard.unreadable', { path: source, line: open.line, why: 'the card has no end' })
}

/** `item1.PHOTO;ENCODING=b:…` is a PHOTO. */
function nameOf(line: string): string {
  const head = line.slice(0, 100).split(/[:;]/, 1)[0] ?? ''
  return head.slice(head.indexOf('.') + 1).toUpperCase()
}

/** Lines, with those that go on in the next one (which begins with a blank) put together. */
function* unfolded(text: string): Generator<{ line: number; content: string }> {
  let number = 0
  let begun: { line: number; parts: string[] } | undefined
  for (const match of text.matchAll(/[^\r\n]*(?:\r\n|\r|\n|$)/g)) {
    if (match[0] === '') break
    number += 1
    const content = match[0].replace(/[\r\n]+$/, '')
    if (begun && /^[ \t]/.test(content)) {
      begun.parts.push(content.slice(1))
      continue
    }
    if (begun) yield { line: begun.line, content: begun.parts.join('') }
    begun = { line: number, parts: [content] }
  }
  if (begun) yield { line: begun.line, content: begun.parts.join('') }
}

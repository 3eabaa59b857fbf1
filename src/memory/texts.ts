import type { StoredEvent } from '../telemetry/event.ts'
import type { Json } from '../values/json.ts'
import { isoInstant } from '../values/time.ts'
import { changedLines } from './edit-lines.ts'

/** A piece of text that an event holds, and how much it matters by what it is: from 0 to 1. */
export interface Piece {
  readonly text: string
  readonly weight: number
}

/** Another way to take texts out of events needs another index: this number says which one a file was made in. */
export const textsVersion = 2

/** The kinds that hold words worth finding again. All others are the machinery. */
export const tellingKinds = [
  'interaction.recorded',
  'identity.fact-recorded',
  'commitment.made',
  'commitment.kept',
  'commitment.dropped',
  'run.started',
  'task.done',
  'gate.decided',
  'effect.intended',
  'webhook.received',
] as const satisfies readonly StoredEvent['kind'][]

/**
 * The texts of an event, in pieces of at most `longestPiece`; always the same for the same event. For a decision `before` is what the
 * card of its gate showed: what the operator changed of it is worth more than the rest. Never throws.
 */
export function textsOf(event: StoredEvent, before?: Json): readonly Piece[] {
  if (event.payload === null) return []
  switch (event.kind) {
    case 'interaction.recorded': {
      const { who, by, text } = event.payload
      const speaker = who ?? (by === 'us' ? 'We' : 'They')
      return pieces(text, mostPieces).map((piece) => ({ text: `${speaker}: ${piece}`, weight: 0.5 }))
    }
    case 'identity.fact-recorded': {
      const when = validity(event.payload, event.at)
      return whole(leaves(event.payload.value, event.payload.key), 0.7, 4).map(({ text, weight }) => ({
        text: `${text}${when}`,
        weight,
      }))
    }
    case 'commitment.made': {
      const { by, what, dueAt } = event.payload
      const due = dueAt === null ? '' : ` (by ${isoInstant(dueAt).slice(0, 10)})`
      return [{ text: `${by === 'us' ? 'We promised' : 'They promised'}: ${what}${due}`, weight: 0.8 }]
    }
    case 'commitment.kept':
      return [{ text: `Kept: ${event.payload.why}`, weight: 0.4 }]
    case 'commitment.dropped':
      return [{ text: `Dropped: ${event.payload.why}`, weight: 0.4 }]
    case 'run.started':
      return whole(leaves(event.payload.input, event.payload.workflow), 0.3, 4)
    case 'task.done':
      return whole(leaves(event.payload.output, event.payload.madeBy?.doer ?? ''), 0.4, 8)
    case 'gate.decided':
      return decided(event.payload, before)
    case 'effect.intended':
      return whole(leaves(event.payload.input, event.payload.action), 0.3, 2)
    case 'webhook.received':
      return whole(leaves(event.payload.body, event.payload.source), 0.3, 4)
    default:
      return []
  }
}

// A few sentences: short enough to be one line of a context, long enough to be understood alone.
const longestPiece = 700
// 65 536 characters, the longest interaction, are some 100 pieces.
const mostPieces = 128
// More of an output is data, not words: a table, a list of thousands.
const mostLeaves = 200
// Nobody writes deeper; whoever sends a value of thousands of brackets must not stop the index.
const deepest = 64

type Told = NonNullable<Extract<StoredEvent, { kind: 'identity.fact-recorded' }>['payload']>

/** What begins after it was told, or ends, says so wherever it is read. */
function validity({ validFrom, validUntil }: Told, toldAt: number): string {
  const day = (at: NonNullable<Told['validFrom']>): string => isoInstant(at).slice(0, 10)
  const said = [
    ...(validFrom !== undefined && validFrom > toldAt ? [`from ${day(validFrom)}`] : []),
    ...(validUntil === undefined ? [] : [`until ${day(validUntil)}`]),
  ]
  return said.length === 0 ? '' : ` (${said.join(', ')})`
}

function decided(
  { verdict, comment, content }: { verdict: string; comment: string | null; content: Json },
  before: Json | undefined,
): Piece[] {
  const said = comment === null ? [] : [{ text: `The operator (${verdict}): ${comment}`, weight: 0.9 }]
  if (verdict !== 'edited' || before === undefined) return said
  const changed = changedLines(before, content)
  const text = changed.map(({ from, to }) => `The operator changed "${from}" to "${to}"`).join('\n')
  return [...said, ...pieces(text, 8).map((piece) => ({ text: piece, weight: 0.9 }))]
}

function whole(lines: readonly string[], weight: number, most: number): Piece[] {
  return pieces(lines.join('\n'), most).map((text) => ({ text, weight }))
}

/** `path: value` for each text, number and truth in a value. Names that machines gave (ids, hashes) say nothing. */
function leaves(value: Json, path: string): string[] {
  const found: string[] = []
  const walk = (part: Json, at: string, depth: number): void => {
    if (found.length >= mostLeaves || part === null || depth > deepest) return
    if (Array.isArray(part)) for (const item of part) walk(item, at, depth + 1)
    else if (typeof part === 'object') {
      for (const [key, inner] of Object.entries(part)) walk(inner as Json, at === '' ? key : `${at} ${key}`, depth + 1)
    } else if (typeof part !== 'string' || !machineName.test(part)) {
      const words = String(part).trim()
      if (words !== '') found.push(at === '' ? words : `${at}: ${words}`)
    }
  }
  walk(value, path, 0)
  return found
}

const machineName = /^([a-z]{3}_[0-9a-z_]+|[0-9a-f]{32,})$/

/** Cut at the end of a paragraph, a line, a sentence or a word, whichever is the last that fits. */
export function pieces(text: string, most: number): string[] {
  const cut: string[] = []
  let rest = text.trim()
  while (rest.length > longestPiece && cut.length < most) {
    const head = rest.slice(0, longestPiece)
    const end = Math.max(head.lastIndexOf('\n\n'), lastSentence(head), head.lastIndexOf('\n'))
    const at = end > longestPiece / 3 ? end : Math.max(head.lastIndexOf(' '), 0) || lastWhole(head)
    cut.push(rest.slice(0, at).trim())
    rest = rest.slice(at).trim()
  }
  return (rest === '' || cut.length >= most ? cut : [...cut, rest]).filter((piece) => piece !== '')
}

/** A sign of two UTF-16 units stays one. */
function lastWhole(head: string): number {
  return /[\uD800-\uDBFF]$/.test(head) ? head.length - 1 : head.length
}

function lastSentence(text: string): number {
  const ends = [...text.matchAll(/[.!?…。！？]\s/gu)]
  return (ends.at(-1)?.index ?? -2) + 1
}

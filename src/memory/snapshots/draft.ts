import type { Commitment } from '../../identity/commitment.ts'
import type { Fact } from '../../identity/fact.ts'
import { localTime } from '../../values/local-time.ts'
import type { Origin } from '../../values/origin.ts'
import type { Instant } from '../../values/time.ts'
import type { Source } from '../line.ts'
import type { Passage } from '../passage.ts'

/** What may become a line: written out and counted only when its turn comes. */
export interface Draft {
  readonly source: Source
  readonly origin: Origin
  readonly at: Instant
  /** What its relevance is judged by. */
  readonly words: string
  /** From 0 to 1, without regard to purpose and age. */
  readonly importance: number
  readonly why: string
  /** The line itself, without an end of line in it. */
  readonly text: () => string
}

/** A line is a line: a longer value is cut, and its source has the whole. UTF-16 units. */
const longestText = 800
/** Of a value; with room for white space that a line leaves out. UTF-16 units. */
const longestKept = 2 * longestText

/** `price: 4,800 EUR a month (2026-03-01)`. */
export function factDraft(fact: Fact, why: string, timeZone: string): Draft {
  const { key } = fact
  const when = whenOf(fact)
  const value = beginningOf(typeof fact.value === 'string' ? fact.value : JSON.stringify(fact.value))
  return {
    source: { tier: 'history', seq: fact.source, kind: 'identity.fact-recorded', identity: fact.identity },
    origin: fact.origin,
    at: fact.recordedAt,
    words: `${key.replaceAll(/[-_.]/g, ' ')}: ${value}`,
    importance: fact.confidence * (fact.origin === 'operator' ? 1 : 0.9),
    why,
    text: () => `${key}: ${oneLine(value)} (${validity(when, timeZone)})`,
  }
}

/** `We promised: send the draft (by 2026-03-05, overdue; 2026-02-01)`. */
export function commitmentDraft(
  { identity, by, origin, made, madeAt, dueAt }: Commitment,
  what: string,
  { now, timeZone }: { readonly now: Instant; readonly timeZone: string },
): Draft {
  const overdue = dueAt !== null && dueAt < now
  return {
    source: { tier: 'history', seq: made, kind: 'commitment.made', identity },
    origin,
    at: madeAt,
    words: what,
    importance: overdue ? 1 : 0.9,
    why: `${by === 'us' ? 'promised' : 'owed to us'}${overdue ? ', overdue' : ''}`,
    text: () => {
      const due = dueAt === null ? '' : `by ${dayOf(dueAt, timeZone)}${overdue ? ', overdue' : ''}; `
      return `${by === 'us' ? 'We' : 'They'} promised: ${oneLine(what)} (${due}${dayOf(madeAt, timeZone)})`
    },
  }
}

/** `2026-03-01 Ana: …`. */
export function passageDraft(passage: Passage, why: string, timeZone: string): Draft {
  const { seq, kind, identity, origin, at, text, weight } = passage
  return {
    source: { tier: 'history', seq, kind, identity },
    origin,
    at,
    words: text,
    importance: weight,
    why,
    text: () => `${dayOf(at, timeZone)} ${oneLine(text)}`,
  }
}

type When = Pick<Fact, 'recordedAt' | 'validFrom' | 'validUntil' | 'confidence'>

function whenOf({ recordedAt, validFrom, validUntil, confidence }: Fact): When {
  return { recordedAt, validFrom, validUntil, confidence }
}

/** A fact may be a page, and 500 of them are kept: of a long one a copy of what a line can show, which does not hold the rest. */
function beginningOf(value: string): string {
  return value.length <= longestKept ? value : Buffer.from(value.slice(0, longestKept)).toString()
}

function validity({ recordedAt, validFrom, validUntil, confidence }: When, timeZone: string): string {
  return [
    dayOf(recordedAt, timeZone),
    ...(validFrom === null ? [] : [`from ${dayOf(validFrom, timeZone)}`]),
    ...(validUntil === null ? [] : [`until ${dayOf(validUntil, timeZone)}`]),
    ...(confidence === 1 ? [] : [`${Math.round(confidence * 100)}% sure`]),
  ].join(', ')
}

function dayOf(at: Instant, timeZone: string): string {
  return localTime(at, timeZone).slice(0, 10)
}

// Text from outside cannot begin a line of its own, nor hide what a reader would not see.
function oneLine(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim()
  return line.length > longestText ? `${line.slice(0, longestText).toWellFormed()}…` : line
}

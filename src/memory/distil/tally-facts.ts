import { canonical, type Json } from '../../values/json.ts'
import { formatUsd, microUsd } from '../../values/money.ts'
import { type Instant, isoInstant } from '../../values/time.ts'
import { byCount, type Decided, type Side, type Spread, spans, type Tally } from './tally.ts'

/** A fact that counts: what it says can be checked event by event, so it is certain. */
export interface Counted {
  readonly key: string
  readonly value: Json
  readonly confidence: number
}

// Fewer answers than these are no habit.
const habit = 3
const shownTopics = 8
const shownVoices = 8
// A word that comes back in so many messages is a topic; how well that guesses was not measured.
const topicAt = 3
const topicConfidence = 0.5

/** What of a tally is worth a fact, and changed since the tally before. */
export function changedFacts(before: Tally, after: Tally): readonly Counted[] {
  const known = new Map(factsOf(before).map(({ key, value }) => [key, canonical(value)]))
  return factsOf(after).filter(({ key, value }) => known.get(key) !== canonical(value))
}

function factsOf(tally: Tally): Counted[] {
  const found: (Counted | undefined)[] = [
    messages(tally),
    replies(tally),
    voices(tally),
    topics(tally),
    letters(tally),
    promises(tally),
    ...Object.entries(tally.decisions).map(([about, decided]) => decision(about, decided)),
  ]
  return found.filter((fact) => fact !== undefined)
}

const certain = (key: string, value: Json): Counted => ({ key, value, confidence: 1 })
const day = (at: Instant | null): string | null => (at === null ? null : isoInstant(at).slice(0, 10))

function messages({ messages: { us, them }, notes, first, last, channels }: Tally): Counted | undefined {
  if (us + them + notes === 0) return undefined
  return certain('count.messages', {
    them,
    us,
    ...(notes > 0 ? { notes } : {}),
    since: day(first),
    lastFromThem: day(last.them),
    lastFromUs: day(last.us),
    by: Object.fromEntries(Object.entries(channels).sort(byCount)),
  })
}

function replies({ replies: found }: Tally): Counted | undefined {
  const sides = (['them', 'us'] as const).filter((side) => sum(found[side]) >= habit)
  if (sides.length === 0) return undefined
  const value = Object.fromEntries(
    sides.map((side: Side) => [side, { usually: usually(found[side]), of: sum(found[side]) }]),
  )
  return certain('count.reply-time', value)
}

function voices({ voices: found }: Tally): Counted | undefined {
  const most = Object.entries(found).sort(byCount).slice(0, shownVoices)
  return most.length < 2 ? undefined : certain('count.voices', Object.fromEntries(most))
}

function topics({ topics: found }: Tally): Counted | undefined {
  const often = Object.entries(found).filter(([, count]) => count >= topicAt)
  if (often.length === 0) return undefined
  const value = often
    .sort(byCount)
    .slice(0, shownTopics)
    .map(([word]) => word)
  return { key: 'count.topics', value, confidence: topicConfidence }
}

function letters({ letters: found }: Tally): Counted | undefined {
  const some = Object.entries(found).filter(([, count]) => count > 0)
  return some.length === 0 ? undefined : certain('count.letters', Object.fromEntries(some))
}

function promises({ promises: { us, them } }: Tally): Counted | undefined {
  if (us.kept + us.dropped + them.kept + them.dropped === 0) return undefined
  return certain('count.promises', { us: { ...us }, them: { ...them } })
}

function decision(about: string, { verdicts, took, edited, amounts }: Decided): Counted {
  const counts = Object.fromEntries(Object.entries(verdicts).filter(([, count]) => count > 0))
  return certain(`decided.${about}`, {
    ...counts,
    usually: usually(took),
    ...(verdicts.edited > 0 ? { wordsChanged: Math.round((100 * edited) / verdicts.edited) / 100 } : {}),
    ...(amounts ? { least: dollars(amounts.least), most: dollars(amounts.most), last: dollars(amounts.last) } : {}),
  })
}

const dollars = (micros: number): string => formatUsd(microUsd(micros))
const sum = (spread: Spread): number => spread.reduce((all, count) => all + count, 0)

/** Half of them and more took no longer. */
function usually(spread: Spread): string {
  const half = sum(spread) / 2
  let seen = 0
  for (const [index, { says }] of spans.entries()) {
    seen += spread[index] ?? 0
    if (seen >= half) return `within ${says}`
  }
  return 'longer than a week'
}

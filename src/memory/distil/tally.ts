import type { StoredEvent } from '../../telemetry/event.ts'
import type { DecisionFeatures } from '../../telemetry/memory-event.ts'
import { type Origin, worstOrigin } from '../../values/origin.ts'
import { hours, type Instant, minutes } from '../../values/time.ts'
import { featuresOf } from './decision-features.ts'
import { ownWords } from './own-words.ts'
import type { Stretch } from './stretch.ts'
import { topicsIn } from './topics.ts'

export type Side = 'us' | 'them'

/** How often within each of `spans`, and longer. */
export type Spread = readonly number[]

/** What is counted of an identity, over all stretches until now. Its size is bounded whatever the history. */
export interface Tally {
  /** The worst of all that is counted. */
  readonly origin: Origin
  readonly first: Instant | null
  readonly last: Readonly<Record<Side, Instant | null>>
  readonly messages: Readonly<Record<Side, number>>
  readonly notes: number
  readonly channels: Readonly<Record<string, number>>
  readonly replies: Readonly<Record<Side, Spread>>
  /** Whose word is unanswered, by conversation: the latest ones. */
  readonly unanswered: readonly { readonly thread: string | null; readonly by: Side; readonly at: Instant }[]
  readonly voices: Readonly<Record<string, number>>
  readonly topics: Readonly<Record<string, number>>
  readonly letters: Readonly<Record<'sent' | 'refused' | 'bounced' | 'unsubscribed', number>>
  readonly promises: Readonly<Record<Side, { readonly kept: number; readonly dropped: number }>>
  readonly decisions: Readonly<Record<string, Decided>>
}

export interface Decided {
  readonly verdicts: Readonly<Record<DecisionFeatures['verdict'], number>>
  readonly took: Spread
  /** The sum of the shares that were edited. */
  readonly edited: number
  readonly amounts: { readonly least: number; readonly most: number; readonly last: number } | null
}

/** What replies and decisions are measured by; what is longer is the last of a spread. */
export const spans = [
  { within: minutes(5), says: '5 minutes' },
  { within: hours(1), says: 'an hour' },
  { within: hours(24), says: 'a day' },
  { within: hours(7 * 24), says: 'a week' },
] as const
const nothingYet: Spread = [0, 0, 0, 0, 0]
// Who has more conversations at a time than these is measured by the latest.
const mostUnanswered = 16
const mostVoices = 20
const mostChannels = 20
const mostTopics = 100
const mostDecisions = 40

/** The tally of an identity of which nothing was counted yet. */
export const emptyTally: Tally = {
  origin: 'system',
  first: null,
  last: { us: null, them: null },
  messages: { us: 0, them: 0 },
  notes: 0,
  channels: {},
  replies: { us: nothingYet, them: nothingYet },
  unanswered: [],
  voices: {},
  topics: {},
  letters: { sent: 0, refused: 0, bounced: 0, unsubscribed: 0 },
  promises: { us: { kept: 0, dropped: 0 }, them: { kept: 0, dropped: 0 } },
  decisions: {},
}

/** The tally with a stretch more, and which of its events changed nothing in it. */
export function tallied(before: Tally, stretch: Stretch): { readonly tally: Tally; readonly unused: StoredEvent[] } {
  let tally = before
  const unused: StoredEvent[] = []
  for (const event of stretch.events) {
    const next = counted(tally, event, stretch)
    if (next === tally) unused.push(event)
    else tally = { ...next, origin: worstOrigin([tally.origin, event.origin]) }
  }
  return { tally, unused }
}

function counted(tally: Tally, event: StoredEvent, { around }: Stretch): Tally {
  if (event.payload === null) return tally
  switch (event.kind) {
    case 'interaction.recorded':
      return withInteraction(tally, event.payload)
    case 'gate.decided': {
      const features = featuresOf(event, around)
      return features ? withDecision(tally, features) : tally
    }
    case 'effect.done':
    case 'effect.refused':
      return isLetter(around.actions.get(event.payload.key))
        ? withLetter(tally, event.kind === 'effect.done' ? 'sent' : 'refused')
        : tally
    case 'identity.member-changed':
      return event.payload.status === 'active' ? tally : withLetter(tally, event.payload.status)
    case 'commitment.kept':
    case 'commitment.dropped': {
      const by = around.promisers.get(event.payload.commitment)
      const how = event.kind === 'commitment.kept' ? 'kept' : 'dropped'
      if (by === undefined) return tally
      const { promises } = tally
      return { ...tally, promises: { ...promises, [by]: { ...promises[by], [how]: promises[by][how] + 1 } } }
    }
    default:
      return tally
  }
}

type Interaction = NonNullable<Extract<StoredEvent, { kind: 'interaction.recorded' }>['payload']>

function withInteraction(tally: Tally, said: Interaction): Tally {
  const { by, happenedAt: at, channel, who } = said
  const first = tally.first === null || at < tally.first ? at : tally.first
  // A note is what the operator writes about them, not what is said to them.
  if (channel === 'note') return { ...tally, first, notes: tally.notes + 1 }
  const last = tally.last[by]
  return {
    ...tally,
    first,
    last: { ...tally.last, [by]: last === null || at > last ? at : last },
    messages: { ...tally.messages, [by]: tally.messages[by] + 1 },
    channels: oneMore(tally.channels, [channel], mostChannels),
    voices: who === null || by === 'us' ? tally.voices : oneMore(tally.voices, [who], mostVoices),
    topics: oneMore(tally.topics, topicsIn(ownWords(said.text)), mostTopics),
    ...answered(tally, said),
  }
}

/** Who answers ends the other's waiting in this conversation, and waits from now on; who says more waits since the first word. */
function answered(
  { replies, unanswered }: Tally,
  { thread, by, happenedAt: at }: Interaction,
): Pick<Tally, 'replies' | 'unanswered'> {
  const open = unanswered.find((one) => one.thread === thread)
  if (open?.by === by) return { replies, unanswered }
  const others = unanswered.filter((one) => one !== open)
  const rest = [...others, { thread, by, at }].slice(-mostUnanswered)
  // History that is taken in backwards has answers before their questions: these measure nothing.
  if (!open || at < open.at) return { replies, unanswered: rest }
  return { replies: { ...replies, [by]: spreadWith(replies[by], at - open.at) }, unanswered: rest }
}

function withDecision(tally: Tally, { about, verdict, took, edited, amount }: DecisionFeatures): Tally {
  const before = ofOwn(tally.decisions, about) ?? {
    verdicts: { approved: 0, edited: 0, returned: 0, rejected: 0 },
    took: nothingYet,
    edited: 0,
    amounts: null,
  }
  if (!Object.hasOwn(tally.decisions, about) && Object.keys(tally.decisions).length >= mostDecisions) return tally
  const { least = amount, most = amount } = before.amounts ?? {}
  const decided: Decided = {
    verdicts: { ...before.verdicts, [verdict]: before.verdicts[verdict] + 1 },
    took: spreadWith(before.took, took),
    edited: before.edited + edited,
    amounts:
      amount === null
        ? before.amounts
        : { least: Math.min(least ?? amount, amount), most: Math.max(most ?? amount, amount), last: amount },
  }
  return { ...tally, decisions: { ...tally.decisions, [about]: decided } }
}

const isLetter = (action: string | undefined): boolean => action === 'mail.send' || action === 'newsletters.send'

function withLetter(tally: Tally, what: keyof Tally['letters']): Tally {
  return { ...tally, letters: { ...tally.letters, [what]: tally.letters[what] + 1 } }
}

function spreadWith(spread: Spread, length: number): Spread {
  const found = spans.findIndex(({ within }) => length <= within)
  const place = found === -1 ? spans.length : found
  return spread.map((count, index) => (index === place ? count + 1 : count))
}

/** One more of each of these names. Where there are too many names, those that are seldom go: what comes often comes back. */
function oneMore(
  counts: Readonly<Record<string, number>>,
  names: readonly string[],
  most: number,
): Readonly<Record<string, number>> {
  if (names.length === 0) return counts
  const next = new Map(Object.entries(counts))
  for (const name of names) next.set(name, (next.get(name) ?? 0) + 1)
  // Only now and then, as it sorts: at twice as many.
  const all = next.size <= 2 * most ? [...next] : [...next].sort(byCount).slice(0, most)
  return Object.fromEntries(all)
}

// A name is a text from outside: `constructor` must find nothing.
function ofOwn<T>(counts: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(counts, name) ? counts[name] : undefined
}

/** The most frequent first; of equal ones in the order of the alphabet, so that the same history gives the same tally. */
export function byCount([one, many]: readonly [string, number], [other, few]: readonly [string, number]): number {
  return few - many || (one < other ? -1 : 1)
}

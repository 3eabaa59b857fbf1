import type { Offer } from './pack.ts'
import type { Passages, Within } from './passage.ts'
import { type Asked, understand, type Wondering } from './query.ts'
import type { Ranked } from './rank.ts'
import type { Part } from './weigh.ts'

/** An offer, and what its score is made of. */
export interface Weighed {
  readonly offer: Offer
  readonly parts: readonly Part[]
}

/** Understands a question that may name dates: those of a past that ended long ago are meant from its end. */
export async function askOf(passages: Passages, within: Within, wondering: Wondering): Promise<Asked> {
  const asked = understand(wondering)
  if (asked.spans.length === 0) return asked
  const last = (await passages.newest(within, 1))[0]?.at
  if (last === undefined || asked.spans.some(({ from }) => from <= last)) return asked
  return understand({ ...wondering, now: last })
}

/** What the journal has on a question, as it was ranked. */
export function historyOffers(ranked: readonly Ranked[]): Weighed[] {
  return ranked.map(weighed)
}

function weighed({ candidate, score, parts }: Ranked): Weighed {
  const { passage, conversation, terms } = candidate
  const { seq, kind, identity, origin, at, text, id } = passage
  const why = whyOf(parts)
  const line = { text, source: { tier: 'history', seq, kind, identity }, origin, at, score, why } as const
  return { offer: { line, conversation, order: id, terms }, parts }
}

/** The reasons that weigh most, in a few words. */
export function whyOf(parts: readonly Part[]): string {
  const best = parts.toSorted((one, other) => other.worth - one.worth).slice(0, 3)
  return best.map(({ what }) => what).join('; ')
}

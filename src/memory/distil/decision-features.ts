import type { StoredEvent } from '../../telemetry/event.ts'
import type { DecisionFeatures } from '../../telemetry/memory-event.ts'
import type { Json } from '../../values/json.ts'
import { between } from '../../values/time.ts'
import { keptWords } from '../kept-words.ts'
import type { Around } from './stretch.ts'

/** The numbers on which a decision at a gate was made, or `undefined` where the gate cannot be read any more. */
export function featuresOf(
  { seq, at, origin, payload }: Extract<StoredEvent, { kind: 'gate.decided' }>,
  { gates }: Around,
): DecisionFeatures | undefined {
  const gate = payload && gates.get(payload.gate)
  if (!gate) return undefined
  const { card, openedAt } = gate
  return {
    seq,
    about: card.actions[0] ?? card.reason,
    verdict: payload.verdict,
    took: between(openedAt, at),
    edited: payload.verdict === 'edited' ? changedShare(card.content, payload.content) : 0,
    origin,
    amount: card.amount?.cost ?? null,
    recipients: card.recipients?.count ?? null,
    confidence: card.rawConfidence ?? null,
  }
}

// A letter has some 2 000 words. What is longer is compared by its beginning.
const mostWords = 20_000

/** The share of words that one has and the other has not, wherever they stand: 0 for the same words, 1 for no word in common. */
export function changedShare(before: Json, after: Json): number {
  const old = wordsIn(before)
  const now = wordsIn(after)
  const kept = keptWords(old, now)
  const all = old.length + now.length
  return all === 0 ? 0 : Math.round((1 - (2 * kept) / all) * 1000) / 1000
}

function wordsIn(value: Json): string[] {
  const words: string[] = []
  collect(value, words)
  return words.slice(0, mostWords)
}

function collect(value: Json, words: string[]): void {
  if (words.length >= mostWords || value === null) return
  if (Array.isArray(value)) for (const member of value) collect(member, words)
  else if (typeof value === 'object') for (const member of Object.values(value)) collect(member, words)
  else words.push(...String(value).split(/\s+/).filter(Boolean))
}

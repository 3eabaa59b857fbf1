import type { RunId } from '../values/id.ts'
import type { Weighed } from './history.ts'
import { whyOf } from './history.ts'
import type { Pool } from './pool.ts'
import type { Asked } from './query.ts'
import { loadTokens } from './tokens.ts'
import { wordParts } from './weigh.ts'
import { isCommon, termOf, wordsOf } from './word.ts'
import type { WorkingMemory } from './working.ts'

/** What a run keeps in mind on a question. */
export async function workingOffers(
  working: Pick<WorkingMemory, 'load' | 'keys' | 'get'>,
  run: RunId,
  asked: Asked,
  pool: Pool,
): Promise<Weighed[]> {
  const count = await loadTokens()
  await working.load(run)
  return working.keys(run).flatMap((key, order) => {
    const kept = working.get(run, key)
    if (!kept) return []
    const said = typeof kept.value === 'string' ? kept.value : JSON.stringify(kept.value)
    const text = `${key}: ${said}`
    const words = wordsOf(text).filter((word) => !isCommon(word))
    const terms = new Map<string, number>()
    for (const word of words) terms.set(termOf(word), (terms.get(termOf(word)) ?? 0) + 1)
    const found = wordParts({ terms, length: words.length }, asked.concepts, pool, words.length)
    const score = found.reduce((sum, { worth }) => sum + worth, 0)
    if (score === 0) return []
    const source = { tier: 'working', key, seq: kept.seq } as const
    const { origin } = kept
    const line = { text, tokens: count(text), source, origin, at: null, score, why: whyOf(found) } as const
    return [{ offer: { line, conversation: `run ${run}`, order, terms: new Set(terms.keys()) }, parts: found }]
  })
}

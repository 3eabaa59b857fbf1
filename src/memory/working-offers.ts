import type { IdentityId, RunId } from '../values/id.ts'
import type { Weighed } from './history.ts'
import { whyOf } from './history.ts'
import type { Pool } from './pool.ts'
import type { Asked } from './query.ts'
import { wordParts } from './weigh.ts'
import { countTerms, wordsOf } from './word.ts'
import type { WorkingMemory } from './working.ts'

/** What a run keeps in mind on a question: all of it, or what is about some identities. */
export async function workingOffers(
  working: Pick<WorkingMemory, 'load' | 'keys' | 'get'>,
  { run, identities }: { readonly run: RunId; readonly identities?: readonly IdentityId[] | undefined },
  asked: Asked,
  pool: Pool,
): Promise<Weighed[]> {
  await working.load(run)
  return working.keys(run).flatMap((key, order) => {
    const kept = working.get(run, key)
    if (!kept || (identities && !identities.includes(kept.subject))) return []
    const said = typeof kept.value === 'string' ? kept.value : JSON.stringify(kept.value)
    const text = `${key}: ${said}`
    const { terms, length } = countTerms(wordsOf(text))
    const found = wordParts({ terms, length }, asked.concepts, pool, length)
    const score = found.reduce((sum, { worth }) => sum + worth, 0)
    if (score === 0) return []
    const source = { tier: 'working', key, seq: kept.seq } as const
    const { origin } = kept
    const line = { text, source, origin, at: null, score, why: whyOf(found) } as const
    return [{ offer: { line, conversation: `run ${run}`, order, terms }, parts: found }]
  })
}

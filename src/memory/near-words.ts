import { faultIn } from '../values/fault.ts'
import { seconds } from '../values/time.ts'
import { embed } from './embedder.ts'
import { isMeaning } from './learn-words.ts'
import type { LikenessParts } from './likeness.ts'
import type { Passages, Within } from './passage.ts'
import type { Asked } from './query.ts'
import { termOf } from './word.ts'

// As many words of a question as are looked for others of.
const mostAsked = 12
// Somebody may be waiting, and words find without.
const longest = seconds(3)

/**
 * The question, with words of the history that mean much the same as its own. Where nothing was learned yet, or the embedder fails, it is what
 * it was: what failed is told by the likeness that is asked for next. `open`: its words without those of secrets.
 */
export async function widen(
  { embedder, passages, clock }: Omit<LikenessParts, 'passages'> & { readonly passages: Pick<Passages, 'words'> },
  asked: Asked,
  open: ReadonlySet<string>,
  within: Within,
): Promise<Asked> {
  const { name } = embedder
  const words = asked.concepts
    .filter(({ word, weight }) => weight === 1 && open.has(word) && isMeaning(word))
    .slice(0, mostAsked)
    .map(({ word }) => word)
  if (words.length === 0 || (await passages.words.count(name)) === 0) return asked
  const vectors = new Map(await passages.words.of(name, words))
  const without = words.filter((word) => !vectors.has(word))
  if (without.length > 0) {
    try {
      const made = await embed({ embedder, clock, within: longest }, without)
      for (const [at, vector] of made.entries()) vectors.set(without[at] as string, vector)
    } catch (caught) {
      faultIn(caught)
    }
  }
  const own = new Set(asked.concepts.map(({ term }) => term))
  const near = new Map<string, [string, string][]>()
  for (const [word, vector] of vectors) {
    const found = await passages.words.near(name, word, vector, within)
    near.set(
      word,
      found.map((one): [string, string] => [termOf(one.word), one.word]).filter(([term]) => !own.has(term)),
    )
  }
  const concepts = asked.concepts.map((concept) => ({
    ...concept,
    others: new Map([...concept.others, ...(near.get(concept.word) ?? [])]),
  }))
  return { ...asked, concepts }
}

import { countTerms, isCommon, termOf, wordsOf } from '../word.ts'

/** What a snapshot is for, as words that can be compared. */
export interface Purpose {
  /** As they are looked up in the index; the first ones where there are many. */
  readonly words: readonly string[]
  /** The same as stems, each with the word that it came from. */
  readonly stems: ReadonlyMap<string, string>
}

/** How much of a purpose a text speaks of, from 0 to 1, and which of its words. */
export interface Relevance {
  readonly share: number
  readonly words: readonly string[]
}

/** A purpose is a sentence. Of a longer text the first words count. */
const mostWords = 12

/** The words of a purpose without those that say nothing. Pure. */
export function purposeOf(text: string): Purpose {
  const stems = new Map<string, string>()
  for (const word of wordsOf(text)) {
    if (stems.size >= mostWords) break
    if (!isCommon(word) && !stems.has(termOf(word))) stems.set(termOf(word), word)
  }
  return { words: [...stems.values()], stems }
}

/** The stems of a text: what a purpose is compared with. Pure. */
export function stemsOf(text: string): ReadonlySet<string> {
  return new Set(countTerms(wordsOf(text)).terms.keys())
}

/**
 * How relevant each text is. A word counts more the fewer of these very texts have it: nothing outside of them weighs in, so that what
 * happens to others changes no snapshot.
 */
export function relevances(purpose: Purpose, texts: readonly ReadonlySet<string>[]): Relevance[] {
  const weights = new Map<string, number>()
  for (const stem of purpose.stems.keys()) {
    const having = texts.reduce((sum, stems) => sum + (stems.has(stem) ? 1 : 0), 0)
    // The idf of BM25; a word that none of them has could not be met by any.
    if (having > 0) weights.set(stem, Math.log(1 + (texts.length - having + 0.5) / (having + 0.5)))
  }
  const whole = [...weights.values()].reduce((sum, weight) => sum + weight, 0)
  return texts.map((stems) => {
    const met = [...weights].filter(([stem]) => stems.has(stem))
    const share = whole === 0 ? 0 : met.reduce((sum, [, weight]) => sum + weight, 0) / whole
    return { share, words: met.map(([stem]) => purpose.stems.get(stem) ?? stem) }
  })
}

import { sentences, terms } from './sentence.ts'
import type { Source } from './source.ts'

/** A sentence as it stands in a source, and which source. */
export interface Quote {
  readonly sentence: string
  readonly source: Source
}

/**
 * The best sentence of each source, best source first, then the second best of each, and so on; none twice. A sentence is good when
 * it has the words that come up in many sources, those of the topic and of its own title, and when it stands early.
 */
export function ranked(sources: readonly Source[], topic: string): readonly Quote[] {
  const weight = weights(sources)
  const asked = new Set(terms(topic))
  const scored = sources.map((source) => {
    const titled = new Set(terms(source.title))
    const lines = sentences(source.text).map((sentence, place) => ({
      sentence,
      score: score(terms(sentence), weight, asked, titled) / (1 + place * laterCounts),
    }))
    return { source, lines: lines.sort((a, b) => b.score - a.score) }
  })
  scored.sort((a, b) => (b.lines[0]?.score ?? -1) - (a.lines[0]?.score ?? -1))
  const rounds = Math.max(0, ...scored.map(({ lines }) => lines.length))
  const seen = new Set<string>()
  const quotes: Quote[] = []
  for (let round = 0; round < Math.min(rounds, mostRounds); round += 1) {
    for (const { source, lines } of scored) {
      const sentence = lines[round]?.sentence
      if (sentence === undefined || seen.has(sentence)) continue
      seen.add(sentence)
      quotes.push({ sentence, source })
    }
  }
  return quotes
}

/** The words that most sources share, most shared first; ties by the alphabet. */
export function keywords(sources: readonly Source[]): readonly string[] {
  return [...weights(sources)].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).map(([word]) => word)
}

// The tenth sentence counts half of the first: news say the most important thing first.
const laterCounts = 0.1
const mostRounds = 20

/** For each word the logarithm of its count, times the share of sources that have it: a crude but stable centrality. */
function weights(sources: readonly Source[]): ReadonlyMap<string, number> {
  const counts = new Map<string, { uses: number; sources: number }>()
  for (const source of sources) {
    const words = terms(`${source.title} ${source.text}`)
    for (const word of words) {
      const count = counts.get(word) ?? { uses: 0, sources: 0 }
      counts.set(word, { ...count, uses: count.uses + 1 })
    }
    for (const word of new Set(words)) {
      const count = counts.get(word)
      if (count) counts.set(word, { ...count, sources: count.sources + 1 })
    }
  }
  return new Map([...counts].map(([word, { uses, sources: of }]) => [word, Math.log1p(uses) * (of / sources.length)]))
}

function score(
  words: readonly string[],
  weight: ReadonlyMap<string, number>,
  asked: ReadonlySet<string>,
  titled: ReadonlySet<string>,
): number {
  const own = new Set(words)
  let sum = 0
  for (const word of own) sum += (weight.get(word) ?? 0) + (asked.has(word) ? 2 : 0) + (titled.has(word) ? 1 : 0)
  // By the square root of its length: a long sentence has more words, not as many more things to say.
  return sum / Math.sqrt(own.size + 1)
}

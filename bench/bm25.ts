import { stemmer } from 'stemmer'

/** A text to be ranked, and what it costs to give it. */
export interface Text {
  readonly key: string
  readonly text: string
  readonly tokens: number
}

// The usual constants.
const k1 = 1.2
const b = 0.75

/** Plain BM25 over texts, with Porter's stems and without stop words: what recall is measured against. Gives keys, the best first. */
export function bm25(texts: readonly Text[]): (question: string) => string[] {
  const counted = texts.map(({ key, text }) => ({ key, counts: countsOf(text) }))
  const documents = new Map<string, number>()
  for (const { counts } of counted)
    for (const stem of counts.keys()) documents.set(stem, (documents.get(stem) ?? 0) + 1)
  const mean = counted.reduce((sum, { counts }) => sum + total(counts), 0) / Math.max(1, counted.length)
  const idf = (stem: string): number => {
    const has = documents.get(stem) ?? 0
    return Math.log(1 + (counted.length - has + 0.5) / (has + 0.5))
  }
  return (question) => {
    const asked = [...countsOf(question).keys()]
    const scored = counted.map(({ key, counts }) => {
      const length = total(counts)
      const score = asked.reduce((sum, stem) => {
        const count = counts.get(stem) ?? 0
        return sum + (idf(stem) * count * (k1 + 1)) / (count + k1 * (1 - b + (b * length) / mean))
      }, 0)
      return { key, score }
    })
    return scored
      .filter(({ score }) => score > 0)
      .sort((one, other) => other.score - one.score)
      .map(({ key }) => key)
  }
}

/** The keys of those that fit into a budget, taken in order; what is too long is passed over. */
export function fitting(order: readonly string[], texts: ReadonlyMap<string, Text>, budget: number): Set<string> {
  let left = budget
  const taken = new Set<string>()
  for (const key of order) {
    const tokens = texts.get(key)?.tokens ?? 0
    if (tokens > left) continue
    left -= tokens
    taken.add(key)
  }
  return taken
}

function countsOf(text: string): Map<string, number> {
  const counts = new Map<string, number>()
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []) {
    if (stopWords.has(word)) continue
    const stem = stemmer(word)
    counts.set(stem, (counts.get(stem) ?? 0) + 1)
  }
  return counts
}

function total(counts: ReadonlyMap<string, number>): number {
  let sum = 0
  for (const count of counts.values()) sum += count
  return sum
}

const stopWords = new Set(
  `a about above after again all am an and any are as at be because been before being below between both but by can could did do does
  doing down during each few for from further had has have having he her here hers him his how i if in into is it its just me more most
  my no nor not now of off on once only or other our out over own same she should so some such than that the their them then there these
  they this those through to too under until up very was we were what when where which while who whom why will with would you your
  s t d m ll ve re don didn doesn isn wasn`.split(/\s+/),
)

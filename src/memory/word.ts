import { stemmer } from 'stemmer'
import { irregularForms } from './irregular.ts'

/** The words of a text: letters and digits in lower case, without accents, as the index has them. */
export function wordsOf(text: string): string[] {
  if (ascii.test(text)) return text.toLowerCase().match(/[a-z0-9]+/g) ?? []
  const bare = text.normalize('NFKD').replace(/\p{M}+/gu, '')
  return bare.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
}

/** How often each term stands in a text, common words left out, and how many words that are. */
export function countTerms(words: readonly string[]): {
  readonly terms: ReadonlyMap<string, number>
  readonly length: number
} {
  const terms = new Map<string, number>()
  let length = 0
  for (const word of words) {
    const term = tellingTerm(word)
    if (term === '') continue
    terms.set(term, (terms.get(term) ?? 0) + 1)
    length += 1
  }
  return { terms, length }
}

/** What a word is counted as: its stem by Porter's rules, that of its base form where it is irregular (`went`: `go`). */
export function termOf(word: string): string {
  return terms.get(word) ?? stemmer(word)
}

/** All forms of an irregular word; the word alone where its endings are regular, for these the index knows. */
export function formsOf(word: string): readonly string[] {
  return forms.get(word) ?? [word]
}

/** True of words that stand in every text and tell none from another. */
export function isCommon(word: string): boolean {
  return commonWords.has(word)
}

/** True of words that make a sentence a question, and say nothing of its answer. */
export function isAsking(word: string): boolean {
  return askingWords.has(word)
}

// The same words come again and again: looked up, one takes a tenth of what its stem takes.
const seen = new Map<string, string>()
const mostSeen = 10_000

/** The term of a word, and nothing for a common one. */
function tellingTerm(word: string): string {
  const known = seen.get(word)
  if (known !== undefined) return known
  if (seen.size >= mostSeen) seen.clear()
  const term = isCommon(word) ? '' : termOf(word)
  seen.set(word, term)
  return term
}

// Three times as fast as the classes of Unicode.
const ascii = /^[\x20-\x7e\s]*$/
const forms = new Map(
  irregularForms.flatMap((group) => {
    // Of forms with one stem the index knows all by any.
    const apart = [...new Map(group.map((word) => [stemmer(word), word] as const).reverse()).values()].reverse()
    return group.map((word) => [word, apart] as const)
  }),
)
const terms = new Map(
  irregularForms.flatMap((group) => group.map((word) => [word, stemmer(group[0] ?? word)] as const)),
)

const commonWords = new Set(
  `a about above after again against all am an and any are as at be because been before being below between both but by can could did do
  does doing down during each few for from further had has have having he her here hers herself him himself his how i if in into is it
  its itself just me more most my myself no nor not now of off on once only or other our ours ourselves out over own same she should so
  some such than that the their theirs them themselves then there these they this those through to too under until up very was we were
  what when where which while who whom whose why will with would you your yours yourself yourselves
  s t d m ll ve re don doesn didn isn wasn aren weren hasn haven hadn won wouldn couldn shouldn`.split(/\s+/),
)
const askingWords = new Set(
  'many much kind kinds type types sort sorts thing things mention mentioned mentions might likely say said says tell told tells'.split(
    ' ',
  ),
)

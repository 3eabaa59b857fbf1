import type { Instant } from '../values/time.ts'
import type { Calendar } from './calendar.ts'
import { type Span, spansIn } from './dates.ts'
import { alikeWords } from './lexicon.ts'
import { formsOf, isAsking, isCommon, termOf, wordsOf } from './word.ts'

/** One thing that is asked for: a word, and others that may stand in its place. */
export interface Concept {
  readonly word: string
  readonly term: string
  /** 1 for a word of the question, less for one of its purpose. */
  readonly weight: number
  /** Terms that may stand for it. */
  readonly others: ReadonlyMap<string, string>
}

/** A question as it is understood. */
export interface Asked {
  readonly concepts: readonly Concept[]
  /** All words of the question, in their order. */
  readonly words: readonly string[]
  /** Stretches of time that it names. */
  readonly spans: readonly Span[]
  /** It wants to know when something was. */
  readonly asksWhen: boolean
  /** It wants what is newest. */
  readonly wantsNewest: boolean
}

/** A question as it is put, when, and on whose calendar. */
export interface Wondering {
  readonly query: string
  readonly purpose: string
  readonly now: Instant
  readonly calendar: Calendar
}

/** Takes a question apart: its words, what may stand for them, the dates it names. Pure. */
export function understand({ query, purpose, now, calendar }: Wondering): Asked {
  const words = wordsOf(query)
  const told = telling(words)
  const beside = telling(wordsOf(purpose)).filter((word) => !told.includes(word))
  const spans = spansIn(query, now, calendar)
  const dated = new Set(spans.flatMap(({ named }) => wordsOf(named)))
  const own = new Set([...told, ...beside].map(termOf))
  const concepts = [
    ...told.slice(0, mostConcepts).map((word) => concept(word, dated.has(word) ? dateWeight : 1, own)),
    ...beside.slice(0, mostBeside).map((word) => concept(word, purposeWeight, own)),
  ]
  const asksWhen = whenAsked.test(query)
  return { concepts, words, spans, asksWhen, wantsNewest: !asksWhen && newestAsked.test(query) }
}

/** The words to look up in the index for these concepts, and what each weighs. */
export function lookups(concepts: readonly Concept[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>()
  const add = (word: string, weight: number): void => {
    for (const form of formsOf(word)) found.set(form, Math.max(found.get(form) ?? 0, weight))
  }
  for (const { word, weight } of concepts) add(word, weight)
  const others = concepts.flatMap(({ others, weight }) => [...others.values()].map((word) => [word, weight] as const))
  for (const [word, weight] of others.slice(0, mostOthers)) add(word, weight * otherWeight)
  return found
}

/** What a word that stands for another is worth. Anything from 0.2 to 0.7 does; a question's own words must win. */
export const otherWeight = 0.4

// A question has fewer; of a whole mail the first say what it is about.
const mostConcepts = 24
const mostBeside = 8
// Each is looked up in the index: 1 to 7 ms with 1,000,000 passages.
const mostOthers = 24
// The query is what is asked; the purpose only decides between equals.
const purposeWeight = 0.25
// A date that is understood counts as a date. As a word its `14` would find any 14.
const dateWeight = 0.25

const whenAsked =
  /^\s*when\b|\b(what|which) (date|day|month|year|week)\b|\bhow (long|many (days|weeks|months|years)) (ago|since)\b|\bsince when\b/i
const newestAsked =
  /\b(recent|recently|latest|newest|currently|current|lately|these days|right now|last time|so far|nowadays)\b/i

/** The words that tell something; all of them where none does. Each once. */
function telling(words: readonly string[]): string[] {
  const some = words.filter((word) => !isCommon(word) && !isAsking(word))
  const kept = new Map((some.length > 0 ? some : words).map((word) => [termOf(word), word] as const).reverse())
  return [...kept.values()].reverse()
}

function concept(word: string, weight: number, own: ReadonlySet<string>): Concept {
  const term = termOf(word)
  const others = [...(alike.get(term) ?? [])].filter(([other]) => !own.has(other))
  return { word, term, weight, others: new Map(others) }
}

const alike = alikeByTerm()

function alikeByTerm(): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const found = new Map<string, Map<string, string>>()
  const add = (one: string, other: string): void => {
    if (termOf(one) === termOf(other)) return
    const some = found.get(termOf(one)) ?? new Map<string, string>()
    found.set(termOf(one), some.set(termOf(other), other))
  }
  for (const group of alikeWords) for (const one of group) for (const other of group) add(one, other)
  return found
}

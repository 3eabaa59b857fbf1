import { related, relatedWorth } from './feedback.ts'
import type { Candidate, Pool } from './pool.ts'
import type { Asked, Concept } from './query.ts'
import { meanLength, type Part, wordParts } from './weigh.ts'
import { termOf } from './word.ts'

/** A candidate with its score, and what that is made of. */
export interface Ranked {
  readonly candidate: Candidate
  readonly score: number
  readonly parts: readonly Part[]
}

/**
 * Orders a pool by how likely each answers the question, the best first: by its words and those that may stand for them, by who said
 * it and when, and by what was said around it. The same pool gives the same order. Pure.
 */
export function rank(pool: Pool, asked: Asked): Ranked[] {
  const { candidates } = pool
  const named = new Set(candidates.flatMap(({ speaker }) => speaker.filter((word) => asked.words.includes(word))))
  const concepts = asked.concepts.filter((concept) => !(named.has(concept.word) && isEverywhere(concept, pool)))
  const parts = byWords(pool, concepts)
  byTime(candidates, asked, parts)
  for (const [at, { speaker }] of candidates.entries()) {
    const has = sum(parts[at])
    if (has > 0 && speaker.some((word) => named.has(word))) {
      parts[at]?.push({ what: `said by ${speaker.join(' ')}`, worth: speakerShare * has })
    }
  }
  byNeighbours(pool, parts)
  return candidates
    .map((candidate, at) => ({ candidate, score: sum(parts[at]), parts: parts[at] ?? [] }))
    .filter(({ score }) => score > 0)
    .sort((one, other) => other.score - one.score || other.candidate.passage.id - one.candidate.passage.id)
}

// Who is named in a question is mostly the one who said it, but may be spoken of by another.
const speakerShare = 0.6
// In more than a tenth of all that can be found a name tells nobody apart: in a conversation it stands in every line.
const everywhere = 0.1
// Two words of the question in one line say more than each in a line of its own.
const togetherShare = 0.2
// A named date is told of within days of it. As much as half the words of the best line: a date alone is not an answer.
const spanShare = 0.4
const besideSpan = 0.6
const spanFades = 3 * 86_400_000
// A line with a date or "last week" in it may say when; that it has one is no proof that it is the one.
const tellsWhenShare = 0.3
// The newest is worth half as much again; a month ago a third of that.
const newestShare = 0.5
const newestFades = 30 * 86_400_000
// What was said just before asks for it, or says what it is about; what follows takes it up, with less of its matter.
const fromBefore = 0.3
const fromAfter = 0.15
const fromFurther = 0.15
// A conversation that is about the matter as a whole.
const conversationShare = 0.2

function isEverywhere({ term }: Concept, { frequency, passages }: Pool): boolean {
  return frequency(term) > everywhere * passages
}

/** How many words of the question were said at all, by their weights: the others have no share in what is related to it. */
function saidOf(concepts: readonly Concept[], { frequency }: Pool): number {
  const said = concepts.filter(({ term, others }) => [term, ...others.keys()].some((one) => frequency(one) > 0))
  return said.reduce((sum, { weight }) => sum + weight, 0)
}

function byWords(pool: Pool, concepts: readonly Concept[]): Part[][] {
  const { candidates } = pool
  const mean = meanLength(candidates)
  const found = candidates.map((candidate) => wordParts(candidate, concepts, pool, mean))
  const known = new Set(concepts.map(({ term }) => term))
  for (const { speaker } of candidates) for (const word of speaker) known.add(termOf(word))
  const more = related(candidates, found.map(sum), known, saidOf(concepts, pool))
  return candidates.map((candidate, at) => {
    const parts: Part[] = (found[at] ?? []).map(({ what, worth }) => ({ what, worth }))
    const beside = relatedWorth(candidate, more, mean)
    if (beside > 0) parts.push({ what: `related ${shared(candidate, more)}`, worth: beside })
    const own = found[at]?.filter((part) => part.own).length ?? 0
    if (own > 1) parts.push({ what: `${own} words together`, worth: togetherShare * (own - 1) * sum(parts) })
    return parts
  })
}

function shared({ terms }: Candidate, more: readonly { readonly term: string }[]): string {
  const some = more.filter(({ term }) => terms.has(term)).map(({ term }) => term)
  return some.slice(0, 3).join(', ')
}

function byTime(candidates: readonly Candidate[], asked: Asked, parts: Part[][]): void {
  const most = Math.max(0, ...parts.map(sum))
  const newest = Math.max(...candidates.map(({ passage }) => passage.at))
  for (const [at, { passage }] of candidates.entries()) {
    const has = sum(parts[at])
    for (const { from, until, named } of asked.spans) {
      const off = Math.max(0, from - passage.at, passage.at - until)
      const worth = spanShare * most * (off === 0 ? 1 : besideSpan * Math.exp(-off / spanFades))
      if (worth > most / 100) parts[at]?.push({ what: `date ${named}`, worth })
    }
    if (asked.asksWhen && has > 0 && tellsWhen.test(passage.text)) {
      parts[at]?.push({ what: 'says when', worth: tellsWhenShare * has })
    }
    if (asked.wantsNewest && has > 0) {
      const worth = newestShare * has * Math.exp((passage.at - newest) / newestFades)
      parts[at]?.push({ what: 'recent', worth })
    }
  }
}

const tellsWhen =
  /\b(yesterday|today|tonight|tomorrow|ago|recently|since|weekend|(last|next|this|past) \w+|(mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|june|july|august|september|october|november|december|(19|20)\d\d|\d+ (days|weeks|months|years))\b/i

function byNeighbours({ candidates, before }: Pool, parts: Part[][]): void {
  const own = new Map(candidates.map(({ passage }, at) => [passage.id, sum(parts[at])]))
  const after = new Map([...before].map(([id, earlier]) => [earlier, id]))
  const about = conversationWorth(candidates, own)
  for (const [at, { passage, conversation }] of candidates.entries()) {
    const add = (id: number | undefined, share: number): void => {
      const worth = share * (id === undefined ? 0 : (own.get(id) ?? 0))
      if (worth > 0) parts[at]?.push({ what: `beside #${id}`, worth })
    }
    if (passage.thread !== null || passage.run !== null) {
      const [earlier, later] = [before.get(passage.id), after.get(passage.id)]
      add(earlier, fromBefore)
      add(later, fromAfter)
      add(earlier === undefined ? undefined : before.get(earlier), fromFurther)
      add(later === undefined ? undefined : after.get(later), fromFurther)
    }
    const worth = conversationShare * (about.get(conversation) ?? 0)
    if (worth > 0) parts[at]?.push({ what: 'conversation', worth })
  }
}

/** Of each conversation of several lines: the mean of its best three. */
function conversationWorth(candidates: readonly Candidate[], own: ReadonlyMap<number, number>): Map<string, number> {
  const groups = Map.groupBy(candidates, ({ conversation }) => conversation)
  return new Map(
    [...groups].map(([name, some]) => {
      const worths = some.map(({ passage }) => own.get(passage.id) ?? 0).sort((one, other) => other - one)
      return [name, some.length < 2 ? 0 : worths.slice(0, 3).reduce((all, worth) => all + worth, 0) / 3]
    }),
  )
}

function sum(parts: readonly Part[] | undefined): number {
  return parts?.reduce((all, { worth }) => all + worth, 0) ?? 0
}

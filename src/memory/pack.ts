import type { Instant } from '../values/time.ts'
import { dayOf, headOf, type Names, yearOf } from './heads.ts'
import type { Line } from './line.ts'
import type { CountTokens } from './tokens.ts'

/** A line that may be given, before it is known beside which others it stands. */
export interface Offer {
  readonly line: Line
  /** Names what it is best read with; lines of one conversation stand together, in their order. */
  readonly conversation: string
  /** Its place among others of the same instant. */
  readonly order: number
  /** Its terms: whoever says the same again is left out. */
  readonly terms: ReadonlySet<string>
}

export interface Packed {
  readonly lines: readonly Line[]
  readonly tokens: number
  /** What did not fit, or was said already; the best first. */
  readonly left: readonly Offer[]
  readonly taken: readonly Offer[]
}

/**
 * Takes the lines that are worth most for what they cost, until no more fits; counts the tokens that are really given, heads and ends
 * of lines included. Never more than `budget`. Deterministic. Pure.
 */
export function pack(offers: readonly Offer[], budget: number, names: Names, count: CountTokens): Packed {
  const taken = choose(offers, budget, names, count)
  for (;;) {
    const lines = laidOut(taken, names, count)
    const tokens = lines.reduce((sum, line) => sum + line.tokens, 0)
    if (tokens <= budget) return { lines, tokens, taken, left: offers.filter((offer) => !taken.includes(offer)) }
    // What a line costs beside its neighbours was guessed too low; the last that was taken gives way.
    taken.pop()
  }
}

// Two lines that share so much of their words say the same.
const sameShare = 0.8
// A short line is preferred a little: the score is divided by the cost to this power. At 0 long lines crowd out the others, at 1 short
// ones that say nothing win.
const costPower = 0.2
// So that a line of two words is not taken for being short.
const costFloor = 5
// `14 August` and the year where it is another: measured with o200k_base.
const headTokens = 3
const yearTokens = 3

function choose(offers: readonly Offer[], budget: number, names: Names, count: CountTokens): Offer[] {
  const taken: Offer[] = []
  const heads = new Set<string>()
  const years = new Set<number>()
  const nameTokens = new Map([...names].map(([id, name]) => [id, count(`, ${name}`)]))
  const headCost = ({ line: { at, source } }: Offer, key: string): number => {
    if (at === null || heads.has(key)) return 0
    const whose = source.tier === 'history' ? (nameTokens.get(source.identity) ?? 0) : 0
    return headTokens + whose + (years.has(yearOf(at)) ? 0 : yearTokens)
  }
  const open = new Map(offers.map((offer) => [offer, headKey(offer)]))
  let left = budget
  for (;;) {
    let best: Offer | undefined
    let most = 0
    let price = 0
    for (const [offer, key] of open) {
      const cost = offer.line.tokens + headCost(offer, key)
      const value = offer.line.score / (cost + costFloor) ** costPower
      if (cost <= left && value > most) [best, most, price] = [offer, value, cost]
    }
    if (best === undefined) return taken
    open.delete(best)
    const { terms, line } = best
    if (taken.some((other) => alike(other.terms, terms))) continue
    taken.push(best)
    heads.add(headKey(best))
    if (line.at !== null) years.add(yearOf(line.at))
    left -= price
  }
}

function headKey({ conversation, line }: Offer): string {
  return line.at === null ? conversation : `${conversation} ${dayOf(line.at)}`
}

function alike(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  const [small, large] = one.size < other.size ? [one, other] : [other, one]
  if (small.size < sameShare * large.size) return false
  let shared = 0
  for (const term of small) if (large.has(term)) shared += 1
  return shared >= sameShare * (one.size + other.size - shared)
}

/** In the order of reading: what has no date first, then conversations in the order in which they began, each under its heads. */
function laidOut(taken: readonly Offer[], names: Names, count: CountTokens): Line[] {
  const began = new Map<string, number>()
  for (const { conversation, line } of taken) {
    began.set(conversation, Math.min(began.get(conversation) ?? Number.POSITIVE_INFINITY, line.at ?? 0))
  }
  const sorted = taken.toSorted(
    (one, other) =>
      (began.get(one.conversation) ?? 0) - (began.get(other.conversation) ?? 0) ||
      compare(one.conversation, other.conversation) ||
      (one.line.at ?? 0) - (other.line.at ?? 0) ||
      one.order - other.order,
  )
  let above: Parameters<typeof headOf>[1]
  return sorted.map(({ line }) => {
    if (line.at === null || line.source.tier !== 'history') return counted(line, line.text, count)
    const here = { at: line.at as Instant, identity: line.source.identity }
    const head = headOf(here, above, names)
    above = here
    return counted(line, head === undefined ? line.text : `${head}\n${line.text}`, count)
  })
}

// With the end of its line, so that the sum is what all lines take together.
function counted(line: Line, text: string, count: CountTokens): Line {
  return { ...line, text, tokens: count(`${text}\n`) }
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}

import type { Calendar } from './calendar.ts'
import { dayOf, type Head, headOf, type Names, yearOf } from './heads.ts'
import type { Line } from './line.ts'
import type { CountTokens } from './tokens.ts'

/** A line that may be given, before it is known beside which others it stands. */
export interface Offer {
  readonly line: Omit<Line, 'tokens'>
  /** Names what it is best read with; lines of one conversation stand together, in their order. */
  readonly conversation: string
  /** Its place among others of the same instant. */
  readonly order: number
  /** How often each of its terms stands in it: whoever says the same again is left out. */
  readonly terms: ReadonlyMap<string, number>
}

export interface Packed {
  readonly lines: readonly Line[]
  readonly tokens: number
  /** What each line was made of. */
  readonly taken: readonly Offer[]
}

/** How lines are laid out: whose they are, on whose days, and what they cost. */
export interface Layout {
  readonly names: Names
  readonly calendar: Calendar
  readonly count: CountTokens
}

/**
 * Takes the lines that are worth most for what they cost, until no more fits; counts the tokens that are really given, heads and ends
 * of lines included. Never more than `budget`. Deterministic. Pure.
 */
export function pack(offers: readonly Offer[], budget: number, given: Layout): Packed {
  const layout = { ...given, count: remembered(given.count) }
  const chosen = choose(offers, budget, layout)
  for (;;) {
    const taken = inOrder(chosen)
    const lines = laidOut(taken, layout)
    const sum = lines.reduce((all, line) => all + line.tokens, 0)
    if (sum <= budget) return { lines, tokens: sum, taken }
    // What a line costs beside its neighbours was guessed too low; the last that was taken gives way.
    chosen.pop()
  }
}

// Two lines that share so much of their words say the same.
const sameShare = 0.8
// A short line is preferred a little: the score is divided by the cost to this power. At 0 long lines crowd out the others, at 1 short
// ones that say nothing win.
const costPower = 0.2
// So that a line of two words is not taken for being short.
const costFloor = 5
// English prose in o200k_base. Only what is taken is counted: counting hundreds of lines takes longer than finding them.
const charactersAToken = 4.3
// So far may that be wrong before a line is not even counted.
const guessedOff = 2
// Less holds no line: who spoke takes two already.
const leastTokens = 4
// `14 August` and the year where it is another: measured with o200k_base.
const headTokens = 3
const yearTokens = 3

/** An offer that is still open, and what it costs without a head and with one. */
interface Open {
  readonly offer: Offer
  /** Under which head it would stand; empty where it needs none. */
  readonly head: string
  readonly year: number
  readonly headCost: number
  readonly bare: number
  readonly headed: number
}

function choose(offers: readonly Offer[], budget: number, layout: Layout): Offer[] {
  const { count } = layout
  const open = new Set(offers.map((offer) => opened(offer, layout)))
  const heads = new Set([''])
  const years = new Set([0])
  const taken: Offer[] = []
  let left = budget
  while (left >= leastTokens) {
    let best: Open | undefined
    let most = 0
    for (const one of open) {
      const value = heads.has(one.head) ? one.bare : one.headed
      if (value > most) [best, most] = [one, value]
    }
    if (best === undefined) break
    open.delete(best)
    const { offer, head, year, headCost } = best
    if (offer.line.text.length / charactersAToken > guessedOff * left) continue
    const price = count(`${offer.line.text}\n`) + (heads.has(head) ? 0 : headCost + (years.has(year) ? 0 : yearTokens))
    if (price > left || taken.some(({ terms }) => sameWords(terms, offer.terms))) continue
    taken.push(offer)
    heads.add(head)
    years.add(year)
    left -= price
  }
  return taken
}

function opened(offer: Offer, { names, calendar, count }: Layout): Open {
  const { at, source, score, text } = offer.line
  const cost = text.length / charactersAToken + costFloor
  const bare = score / cost ** costPower
  if (at === null || source.tier !== 'history') return { offer, head: '', year: 0, headCost: 0, bare, headed: bare }
  const shown = calendar.wall(at)
  const name = names.get(source.identity)
  const headCost = headTokens + (name === undefined ? 0 : count(`, ${name}`))
  const headed = score / (cost + headCost) ** costPower
  return { offer, head: `${offer.conversation} ${dayOf(shown)}`, year: yearOf(shown), headCost, bare, headed }
}

function sameWords(one: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): boolean {
  const [small, large] = one.size < other.size ? [one, other] : [other, one]
  if (small.size < sameShare * large.size) return false
  let shared = 0
  for (const term of small.keys()) if (large.has(term)) shared += 1
  return shared >= sameShare * (one.size + other.size - shared)
}

/** What has no date first, then conversations in the order in which they began. */
function inOrder(chosen: readonly Offer[]): Offer[] {
  const began = new Map<string, number>()
  for (const { conversation, line } of chosen) {
    began.set(conversation, Math.min(began.get(conversation) ?? Number.POSITIVE_INFINITY, line.at ?? 0))
  }
  return chosen.toSorted(
    (one, other) =>
      (began.get(one.conversation) ?? 0) - (began.get(other.conversation) ?? 0) ||
      compare(one.conversation, other.conversation) ||
      (one.line.at ?? 0) - (other.line.at ?? 0) ||
      one.order - other.order,
  )
}

function laidOut(taken: readonly Offer[], { names, calendar, count }: Layout): Line[] {
  let above: Head | undefined
  return taken.map(({ line }) => {
    const { at, source } = line
    let { text } = line
    // A line ends where a token ends: the sum is what all lines take together.
    let tokens = count(`${text}\n`)
    if (at !== null && source.tier === 'history') {
      const here = { at: calendar.wall(at), identity: source.identity }
      const head = headOf(here, above, names)
      above = here
      if (head !== undefined) {
        text = `${head}\n${text}`
        tokens += count(`${head}\n`)
      }
    }
    return { ...line, text, tokens }
  })
}

/** Each text is counted once. */
function remembered(count: CountTokens): CountTokens {
  const known = new Map<string, number>()
  return (text) => {
    const tokens = known.get(text) ?? count(text)
    known.set(text, tokens)
    return tokens
  }
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}

import type { Line } from '../line.ts'
import type { CountTokens } from '../tokens.ts'
import type { Draft } from './draft.ts'

/** A draft with the place that it has among the others for this purpose. */
export interface Ranked {
  readonly draft: Draft
  readonly score: number
  readonly why: string
}

/** What a snapshot is made of; in each list the first matters most. */
export interface Sections {
  readonly pinned: readonly Ranked[]
  readonly commitments: readonly Ranked[]
  /** Newest first. */
  readonly recent: readonly Ranked[]
  readonly facts: readonly Ranked[]
  readonly rest: readonly Ranked[]
}

// Of what the pinned facts leave, each section has so much for itself first; what it does not need is anybody's. So a long thread
// cannot push out what is known, nor many promises the last words that were said.
const shares = { commitments: 0.2, facts: 0.6, recent: 0.2 } as const
/** No line with a date and a word in it is shorter, in tokens. */
const shortestLine = 8

/** The lines that fit into a budget, in the order of the sections. Never over the budget; the same for the same. */
export function pack(sections: Sections, budget: number, count: CountTokens): Line[] {
  const all = new Packing(budget, count)
  const note = all.pin(sections.pinned)
  const left = all.left
  all.fill(sections.commitments, left * shares.commitments)
  all.fill(byWorth(sections.facts), left * shares.facts)
  all.fill(sections.recent, left * shares.recent)
  all.fill(sections.commitments)
  all.fill(byScore([...sections.facts, ...sections.recent, ...sections.rest]))
  const inOrder = [
    sections.pinned,
    sections.commitments,
    sections.recent,
    byScore([...sections.facts, ...sections.rest]),
  ]
  return [...inOrder.flat().flatMap((ranked) => all.lineOf(ranked) ?? []), ...(note ? [note] : [])]
}

/** Best first. Ties fall to the newer one, then to the later event, then to the text: never to chance. */
export function byScore(ranked: readonly Ranked[]): Ranked[] {
  const seqOf = ({ draft: { source } }: Ranked): number => ('seq' in source ? source.seq : 0)
  return ranked.toSorted(
    (a, b) =>
      b.score - a.score ||
      b.draft.at - a.draft.at ||
      seqOf(b) - seqOf(a) ||
      (a.draft.words < b.draft.words ? -1 : a.draft.words > b.draft.words ? 1 : 0),
  )
}

// Of facts that matter alike the short ones come first, and one that matters twice as much may be eight times as long: a few long
// values must not push all the others out of a small budget.
const costPower = 1 / 3
/** English prose in o200k_base, roundly: 500 facts are put in order before any is counted. */
const charactersAToken = 4

/** Best first by what a line is worth for its length. */
function byWorth(ranked: readonly Ranked[]): Ranked[] {
  const worth = ({ draft, score }: Ranked): number =>
    score / (shortestLine + draft.words.length / charactersAToken) ** costPower
  return byScore(ranked).toSorted((a, b) => worth(b) - worth(a))
}

interface Written {
  readonly text: string
  readonly tokens: number
}
// Writing a line out and counting it takes some 20 µs; a draft that is kept for the next snapshot keeps its line.
const written = new WeakMap<Draft, Written>()

class Packing {
  left: number
  readonly #count: CountTokens
  readonly #lines = new Map<Draft, Line>()
  readonly #said = new Set<string>()

  constructor(budget: number, count: CountTokens) {
    this.left = budget
    this.#count = count
  }

  /** Takes all pinned lines that fit. Where some do not, gives a line that says how many, if that fits too. */
  pin(pinned: readonly Ranked[]): Line | undefined {
    const before = this.left
    this.fill(pinned)
    const first = pinned.find((ranked) => !this.lineOf(ranked))
    if (first === undefined) return undefined
    // The first try shows how many are left out at least; the line about them may push out one or two more.
    const room = this.#tokensOf(noteText(pinned.length))
    const taken = this.#lines.size
    if (taken === 0 || room >= before) return undefined
    this.#clear(before - room)
    this.fill(pinned)
    if (this.#lines.size === 0) {
      this.#clear(before)
      this.fill(pinned)
      return undefined
    }
    const out = pinned.filter((ranked) => !this.lineOf(ranked))
    const text = noteText(out.length)
    const { source, at } = (out[0] ?? first).draft
    return { text, tokens: this.#tokensOf(text), source, origin: 'system', at, score: 0, why: 'pinned, left out' }
  }

  /** Takes what fits, the first first, within a share of the budget. */
  fill(ranked: readonly Ranked[], share: number = this.left): void {
    let room = Math.min(share, this.left)
    for (const one of ranked) {
      if (room < shortestLine) return
      room -= this.#take(one, room)
    }
  }

  lineOf({ draft }: Ranked): Line | undefined {
    return this.#lines.get(draft)
  }

  #take({ draft, score, why }: Ranked, room: number): number {
    if (this.#lines.has(draft)) return 0
    const { text, tokens } = this.#written(draft)
    if (tokens > room || this.#said.has(text)) return 0
    const { source, origin, at } = draft
    this.#lines.set(draft, { text, tokens, source, origin, at, score, why })
    this.#said.add(text)
    this.left -= tokens
    return tokens
  }

  #written(draft: Draft): Written {
    const before = written.get(draft)
    if (before) return before
    const text = draft.text()
    const now = { text, tokens: this.#tokensOf(text) }
    written.set(draft, now)
    return now
  }

  #clear(left: number): void {
    this.#lines.clear()
    this.#said.clear()
    this.left = left
  }

  /** With the end of its line: the sum of all lines is then what they have when they stand under each other. */
  #tokensOf(text: string): number {
    return this.#count(`${text}\n`)
  }
}

function noteText(count: number): string {
  return `… and ${count} more pinned`
}

import { availableParallelism, totalmem } from 'node:os'

/**
 * How many places are kept free for others: none for code that asks for nothing and so soon ends by itself, or an agent that has
 * something computed would wait for its own place; one for an agent that somebody waits for, one more for all others.
 */
export type Kept = 0 | 1 | 2

/** With fewer places one of the three would never have its turn. */
export const fewestPlaces = 3

// Where all of them compute, each has its ten seconds of the processor within its half minute.
const aCore = 3
// What is left is the company's own, and that of whatever else runs here.
const shareOfMemory = 0.25

/** As many processes as this machine has room for, where each may take so many bytes. */
export function usualPlaces(bytes: number): number {
  const memory = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY)
  return Math.max(fewestPlaces, Math.min(aCore * availableParallelism(), Math.floor((memory * shareOfMemory) / bytes)))
}

interface Waiting {
  readonly kept: Kept
  readonly enter: () => void
  readonly giveUp: () => void
}

/** Places for so many jobs at once, and those that wait for one: whoever leaves fewer free for others goes first, then whoever came first. */
export class Line {
  readonly #places: number
  #taken = 0
  #waiting: Waiting[] = []

  constructor(places: number) {
    this.#places = places
  }

  /** Takes a place, once there is one, and gives how to leave it; `undefined` where it was stopped before its turn came. */
  enter(kept: Kept, signal: AbortSignal): Promise<(() => void) | undefined> {
    const { promise, resolve } = Promise.withResolvers<(() => void) | undefined>()
    const over = (end: (() => void) | undefined): void => {
      this.#waiting = this.#waiting.filter((one) => one !== waiting)
      signal.removeEventListener('abort', waiting.giveUp)
      resolve(end)
    }
    const waiting: Waiting = {
      kept,
      enter: () => {
        this.#taken += 1
        over(() => this.#leave())
      },
      giveUp: () => over(undefined),
    }
    if (signal.aborted) return Promise.resolve(undefined)
    signal.addEventListener('abort', waiting.giveUp)
    this.#waiting.push(waiting)
    this.#next()
    return promise
  }

  /** Nobody who waits has a turn any more. */
  close(): void {
    for (const waiting of this.#waiting) waiting.giveUp()
  }

  #leave(): void {
    this.#taken -= 1
    this.#next()
  }

  #next(): void {
    for (;;) {
      const [first] = this.#waiting.toSorted((a, b) => a.kept - b.kept)
      if (!first || this.#taken >= this.#places - first.kept) return
      first.enter()
    }
  }
}

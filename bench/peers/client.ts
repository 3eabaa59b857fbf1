import { pause } from '../drive.ts'
import { quantile } from '../measure.ts'
import { type Contender, textOf } from './contender.ts'

/** Jobs handed in all at once, by a client with this many calls in flight, to a worker that is already at work. */
export interface Heap {
  readonly warmUp: number
  readonly jobs: number
  readonly calls: number
}

/** Jobs that come one at a time. */
export interface Trickle {
  readonly seconds: number
  readonly perSecond: number
}

/** From `enqueue` being called to the job's end being on disk, in milliseconds. */
export interface Latency {
  readonly p50: number
  readonly p99: number
}

// Long enough for the slowest; a job that was lost would be waited for until then.
const giveUpMs = 300_000

/**
 * Hands jobs to a contender and sees when they have ended, the same way for all: once a job's function has returned, its end is
 * looked up until it is there. So nobody pays for being watched while it works, and no library's own polling for results counts.
 */
export class Client {
  readonly #contender: Contender
  readonly #waiting = new Map<string, () => void>()
  #handedIn = 0

  constructor(contender: Contender) {
    this.#contender = contender
  }

  /** The function of a job has come to its end. */
  returned(text: string): void {
    this.#waiting.get(text)?.()
  }

  /** Jobs a second, from the first call of `enqueue` to the last end being on disk. */
  async heap({ warmUp, jobs, calls }: Heap): Promise<number> {
    await this.#through(warmUp, calls)
    const from = performance.now()
    await this.#through(jobs, calls)
    return (jobs * 1000) / (performance.now() - from)
  }

  async trickle({ seconds, perSecond }: Trickle): Promise<Latency> {
    const count = Math.round(seconds * perSecond)
    const times: Promise<number>[] = []
    const from = performance.now()
    for (let job = 0; job < count; job += 1) {
      // Half an interval early or late: jobs that come as regularly as a library polls would all meet it at the same moment.
      const due = from + ((job + Math.random()) * 1000) / perSecond
      await pause(Math.max(0, due - performance.now()))
      times.push(this.#timed())
    }
    const all = await Promise.all(times)
    return { p50: quantile(all, 0.5), p99: quantile(all, 0.99) }
  }

  /** Throws unless every job that was handed in has ended and has exactly three steps, each with that job's own text. */
  async check(): Promise<number> {
    const written = await this.#contender.written()
    const texts = new Set(written.map((job) => job.text))
    for (let number = 0; number < this.#handedIn; number += 1) {
      if (!texts.has(textOf(number))) throw new Error(`job ${number} is nowhere`)
    }
    const wrong = written.filter(({ text, steps }) => steps.length !== 3 || steps.some((step) => step !== text))
    if (wrong[0]) throw new Error(`${wrong.length} jobs are wrong; the first: ${JSON.stringify(wrong[0])}`)
    if (written.length !== this.#handedIn) throw new Error(`${this.#handedIn} jobs became ${written.length}`)
    return written.length
  }

  async #through(jobs: number, calls: number): Promise<void> {
    const returned: Promise<void>[] = []
    const last = this.#handedIn + jobs
    const hand = async (): Promise<void> => {
      while (this.#handedIn < last) {
        const text = this.#next()
        returned.push(this.#returns(text))
        await this.#contender.enqueue(text)
      }
    }
    await Promise.all(Array.from({ length: Math.min(jobs, calls) }, hand))
    await Promise.all(returned)
    await until(async () => (await this.#contender.ended()) === last)
  }

  async #timed(): Promise<number> {
    const text = this.#next()
    const returned = this.#returns(text)
    const from = performance.now()
    const id = await this.#contender.enqueue(text)
    await returned
    await until(() => this.#contender.hasEnded(id))
    return performance.now() - from
  }

  #next(): string {
    this.#handedIn += 1
    return textOf(this.#handedIn - 1)
  }

  #returns(text: string): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.set(text, () => {
        this.#waiting.delete(text)
        resolve()
      })
    })
  }
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const from = performance.now()
  while (!(await holds())) {
    if (performance.now() - from > giveUpMs) throw new Error(`not ended after ${giveUpMs} ms`)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

import { type Fault, Refusal } from '../values/fault.ts'
import { type Clock, type Instant, later, seconds } from '../values/time.ts'

/** Something that the company does by itself when time comes, beside the tasks of its runs. */
export interface Chore {
  readonly name: string
  /** When it next wants to be done, by rows and clock; in the past when it is overdue. `undefined`: nothing is ahead of it. */
  nextDue(): Promise<Instant | undefined>
  /**
   * Set for what nobody waits for: it is done while the company works and at no other time, and keeps nobody waiting for it who
   * wants all that is due to be done.
   */
  readonly aside?: true
  /** Gives up what is under way, because the company closes. */
  stop?(): void
  /** Does all that is due now. Never called twice at once. It moves `nextDue` on; a Refusal is told, and it is tried again later. */
  perform(): Promise<void>
  /** What keeps a part of it from being done, while the rest is. */
  trouble?(): Fault | undefined
}

/** The company's chores, each on a timer of its own: a slow one holds up no other. */
export interface Chores {
  /** Does them as they fall due, until `close`. */
  work(): void
  /** Does what is due now, then resolves. Faults: what a chore refuses with. */
  idle(): Promise<void>
  nextDue(): Promise<Instant | undefined>
  /** One more, from now on. */
  add(chore: Chore): Added
  /** Something changed what is due: look again. */
  nudge(): void
  /** The chores that could not be done, with the reason of the last try. */
  troubles(): ReadonlyMap<string, Fault>
  /** Waits for what is under way. */
  close(): Promise<void>
}

/** A chore that came later, and may go again. */
export interface Added {
  /** What is due for it changed: look again. */
  nudge(): void
  /** Waits for what is under way. */
  remove(): Promise<void>
}

// A chore that was refused (a full disk) is tried again this often: soon enough for whoever has mended it.
const pauseAfterFault = seconds(60)

export function openChores(chores: readonly Chore[], clock: Clock): Chores {
  const rounds = new Set(chores.map((chore) => new Round(chore, clock)))
  const awaited = () => [...rounds].filter((round) => !round.aside)
  let working = false
  return {
    work() {
      working = true
      each(rounds, (round) => round.work())
    },
    idle: async () => {
      for (const round of awaited()) await round.idle()
    },
    add(chore) {
      const round = new Round(chore, clock)
      rounds.add(round)
      if (working) round.work()
      return {
        nudge: () => round.nudge(),
        remove() {
          rounds.delete(round)
          return round.close()
        },
      }
    },
    async nextDue() {
      const known = (await Promise.all(awaited().map((round) => round.nextDue()))).filter((at) => at !== undefined)
      return known.length === 0 ? undefined : (Math.min(...known) as Instant)
    },
    nudge: () => each(rounds, (round) => round.nudge()),
    troubles: () => new Map([...rounds].flatMap((round) => (round.trouble ? [[round.name, round.trouble]] : []))),
    close: async () => {
      working = false
      await Promise.all([...rounds].map((round) => round.close()))
    },
  }
}

function each(rounds: Iterable<Round>, act: (round: Round) => void): void {
  for (const round of rounds) act(round)
}

/** One chore with its timer: looks, does what is due, sleeps until the next. */
class Round {
  readonly #chore: Chore
  readonly #clock: Clock
  #working = false
  #looking: Promise<void> | undefined
  #again = false
  #stopSleep: () => void = () => undefined
  #trouble: Fault | undefined

  constructor(chore: Chore, clock: Clock) {
    this.#chore = chore
    this.#clock = clock
  }

  get name(): string {
    return this.#chore.name
  }

  get aside(): boolean {
    return this.#chore.aside === true
  }

  get trouble(): Fault | undefined {
    return this.#trouble ?? this.#chore.trouble?.()
  }

  nextDue(): Promise<Instant | undefined> {
    return this.#chore.nextDue()
  }

  work(): void {
    this.#working = true
    this.nudge()
  }

  nudge(): void {
    if (!this.#working) return
    this.#again = this.#looking !== undefined
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined
      if (this.#again) this.nudge()
    })
  }

  async idle(): Promise<void> {
    await this.#looking
    const due = await this.nextDue()
    if (due !== undefined && due <= this.#clock.now()) await this.#chore.perform()
  }

  async close(): Promise<void> {
    this.#working = false
    this.#stopSleep()
    this.#chore.stop?.()
    await this.#looking
    this.#stopSleep()
  }

  async #look(): Promise<void> {
    this.#stopSleep()
    const next = await this.#doWhatIsDue()
    if (next !== undefined && this.#working) this.#stopSleep = this.#clock.wake(next, () => this.nudge())
  }

  /** Gives when to look again. A mistake of ours is no refusal, and crashes. */
  async #doWhatIsDue(): Promise<Instant | undefined> {
    try {
      for (;;) {
        const due = await this.nextDue()
        if (due === undefined || due > this.#clock.now() || !this.#working) return due
        await this.#chore.perform()
        this.#trouble = undefined
      }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      this.#trouble = error.fault
      return later(this.#clock.now(), pauseAfterFault)
    }
  }
}

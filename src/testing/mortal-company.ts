import { type Company, commandsOf } from '../os/commands.ts'
import type { Config } from '../os/config.ts'
import { openParts } from '../os/create.ts'
import type { Os } from '../os/os.ts'
import type { CrashPoints } from '../store/store.ts'
import { fault, Refusal } from '../values/fault.ts'
import type { Around } from './stand-ins.ts'

/**
 * Where the process dies: before or after a COMMIT, or a call of an adapter, the nth from now (default: the next). Counted while
 * work is done, and where a test says so, not while a run is being started or a gate answered.
 */
export interface CrashPoint {
  readonly when: 'before' | 'after'
  readonly what: 'commit' | 'call'
  readonly nth?: number
}

/** One process of a company. What has died commits nothing and calls nobody. */
interface Life {
  dead: boolean
  working: boolean
}

/**
 * What is thrown in a process that is dead: a refusal of its store, which is none of its mistakes. Timers that still go off in it take it
 * for trouble with the disk, and nobody hears of it.
 */
class Died extends Refusal {
  constructor() {
    super(fault('store.unwritable', { path: 'the store', why: 'the process has died' }))
  }
}

/** What came of something in which a process may die. */
export type Outcome<T> = { readonly died: false; readonly value: T } | { readonly died: true }

/** How a company is opened, each time with the hooks of one more process. */
export type ConfigFor = (around: Around) => Config

/** An open company that can die at a durable moment, and then is opened again from what is on disk. */
export class MortalCompany {
  readonly #folder: string
  readonly #configFor: ConfigFor
  readonly #env: Readonly<Record<string, string>>
  #life: Life = { dead: false, working: false }
  #armed: CrashPoint | undefined
  #passed = 0
  #parts!: Company
  #os!: Os
  #deaths = 0

  private constructor(folder: string, configFor: ConfigFor, env: Readonly<Record<string, string>>) {
    this.#folder = folder
    this.#configFor = configFor
    this.#env = env
  }

  /** Faults: those of opening a company. */
  static async open(...given: [string, ConfigFor, Readonly<Record<string, string>>]): Promise<MortalCompany> {
    const company = new MortalCompany(...given)
    await company.#rise()
    return company
  }

  get os(): Os {
    return this.#os
  }

  get parts(): Company {
    return this.#parts
  }

  /** How often it has died. */
  get deaths(): number {
    return this.#deaths
  }

  crashAt(point: CrashPoint): void {
    this.#armed = point
    this.#passed = 0
  }

  /** Dies at once, and is opened again. */
  async crash(): Promise<void> {
    this.#life.dead = true
    await this.#bury()
    await this.#rise()
  }

  /** Works until nothing more is due now; whoever dies on the way is opened again and goes on. */
  async idle(): Promise<void> {
    for (let died = true; died; ) died = (await this.within((os) => os.idle())).died
  }

  /** Does something in which the process may die; then it is opened again, and nobody has heard how it went. */
  async within<T>(act: (os: Os) => Promise<T>): Promise<Outcome<T>> {
    const life = this.#life
    life.working = true
    try {
      const value = await act(this.#os)
      if (!life.dead) return { died: false, value }
    } catch (error) {
      // In a dead process whatever goes wrong is the death itself.
      if (!life.dead) throw error
    } finally {
      life.working = false
    }
    await this.#bury()
    await this.#rise()
    return { died: true }
  }

  close(): Promise<void> {
    return this.#os.close()
  }

  async #rise(): Promise<void> {
    const life: Life = { dead: false, working: false }
    const config = this.#configFor({
      before: () => this.#passCall(life, 'before'),
      after: () => this.#passCall(life, 'after'),
    })
    this.#life = life
    this.#parts = await openParts(this.#folder, config, this.#env, this.#pointsOf(life))
    this.#os = commandsOf(this.#parts)
  }

  /** The commits of a process; calls are watched at the adapters, where a death leaves the caller nothing to wait for. */
  #pointsOf(life: Life): CrashPoints {
    return {
      before: (moment) => {
        if (moment !== 'commit') return
        if (this.#reached(life, 'before', 'commit')) this.#die(life)
        if (life.dead) throw new Died()
      },
      // What is committed is committed: the death shows at the next thing that the process does.
      after: (moment) => {
        if (moment === 'commit' && this.#reached(life, 'after', 'commit')) this.#die(life)
      },
    }
  }

  #passCall(life: Life, when: CrashPoint['when']): void {
    if (this.#reached(life, when, 'call')) this.#die(life)
    if (life.dead) throw new Died()
  }

  #reached(life: Life, when: CrashPoint['when'], what: CrashPoint['what']): boolean {
    const armed = this.#armed
    if (life.dead || !life.working || armed?.when !== when || armed.what !== what) return false
    this.#passed += 1
    return this.#passed === (armed.nth ?? 1)
  }

  #die(life: Life): void {
    life.dead = true
    this.#armed = undefined
  }

  /** Takes apart what the process had open, as the system does when it ends. */
  async #bury(): Promise<void> {
    this.#deaths += 1
    const { chores, worker, adapters, anchoring, kernel, lock } = this.#parts
    await chores.close()
    // Each attempt that was under way says once that it has died.
    for (let more = true; more; ) more = await worker.close().then(() => false, isDeath)
    await adapters.close()
    await anchoring.close()
    kernel.queue.close()
    await kernel.store.close()
    lock.release()
  }
}

function isDeath(error: unknown): true {
  if (error instanceof Died) return true
  throw error
}

import { bothLanes, type Claimed } from '../queue/queue.ts'
import { type Fault, fault, Refusal } from '../values/fault.ts'
import type { TaskId } from '../values/id.ts'
import { type Duration, type Instant, later, seconds } from '../values/time.ts'
import type { Attempt } from './attempt.ts'
import { finish } from './finish.ts'
import type { Halt } from './halt.ts'
import type { Kernel, Mode } from './kernel.ts'
import { endOf, type Perform } from './perform.ts'
import { reclaim } from './reclaim.ts'
import { runTask } from './run-task.ts'
import { undoPlace } from './undo-place.ts'
import { watchWorkTime } from './work-time.ts'

export interface WorkerLimits {
  /** Names this process in leases. */
  readonly owner: string
  /** Attempts at once. */
  readonly concurrency: number
  readonly lease: Duration
  /** Told of each fault with which the store kept an attempt from being written down. */
  readonly refused?: (fault: Fault) => void
}

/** A lease outlives two lost heartbeats: three times the interval. */
export const usualLimits = { concurrency: 16, lease: seconds(30) } as const
const beatsPerLease = 3
// Of so many hands one takes only what somebody waits for: 4 of 16, 2 of 8, and none of a single one.
const handsAKeptOne = 4
// A disk that is full is asked again this often: soon enough for whoever has just made room, and rarely enough to cost nothing.
const storePause = seconds(5)

/** Claims tasks and runs attempts, as many at once as it may, and sleeps until something is due. */
export class Worker {
  readonly #kernel: Kernel
  readonly #limits: WorkerLimits
  readonly #perform: Perform
  readonly #active = new Map<TaskId, Active>()
  #stopSleep: () => void = () => undefined
  #stopBeat: () => void = () => undefined
  #stopWake: () => void = () => undefined
  #turning: Promise<void> | undefined
  #sleeping: Promise<void> | undefined
  #again = false
  #working = false
  #closed = false
  #trouble: Refusal | undefined

  constructor(kernel: Kernel, limits: WorkerLimits, perform: Perform = runTask) {
    this.#kernel = kernel
    this.#limits = limits
    this.#perform = perform
  }

  get working(): boolean {
    return this.#working
  }

  /** What keeps the store from taking what was done (a full disk), while it lasts. */
  get trouble(): Fault | undefined {
    return this.#trouble?.fault
  }

  /** Works from now on, as tasks fall due, until `close`. */
  work(): void {
    if (this.#working) return
    this.#working = true
    this.#stopWake = this.#kernel.queue.onWake(() => this.nudge())
    this.nudge()
  }

  /** Works until nothing more is due now; what is held or delayed stays. Faults: `store.*`, once what was begun has ended. */
  async idle(): Promise<void> {
    let refused: Refusal | undefined
    for (;;) {
      const claimed = refused ? 0 : await this.#turn()
      const running = [...this.#active.values()].map((active) => active.ended)
      if (running.length > 0) refused = (await Promise.race(running)) ?? refused
      else if (refused) throw refused
      else if (claimed === 0) return
    }
  }

  /** Stops the attempts of these tasks: their run was cancelled. */
  stop(tasks: readonly TaskId[], why: string): void {
    for (const id of tasks) this.#active.get(id)?.abort.abort(new Refusal(fault('task.cancelled', { task: why })))
  }

  /** Stops the attempts that a control speaks of: their tasks wait, and none of it counts as a try. */
  halt(why: (attempt: Attempt) => Halt | undefined): void {
    for (const { abort, attempt } of this.#active.values()) {
      const halt = attempt && why(attempt)
      if (halt) abort.abort(halt)
    }
  }

  /** Resolves when no attempt of these tasks is under way here; each is bounded. */
  async ended(tasks: readonly TaskId[]): Promise<void> {
    await Promise.all(tasks.map((id) => this.#active.get(id)?.ended))
  }

  /**
   * Lets nothing more begin, waits for the calls in flight (each is bounded) and gives back the rest: the next process takes it up
   * where it stands.
   */
  async close(): Promise<void> {
    this.#closed = true
    this.#working = false
    this.#stopWake()
    this.#stopSleep()
    await Promise.all([this.#turning, this.#sleeping])
    while (this.#active.size > 0) await Promise.all([...this.#active.values()].map((active) => active.ended))
    this.#stopBeat()
  }

  /** Takes back a `close`: what it stopped may begin again. */
  reopen(): void {
    this.#closed = false
  }

  /** Looks for work now. */
  nudge(): void {
    if (this.#closed || !this.#working) return
    if (this.#turning) {
      this.#again = true
      return
    }
    const turning = this.#turn().then(
      () => undefined,
      (error) => void this.#note(error),
    )
    this.#turning = turning.finally(() => {
      this.#turning = undefined
      if (this.#again && !this.#trouble) {
        this.#again = false
        this.nudge()
      } else {
        this.#again = false
        this.#sleeping = this.#sleep()
      }
    })
  }

  /** Takes back what time has freed, then as many ready tasks as there are free hands. */
  async #turn(): Promise<number> {
    const kernel = this.#kernel
    const free = this.#limits.concurrency - this.#active.size
    if (this.#closed || free <= 0) return 0
    await reclaim(kernel)
    this.#trouble = undefined
    const mode = kernel.mode()
    if (mode.mode === 'paused') return 0
    const { owner, lease } = this.#limits
    const background = this.#freeForBackground(mode)
    const claimed = await kernel.store.write((tx) => kernel.queue.claim(tx, { owner, max: free, background, lease }))
    for (const task of claimed) this.#begin(task)
    return claimed.length
  }

  /**
   * How many tasks may begin that nobody waits for. Some hands are kept for what somebody does, so that a provider that hangs cannot fill
   * them all; and what is left of a disk that is nearly full is left to that too.
   */
  #freeForBackground(mode: Mode): number {
    if (mode.mode === 'degraded' && mode.reasons.some(({ because }) => because === 'disk')) return 0
    const { concurrency } = this.#limits
    const kept = Math.ceil((concurrency - 1) / handsAKeptOne)
    let taken = 0
    for (const { task } of this.#active.values()) if (task.lane === 'background') taken += 1
    return Math.max(0, concurrency - kept - taken)
  }

  /** The store refused: what was claimed is free again when its lease ends. A mistake of ours is none of its refusals and crashes. */
  #note(error: unknown): Refusal {
    if (!(error instanceof Refusal)) throw error
    this.#trouble = error
    this.#limits.refused?.(error.fault)
    return error
  }

  async #sleep(): Promise<void> {
    this.#stopSleep()
    // A turn that ends while `close` waits for it must not read a store that is closed next.
    if (this.#closed) return
    const due = this.#trouble ? later(this.#kernel.clock.now(), storePause) : await this.#nextDue()
    if (due === undefined || this.#closed || !this.#working) return
    this.#stopSleep()
    this.#stopSleep = this.#kernel.clock.wake(due, () => this.nudge())
  }

  async #nextDue(): Promise<Instant | undefined> {
    const { queue, gates, store, mode } = this.#kernel
    const deadline = store.read
      .selectFrom('runs')
      .select('deadline_at')
      .where('deadline_at', 'is not', null)
      .where('ended_at', 'is', null)
      .where('state', 'in', ['running', 'held'])
      .orderBy('deadline_at')
      .limit(1)
      .executeTakeFirst()
    // A full worker, and a paused company, are woken by what ends that state.
    const now = mode()
    const begins = this.#active.size < this.#limits.concurrency && now.mode !== 'paused'
    const lanes = this.#freeForBackground(now) > 0 ? bothLanes : (['interactive'] as const)
    const tasks = begins ? queue.nextDue(lanes) : undefined
    const due = [await tasks, await gates.nextDue(), (await deadline)?.deadline_at ?? undefined]
    const known = due.filter((at) => at !== undefined)
    return known.length === 0 ? undefined : (Math.min(...known) as Instant)
  }

  #begin(task: Claimed): void {
    const abort = new AbortController()
    const ended = this.#attempt(task, abort)
      .then(
        () => undefined,
        (error) => this.#note(error),
      )
      .finally(() => {
        this.#active.delete(task.id)
        if (this.#active.size === 0) this.#stopBeat()
        this.nudge()
      })
    this.#active.set(task.id, { task, abort, ended, attempt: undefined })
    if (this.#active.size === 1) this.#beat()
  }

  async #attempt(task: Claimed, abort: AbortController): Promise<void> {
    const kernel = this.#kernel
    const run = await kernel.readRun(task.run_id)
    const place = task.kind === 'undo' ? undoPlace(await kernel.readPlan(task.plan_hash)) : await kernel.placeOf(task)
    const time = watchWorkTime(kernel.clock, task, abort)
    const attempt: Attempt = {
      kernel,
      task,
      run,
      place,
      signal: abort.signal,
      leaving: () => this.#closed,
      time,
      steps: new Map(),
    }
    const active = this.#active.get(task.id)
    if (active) active.attempt = attempt
    const limit = place.node.budget?.time ?? null
    if (limit !== null) time.endAfter(limit)
    try {
      await finish(attempt, await endOf(this.#perform, attempt))
    } finally {
      time.stop()
    }
  }

  /** Prolongs the leases of all attempts together; one that was overtaken is stopped. */
  #beat(): void {
    const { clock, store, queue } = this.#kernel
    const { lease } = this.#limits
    // The last beat may still be writing when the first of the next tasks begins: one of the two goes on.
    this.#stopBeat()
    this.#stopBeat = clock.wake(later(clock.now(), (lease / beatsPerLease) as Duration), async () => {
      const active = [...this.#active.values()]
      const beating = store.write(async (tx) => {
        for (const { task, abort } of active) {
          if (await queue.heartbeat(tx, task.id, task.fence, lease)) continue
          abort.abort(new Refusal(fault('queue.stale-fence', { task: task.id, fence: task.fence })))
        }
      })
      await beating.catch((error) => this.#note(error))
      if (this.#active.size > 0) this.#beat()
    })
  }
}

interface Active {
  readonly task: Claimed
  readonly abort: AbortController
  /** Never rejects: gives what the store refused. */
  readonly ended: Promise<Refusal | undefined>
  /** Once it is known what the attempt is about. */
  attempt: Attempt | undefined
}

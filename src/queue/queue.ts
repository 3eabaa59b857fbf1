import type { Tx } from '../store/store.ts'
import type { Row } from '../store/tables.ts'
import type { Outcome } from '../telemetry/event.ts'
import type { Fault } from '../values/fault.ts'
import type { GateId, IdentityId, RunId, TaskId } from '../values/id.ts'
import type { Duration, Instant } from '../values/time.ts'

/** A task as the queue hands it out. `fence` names this attempt in every write. */
export type Claimed = Row<'tasks'> & {
  readonly state: 'claimed'
  readonly lease_until: Instant
  readonly owner: string
}

export type Lane = Row<'tasks'>['lane']

/** Both, in the order of the queue: what somebody waits for goes first. */
export const bothLanes: readonly Lane[] = ['interactive', 'background']

/** What a new task needs to stand in the queue. With `needs` it waits; without, it is ready at `dueAt`. */
export interface NewTask {
  readonly id: TaskId
  readonly run: RunId
  readonly name: string
  readonly plan: string
  readonly node: string
  readonly kind: Row<'tasks'>['kind']
  readonly subject: IdentityId
  readonly parent?: TaskId
  readonly item?: number
  readonly lane: 'interactive' | 'background'
  readonly priority: number
  readonly key?: string
  readonly needs: readonly TaskId[]
  readonly dueAt: Instant
}

/** How an attempt ended. */
export type Ending =
  | { readonly kind: 'done'; readonly outcome: Outcome; readonly origin: 'operator' | 'system' | 'external' }
  | { readonly kind: 'failed'; readonly fault: Fault }
  | { readonly kind: 'retried'; readonly fault: Fault; readonly dueAt: Instant }
  | { readonly kind: 'postponed'; readonly fault: Fault; readonly dueAt: Instant }
  | { readonly kind: 'held'; readonly gate: GateId }
  | { readonly kind: 'spread'; readonly needs: number }

/** Who wants tasks, and how many. */
export interface Claim {
  readonly owner: string
  readonly max: number
  /** Most of those that nobody waits for; `max` when left out. */
  readonly background?: number
  readonly lease: Duration
}

export interface Limits {
  /** Most open (ready or claimed) background tasks; beyond it new background work is refused with `queue.full`. */
  readonly depth: number
  /** Per key: most tasks claimed at once, and most claims in a window. */
  readonly keys: Readonly<
    Record<
      string,
      { readonly concurrency?: number; readonly rate?: { readonly count: number; readonly per: Duration } }
    >
  >
}

/**
 * The persistent queue. All but `nextDue` and `onWake` run in the caller's transaction and journal what they do.
 * A claim is a lease with a fence; a write under a stale fence throws `queue.stale-fence`.
 */
export interface Queue {
  /** Adds tasks in one go (rows, needs, one `task.added` event); those that need nothing which is not done are ready at once. Fault: `queue.full` for background work beyond the depth, unless `parent` is set. */
  add(tx: Tx, tasks: readonly NewTask[]): Promise<void>
  /** `task`, which waits (after `spread`), needs these too; its count stays as it is. To be called where they are added. */
  addNeeds(tx: Tx, task: TaskId, needs: readonly TaskId[]): Promise<void>
  /** `need` (failed or skipped) no longer holds `task` up: counted down once, as if it were done. */
  waive(tx: Tx, task: TaskId, need: TaskId): Promise<void>
  /** What needs this failed task is skipped, and whoever spread it over items goes on without it. */
  giveUp(tx: Tx, task: TaskId): Promise<void>
  /** Hands out up to `max` ready, due tasks: interactive before background, then priority (high first), then due time. Saturated keys are passed over. */
  claim(tx: Tx, ask: Claim): Promise<Claimed[]>
  /** Prolongs the lease. False when the fence is stale: the attempt must stop. */
  heartbeat(tx: Tx, task: TaskId, fence: number, lease: Duration): Promise<boolean>
  /** Throws `queue.stale-fence` unless the task is claimed under this fence. Every write of an attempt calls it. */
  assertFence(tx: Tx, task: TaskId, fence: number): Promise<void>
  /** Ends an attempt. When done: counts down the tasks that need it and makes them ready (`delay` per dependant comes from `dueAt`). Gives the seq of the event. */
  finish(
    tx: Tx,
    task: Claimed,
    ending: Ending,
    worked: Duration,
    dueAt?: (dependant: Row<'tasks'>) => Promise<Instant>,
  ): Promise<number>
  /** Claimed tasks whose lease ran out, oldest first; `lose`, in the same transaction, makes one ready again. */
  expired(tx: Tx, max: number): Promise<Claimed[]>
  lose(tx: Tx, task: Claimed): Promise<void>
  /** Ends all leases now: only for the holder of the company's lock, who knows that nobody else works. */
  abandon(tx: Tx): Promise<void>
  /** A decision makes a held task ready again; no retry, a new fence at the next claim. */
  resume(tx: Tx, task: TaskId, gate: GateId): Promise<void>
  /** The gate sends work back: `producer` (done) starts a new round, the gate's task waits for it. */
  sendBack(tx: Tx, gateTask: TaskId, producer: TaskId, gate: GateId, comment: string): Promise<void>
  /** A ready task that is not due yet is due now; one that is at work, or due, is left alone. */
  call(tx: Tx, task: TaskId): Promise<void>
  /** A failed task is made ready, with all its attempts. */
  revive(tx: Tx, task: TaskId): Promise<void>
  /** A ready, held or failed task starts a new round: what its attempts did so far is not replayed. */
  restart(tx: Tx, task: TaskId): Promise<void>
  /** Skips a waiting or ready task and everything that needs it. */
  skip(tx: Tx, task: TaskId, because: string): Promise<void>
  /** Cancels all tasks of a run that are not at an end; gives the ids of those that were claimed. */
  cancel(tx: Tx, run: RunId, why: string): Promise<TaskId[]>
  /** When something next wants attention: the earliest due ready task (of these lanes; both when left out) or expiring lease. */
  nextDue(lanes?: readonly Lane[]): Promise<Instant | undefined>
  /** Called after a COMMIT, of this process or another, that may have made work ready. */
  onWake(listener: () => void): () => void
  close(): void
}

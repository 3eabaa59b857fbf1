import type { GateId } from '../values/id.ts'
import { type Duration, type Instant, milliseconds } from '../values/time.ts'

/**
 * A task's state: each carries exactly what is true in it. `attempt` counts tries since it was last fresh; `fence` counts
 * claims and only grows; `round` counts fresh starts (1, then one more for each time the operator returns its work).
 */
export type TaskState =
  | { readonly state: 'waiting'; readonly needs: number }
  | { readonly state: 'ready'; readonly dueAt: Instant }
  | { readonly state: 'claimed'; readonly owner: string; readonly leaseUntil: Instant }
  | { readonly state: 'held'; readonly gate: GateId }
  | { readonly state: 'done'; readonly outcome: number; readonly at: Instant }
  | { readonly state: 'failed'; readonly outcome: number; readonly at: Instant }
  | { readonly state: 'skipped'; readonly at: Instant }
  | { readonly state: 'cancelled'; readonly at: Instant }

export type TaskProgress = TaskState & {
  readonly attempt: number
  readonly round: number
  readonly fence: number
  readonly worked: Duration
}

/** What can happen to a task. `outcome` is the seq of the journal event that carries the output or the fault. */
export type TaskEvent =
  | { readonly kind: 'need-met'; readonly dueAt: Instant }
  | { readonly kind: 'need-reopened' }
  | { readonly kind: 'claimed'; readonly owner: string; readonly leaseUntil: Instant }
  | { readonly kind: 'renewed'; readonly leaseUntil: Instant }
  | { readonly kind: 'lost'; readonly dueAt: Instant }
  | { readonly kind: 'retried'; readonly dueAt: Instant; readonly worked: Duration }
  | { readonly kind: 'postponed'; readonly dueAt: Instant; readonly worked: Duration }
  | { readonly kind: 'held'; readonly gate: GateId; readonly worked: Duration }
  | { readonly kind: 'resumed'; readonly dueAt: Instant }
  | { readonly kind: 'spread'; readonly needs: number; readonly worked: Duration }
  | { readonly kind: 'returned'; readonly needs: number }
  | { readonly kind: 'reworked'; readonly dueAt: Instant }
  | { readonly kind: 'revived'; readonly dueAt: Instant }
  | { readonly kind: 'called'; readonly dueAt: Instant }
  | { readonly kind: 'restarted'; readonly dueAt: Instant }
  | { readonly kind: 'done'; readonly outcome: number; readonly at: Instant; readonly worked: Duration }
  | { readonly kind: 'failed'; readonly outcome: number; readonly at: Instant; readonly worked: Duration }
  | { readonly kind: 'skipped'; readonly at: Instant }
  | { readonly kind: 'cancelled'; readonly at: Instant }

/**
 * The task after the event, or `undefined` when this cannot happen in this state. Reads no clock and no database.
 * `need-met` counts one need down and makes the task ready at zero.
 */
export function next(task: TaskProgress, event: TaskEvent): TaskProgress | undefined {
  switch (event.kind) {
    case 'renewed':
    case 'lost':
    case 'retried':
    case 'postponed':
    case 'held':
    case 'spread':
    case 'done':
    case 'failed':
      return task.state === 'claimed' ? fromClaimed(task, event) : undefined
    default:
      return fromRest(task, event)
  }
}

type Claimed = Extract<TaskProgress, { state: 'claimed' }>
type InClaim = 'renewed' | 'lost' | 'retried' | 'postponed' | 'held' | 'spread' | 'done' | 'failed'

// What happens to a task that someone has.
function fromClaimed(task: Claimed, event: Extract<TaskEvent, { kind: InClaim }>): TaskProgress {
  const same = counts(task)
  const after = (spent: Duration) => ({ ...same, worked: (same.worked + spent) as Duration })
  const untried = (spent: Duration) => ({ ...after(spent), attempt: same.attempt - 1 })
  switch (event.kind) {
    case 'renewed':
      return { ...task, leaseUntil: event.leaseUntil }
    case 'lost':
      return { ...same, state: 'ready', dueAt: event.dueAt }
    case 'retried':
      return { ...after(event.worked), state: 'ready', dueAt: event.dueAt }
    case 'postponed': // waiting for someone else's sake (a pause, a rate limit) is no try of its own
      return { ...untried(event.worked), state: 'ready', dueAt: event.dueAt }
    case 'held':
      return { ...untried(event.worked), state: 'held', gate: event.gate }
    case 'spread':
      return { ...untried(event.worked), state: 'waiting', needs: event.needs }
    case 'done':
    case 'failed':
      return { ...after(event.worked), state: event.kind, outcome: event.outcome, at: event.at }
    default:
      return event satisfies never
  }
}

// What happens to a task that nobody has; and `cancelled`, which comes to one in any state.
function fromRest(task: TaskProgress, event: Exclude<TaskEvent, { kind: InClaim }>): TaskProgress | undefined {
  const same = counts(task)
  const { attempt, round, fence } = same
  switch (event.kind) {
    case 'need-met':
      if (task.state !== 'waiting' || task.needs < 1) return undefined
      return task.needs === 1
        ? { ...same, state: 'ready', dueAt: event.dueAt }
        : { ...same, state: 'waiting', needs: task.needs - 1 }
    case 'need-reopened': // what it needs was done, and is being done again
      return task.state === 'waiting' ? { ...same, state: 'waiting', needs: task.needs + 1 } : undefined
    case 'claimed': {
      const { owner, leaseUntil } = event
      const tried = { ...same, attempt: attempt + 1, fence: fence + 1 }
      return task.state === 'ready' ? { ...tried, state: 'claimed', owner, leaseUntil } : undefined
    }
    case 'resumed':
      return task.state === 'held' ? { ...same, state: 'ready', dueAt: event.dueAt } : undefined
    case 'returned': // the gate waits again, for the work that it sent back
      return task.state === 'held' ? { ...same, round: round + 1, state: 'waiting', needs: event.needs } : undefined
    case 'reworked': {
      const afresh = { ...same, attempt: 0, round: round + 1 }
      return task.state === 'done' ? { ...afresh, state: 'ready', dueAt: event.dueAt } : undefined
    }
    case 'revived': {
      const afresh = { ...same, attempt: 0, worked: milliseconds(0) }
      return task.state === 'failed' ? { ...afresh, state: 'ready', dueAt: event.dueAt } : undefined
    }
    case 'called': // what it waited for came before its time was up
      return task.state === 'ready' ? { ...same, state: 'ready', dueAt: event.dueAt } : undefined
    case 'restarted': {
      // whoever does it from now on has nothing of what was done so far
      const afresh = { ...same, attempt: 0, round: round + 1, worked: milliseconds(0) }
      const rests = task.state === 'ready' || task.state === 'held' || task.state === 'failed'
      return rests ? { ...afresh, state: 'ready', dueAt: event.dueAt } : undefined
    }
    case 'skipped':
      return task.state === 'waiting' || task.state === 'ready'
        ? { ...same, state: 'skipped', at: event.at }
        : undefined
    case 'cancelled':
      return isOver(task) ? undefined : { ...same, state: 'cancelled', at: event.at }
    default:
      return event satisfies never
  }
}

const counts = ({ attempt, round, fence, worked }: TaskProgress) => ({ attempt, round, fence, worked })

const isOver = ({ state }: TaskProgress): boolean =>
  state === 'done' || state === 'failed' || state === 'skipped' || state === 'cancelled'

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
  | { readonly kind: 'done'; readonly outcome: number; readonly at: Instant; readonly worked: Duration }
  | { readonly kind: 'failed'; readonly outcome: number; readonly at: Instant; readonly worked: Duration }
  | { readonly kind: 'skipped'; readonly at: Instant }
  | { readonly kind: 'cancelled'; readonly at: Instant }

/**
 * The task after the event, or `undefined` when this cannot happen in this state. Reads no clock and no database.
 * `need-met` counts one need down and makes the task ready at zero.
 */
export function next(task: TaskProgress, event: TaskEvent): TaskProgress | undefined {
  const { attempt, round, fence, worked } = task
  const same = { attempt, round, fence, worked }
  const after = (spent: Duration) => ({ ...same, worked: (worked + spent) as Duration })
  switch (event.kind) {
    case 'need-met':
      if (task.state !== 'waiting' || task.needs < 1) return undefined
      return task.needs === 1
        ? { ...same, state: 'ready', dueAt: event.dueAt }
        : { ...same, state: 'waiting', needs: task.needs - 1 }
    case 'need-reopened': // what it needs was done, and is being done again
      return task.state === 'waiting' ? { ...same, state: 'waiting', needs: task.needs + 1 } : undefined
    case 'claimed':
      return task.state === 'ready'
        ? {
            ...same,
            attempt: attempt + 1,
            fence: fence + 1,
            state: 'claimed',
            owner: event.owner,
            leaseUntil: event.leaseUntil,
          }
        : undefined
    case 'renewed':
      return task.state === 'claimed' ? { ...task, leaseUntil: event.leaseUntil } : undefined
    case 'lost':
      return task.state === 'claimed' ? { ...same, state: 'ready', dueAt: event.dueAt } : undefined
    case 'retried':
      return task.state === 'claimed' ? { ...after(event.worked), state: 'ready', dueAt: event.dueAt } : undefined
    case 'postponed': // waiting for someone else's sake (a pause, a rate limit) is no try of its own
      return task.state === 'claimed'
        ? { ...after(event.worked), attempt: attempt - 1, state: 'ready', dueAt: event.dueAt }
        : undefined
    case 'held':
      return task.state === 'claimed'
        ? { ...after(event.worked), attempt: attempt - 1, state: 'held', gate: event.gate }
        : undefined
    case 'resumed':
      return task.state === 'held' ? { ...same, state: 'ready', dueAt: event.dueAt } : undefined
    case 'spread':
      return task.state === 'claimed'
        ? { ...after(event.worked), attempt: attempt - 1, state: 'waiting', needs: event.needs }
        : undefined
    case 'returned': // the gate waits again, for the work that it sent back
      return task.state === 'held' ? { ...same, round: round + 1, state: 'waiting', needs: event.needs } : undefined
    case 'reworked':
      return task.state === 'done'
        ? { ...same, attempt: 0, round: round + 1, state: 'ready', dueAt: event.dueAt }
        : undefined
    case 'revived':
      return task.state === 'failed'
        ? { ...same, attempt: 0, worked: milliseconds(0), state: 'ready', dueAt: event.dueAt }
        : undefined
    case 'done':
    case 'failed':
      return task.state === 'claimed'
        ? { ...after(event.worked), state: event.kind, outcome: event.outcome, at: event.at }
        : undefined
    case 'skipped':
      return task.state === 'waiting' || task.state === 'ready'
        ? { ...same, state: 'skipped', at: event.at }
        : undefined
    case 'cancelled':
      return task.state === 'done' || task.state === 'failed' || task.state === 'skipped' || task.state === 'cancelled'
        ? undefined
        : { ...same, state: 'cancelled', at: event.at }
    default:
      return event satisfies never
  }
}

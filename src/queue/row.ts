import type { Row } from '../store/tables.ts'
import type { Duration } from '../values/time.ts'
import type { TaskProgress, TaskState } from './task.ts'

/** The columns of a task's row that its life changes. All others are set when it is added, for good. */
export type ProgressColumns = Pick<
  Row<'tasks'>,
  | 'state'
  | 'pending'
  | 'due_at'
  | 'attempt'
  | 'round'
  | 'fence'
  | 'lease_until'
  | 'owner'
  | 'gate_id'
  | 'worked_ms'
  | 'outcome_seq'
  | 'ended_at'
>

/** A task's row as its state says it. Crashes on a row that the CHECKs of the table forbid. */
export function progressOf(row: ProgressColumns): TaskProgress {
  const { attempt, round, fence } = row
  return { ...stateOf(row), attempt, round, fence, worked: row.worked_ms as Duration }
}

/** The row after a change. `due_at` and `outcome_seq` stay where the new state says nothing of them. */
export function columnsOf(before: ProgressColumns, after: TaskProgress): ProgressColumns {
  return {
    state: after.state,
    pending: after.state === 'waiting' ? after.needs : 0,
    due_at: after.state === 'ready' ? after.dueAt : before.due_at,
    attempt: after.attempt,
    round: after.round,
    fence: after.fence,
    lease_until: after.state === 'claimed' ? after.leaseUntil : null,
    owner: after.state === 'claimed' ? after.owner : null,
    gate_id: after.state === 'held' ? after.gate : null,
    worked_ms: after.worked,
    outcome_seq: outcomeOf(before, after),
    ended_at: 'at' in after ? after.at : null,
  }
}

function stateOf(row: ProgressColumns): TaskState {
  switch (row.state) {
    case 'waiting':
      return { state: 'waiting', needs: row.pending }
    case 'ready':
      return { state: 'ready', dueAt: row.due_at }
    case 'claimed':
      return { state: 'claimed', owner: present(row.owner), leaseUntil: present(row.lease_until) }
    case 'held':
      return { state: 'held', gate: present(row.gate_id) }
    case 'done':
    case 'failed':
      return { state: row.state, outcome: present(row.outcome_seq), at: present(row.ended_at) }
    case 'skipped':
    case 'cancelled':
      return { state: row.state, at: present(row.ended_at) }
    default:
      return row.state satisfies never
  }
}

function outcomeOf(before: ProgressColumns, after: TaskProgress): number | null {
  if (after.state === 'done' || after.state === 'failed') return after.outcome
  // What was done stays readable while it is done again; the fault of a revived task is no longer true.
  return before.state === 'failed' ? null : before.outcome_seq
}

function present<T>(value: T | null): T {
  if (value === null) throw new TypeError('the row of a task lacks what its state needs')
  return value
}

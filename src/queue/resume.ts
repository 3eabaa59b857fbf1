import type { Tx } from '../store/store.ts'
import type { Row } from '../store/tables.ts'
import { refuse } from '../values/fault.ts'
import type { GateId, TaskId } from '../values/id.ts'
import { changeAsked, type Parts, record, taskRow } from './change.ts'

/** See `Queue.resume`. */
export async function resume(parts: Parts, tx: Tx, id: TaskId, gate: GateId): Promise<void> {
  const row = await atGate(tx, id, gate, 'go on')
  const dueAt = parts.clock.now()
  const task = await changeAsked(tx, row, { kind: 'resumed', dueAt }, { verb: 'go on', hint: waitsForNobody })
  await record(parts, tx, task, 'task.resumed', { dueAt, gate })
  parts.wake.afterCommit(tx)
}

/** See `Queue.call`. */
export async function call(parts: Parts, tx: Tx, id: TaskId): Promise<void> {
  const row = await taskRow(tx, id)
  const dueAt = parts.clock.now()
  if (row.state !== 'ready' || row.due_at <= dueAt) return
  const hint = 'Only what waits for its time is called.'
  const task = await changeAsked(tx, row, { kind: 'called', dueAt }, { verb: 'be called', hint })
  await record(parts, tx, task, 'task.called', { dueAt })
  parts.wake.afterCommit(tx)
}

/** See `Queue.revive`. */
export async function revive(parts: Parts, tx: Tx, id: TaskId): Promise<void> {
  const row = await taskRow(tx, id)
  const dueAt = parts.clock.now()
  const hint = 'Only a failed task is retried by hand.'
  const task = await changeAsked(tx, row, { kind: 'revived', dueAt }, { verb: 'be retried', hint })
  await record(parts, tx, task, 'task.revived', { dueAt }, 'operator')
  parts.wake.afterCommit(tx)
}

/** See `Queue.restart`. */
export async function restart(parts: Parts, tx: Tx, id: TaskId): Promise<void> {
  const row = await taskRow(tx, id)
  const dueAt = parts.clock.now()
  const hint = 'Only what is ready, held or failed begins anew.'
  const task = await changeAsked(tx, row, { kind: 'restarted', dueAt }, { verb: 'begin anew', hint })
  await record(parts, tx, task, 'task.restarted', { dueAt }, 'operator')
  parts.wake.afterCommit(tx)
}

/** The row of a task that is held at this very gate. Fault: `task.not-possible`. */
export async function atGate(tx: Tx, id: TaskId, gate: GateId, verb: string): Promise<Row<'tasks'>> {
  const row = await taskRow(tx, id)
  if (row.gate_id === gate) return row
  const state = row.gate_id ? `held at ${row.gate_id}` : row.state
  return refuse('task.not-possible', { task: row.name, state, verb, hint: waitsForNobody })
}

const waitsForNobody = 'It does not wait for this gate.'

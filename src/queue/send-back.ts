import type { Tx } from '../store/store.ts'
import type { GateId, TaskId } from '../values/id.ts'
import { insertNeeds } from './add.ts'
import { changeAsked, type Parts, record, taskRow } from './change.ts'
import { countUp } from './count-down.ts'
import { atGate } from './resume.ts'

/** See `Queue.sendBack`. What else waits for the producer waits for its new round too. */
export async function sendBack(
  parts: Parts,
  tx: Tx,
  gateTask: TaskId,
  producer: TaskId,
  gate: GateId,
  comment: string,
): Promise<void> {
  const now = parts.clock.now()
  const made = await taskRow(tx, producer)
  const reworked = await changeAsked(
    tx,
    made,
    { kind: 'reworked', dueAt: now },
    { verb: 'be sent back', hint: 'Only work that is done is sent back.' },
  )
  await countUp(tx, producer)
  const held = await atGate(tx, gateTask, gate, 'send work back')
  const waiting = await changeAsked(
    tx,
    held,
    { kind: 'returned', needs: 1 },
    { verb: 'send work back', hint: 'Only a task that waits for a decision does.' },
  )
  await insertNeeds(tx, [{ task_id: gateTask, needs_id: producer }])
  await record(parts, tx, reworked, 'task.reworked', { dueAt: now, gate, comment }, 'operator')
  await record(parts, tx, waiting, 'task.returned', { gate, comment, needs: 1 }, 'operator')
  parts.wake.afterCommit(tx)
}

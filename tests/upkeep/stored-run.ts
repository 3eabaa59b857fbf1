import type { Tx } from '../../src/store/store.ts'
import type { Row } from '../../src/store/tables.ts'
import type { Draft } from '../../src/telemetry/event.ts'
import { fault } from '../../src/values/fault.ts'
import { companyIdentity, derivedId, type ReservationId, type RunId, type TaskId } from '../../src/values/id.ts'
import type { Json } from '../../src/values/json.ts'
import type { Usd } from '../../src/values/money.ts'
import { type Instant, seconds } from '../../src/values/time.ts'
import type { UpkeepCompany } from './company.ts'

interface Wanted {
  readonly name: string
  readonly plan: string
  readonly index: number
  readonly failed: boolean
  readonly cost: Usd
}

/** A run of one task with its events and rows, as the executor writes them. */
export async function storeRun(
  tx: Tx,
  { kernel }: UpkeepCompany,
  wanted: Wanted,
): Promise<{ run: RunId; task: TaskId }> {
  const { name, plan, index, failed, cost } = wanted
  const run = derivedId('run', name, String(index))
  const task = derivedId('tsk', run, 'work')
  const at = kernel.clock.now()
  const tell = (draft: Pick<Draft, 'kind' | 'payload'> & { task?: TaskId }) =>
    kernel.journal.append(tx, { subject: companyIdentity, origin: 'system', run, ...draft } as Draft)
  const started = await tell({
    kind: 'run.started',
    payload: { workflow: name, plan, input: {} as Json, deadline: null },
  })
  await tx.db
    .insertInto('runs')
    .values({
      id: run,
      workflow: name,
      plan_hash: plan,
      subject: companyIdentity,
      lane: 'background',
      origin: 'system',
      state: failed ? 'failed' : 'done',
      input_seq: started,
      output_seq: failed ? null : started,
      started_at: at,
      deadline_at: null,
      ended_at: at,
    })
    .execute()
  await tx.db
    .insertInto('tasks')
    .values(taskRow(run, task, plan, at, failed, started))
    .execute()
  const reservation = derivedId('rsv', run, 'turn') satisfies ReservationId
  await tell({ kind: 'budget.settled', task, payload: { reservation, actual: cost, late: false } })
  const worked = seconds(1)
  if (failed) {
    const why = fault('model.unreachable', { model: 'some', why: 'ECONNREFUSED' })
    await tell({ kind: 'task.failed', task, payload: { fence: 1, fault: why, worked } })
    await tell({ kind: 'run.failed', payload: { tasks: ['work'] } })
  } else {
    await tell({ kind: 'task.done', task, payload: { output: {}, cost, fence: 1, worked } })
    await tell({ kind: 'run.done', payload: { output: {} } })
  }
  return { run, task }
}

function taskRow(run: RunId, task: TaskId, plan: string, at: Instant, failed: boolean, seq: number): Row<'tasks'> {
  return {
    id: task,
    run_id: run,
    name: 'work',
    plan_hash: plan,
    node: 'work',
    kind: 'agent',
    subject: companyIdentity,
    parent_id: null,
    item: null,
    lane: 'background',
    priority: 0,
    queue_key: null,
    state: failed ? 'failed' : 'done',
    pending: 0,
    due_at: at,
    attempt: 1,
    round: 1,
    fence: 1,
    lease_until: null,
    owner: null,
    gate_id: null,
    worked_ms: 1000,
    outcome_seq: seq,
    ended_at: at,
  }
}

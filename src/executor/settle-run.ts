import { runInput } from '../planner/plan.ts'
import { stateLiteral } from '../queue/row.ts'
import type { Tx } from '../store/store.ts'
import type { Row } from '../store/tables.ts'
import type { Draft } from '../telemetry/event.ts'
import type { RunId } from '../values/id.ts'
import { type Json, reach } from '../values/json.ts'
import type { Origin } from '../values/origin.ts'
import type { Kernel } from './kernel.ts'
import { taskId } from './place.ts'
import { dueEvent, next, type RunEvent, type Tasks } from './run-state.ts'
import { outputOf } from './values.ts'

/** Brings a run's state in line with its tasks. Called in the transaction of whatever changed them. */
export async function settleRun(tx: Tx, kernel: Kernel, id: RunId): Promise<void> {
  const run = await tx.db.selectFrom('runs').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
  const event = dueEvent(run.state, await readTasks(tx, run))
  if (event !== undefined) await moveRun(tx, kernel, run, event)
}

/** Moves a run and journals it. Gives false when the run's state does not admit the event. */
export async function moveRun(tx: Tx, kernel: Kernel, run: Row<'runs'>, event: RunEvent, why = ''): Promise<boolean> {
  const state = next(run.state, event)
  if (state === undefined) return false
  const { payload, origin } = await told(tx, kernel, run, event, why)
  const seq = await kernel.journal.append(tx, {
    kind: `run.${event}`,
    subject: run.subject,
    run: run.id,
    origin,
    payload,
  } as Draft)
  const ended = state === 'done' || state === 'failed' || state === 'cancelled' || state === 'undone'
  await tx.db
    .updateTable('runs')
    .set({ state, ended_at: ended ? kernel.clock.now() : null, ...(state === 'done' ? { output_seq: seq } : {}) })
    .where('id', '=', run.id)
    .execute()
  return true
}

async function told(
  tx: Tx,
  kernel: Kernel,
  run: Row<'runs'>,
  event: RunEvent,
  why: string,
): Promise<{ payload: object; origin: Origin }> {
  if (event === 'done') {
    const { output, origin } = await readOutput(tx, kernel, run)
    return { payload: { output }, origin }
  }
  if (event === 'failed') return { payload: { tasks: await failedNames(tx, run.id) }, origin: 'system' }
  return { payload: event === 'cancelled' || event === 'undoing' ? { why } : {}, origin: 'system' }
}

/** The run's output; `null` when what would give it was skipped. */
async function readOutput(tx: Tx, kernel: Kernel, run: Row<'runs'>): Promise<{ output: Json; origin: Origin }> {
  const { output: wire } = await kernel.readPlan(run.plan_hash)
  if ('value' in wire) return { output: wire.value, origin: 'system' }
  if (wire.from === runInput) {
    const [event] = await kernel.journal.at([run.input_seq], tx)
    const input = event?.kind === 'run.started' ? event.payload?.input : undefined
    return { output: reach(input, wire.path) ?? null, origin: run.origin }
  }
  const row = await tx.db
    .selectFrom('tasks')
    .select(['outcome_seq', 'state'])
    .where('id', '=', taskId(run.id, wire.from))
    .executeTakeFirst()
  if (row?.state !== 'done' || row.outcome_seq === null) return { output: null, origin: 'system' }
  const [event] = await kernel.journal.at([row.outcome_seq], tx)
  if (!event) throw new TypeError(`event ${row.outcome_seq} is missing`)
  const { value, origin } = outputOf(event)
  return { output: reach(value, wire.path) ?? null, origin }
}

async function readTasks(tx: Tx, run: Row<'runs'>): Promise<Tasks> {
  const rows = await tx.db
    .selectFrom((eb) =>
      eb
        .selectFrom('tasks')
        .select('state')
        .distinct()
        .where('run_id', '=', run.id)
        .where('state', 'in', [
          stateLiteral('ready'),
          stateLiteral('claimed'),
          stateLiteral('held'),
          stateLiteral('failed'),
          stateLiteral('waiting'),
        ])
        .$if(run.state === 'undoing' || run.state === 'undo-held', (select) => select.where('kind', '=', 'undo'))
        .as('states'),
    )
    .selectAll()
    .execute()
  const states = new Set(rows.map((row) => row.state))
  return {
    active: states.has('ready') || states.has('claimed'),
    held: states.has('held'),
    failed: states.has('failed'),
    waiting: states.has('waiting'),
  }
}

async function failedNames(tx: Tx, run: RunId): Promise<string[]> {
  const rows = await tx.db
    .selectFrom('tasks')
    .select('name')
    .where('run_id', '=', run)
    .where('state', '=', stateLiteral('failed'))
    .limit(20)
    .execute()
  return rows.map((row) => row.name)
}

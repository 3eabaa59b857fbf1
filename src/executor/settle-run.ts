import { sql } from 'kysely'
import { runInput } from '../planner/plan.ts'
import { compiled } from '../store/compiled.ts'
import type { Tx } from '../store/store.ts'
import type { Row } from '../store/tables.ts'
import type { Draft } from '../telemetry/event.ts'
import type { RunId, TaskId } from '../values/id.ts'
import { type Json, reach } from '../values/json.ts'
import type { Origin } from '../values/origin.ts'
import type { Instant } from '../values/time.ts'
import { isGivenUp } from './give-up.ts'
import type { Kernel } from './kernel.ts'
import { taskId } from './place.ts'
import { readRun } from './read-run.ts'
import { dueEvent, next, type RunEvent, type Tasks } from './run-state.ts'
import { outputOf } from './values.ts'

/** Brings a run's state in line with its tasks. Called in the transaction of whatever changed them. */
export async function settleRun(tx: Tx, kernel: Kernel, id: RunId): Promise<void> {
  const run = await readRun(tx.db, id)
  const event = dueEvent(run.state, await readTasks(tx, run))
  if (event !== undefined) await moveRun(tx, kernel, run, event)
}

/** Without a memory where none is open: what runs keep in mind is not loaded then. */
type Mover = Pick<Kernel, 'journal' | 'clock' | 'readPlan'> & Partial<Pick<Kernel, 'memory'>>

/** Moves a run and journals it. Gives false when the run's state does not admit the event. */
export async function moveRun(tx: Tx, kernel: Mover, run: Row<'runs'>, event: RunEvent, why = ''): Promise<boolean> {
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
  // What it keeps in mind ends with it; where it goes on after all, its mind is read again.
  if (ended || run.ended_at !== null) tx.afterCommit(() => kernel.memory?.working.release(run.id))
  await updateRun.run(tx.db, {
    id: run.id,
    state,
    ended: ended ? kernel.clock.now() : null,
    output: state === 'done' ? seq : run.output_seq,
  })
  return true
}

async function told(
  tx: Tx,
  kernel: Mover,
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
async function readOutput(tx: Tx, kernel: Mover, run: Row<'runs'>): Promise<{ output: Json; origin: Origin }> {
  const { output: wire } = await kernel.readPlan(run.plan_hash)
  if ('value' in wire) return { output: wire.value, origin: 'system' }
  if (wire.from === runInput) {
    const [event] = await kernel.journal.at([run.input_seq], tx)
    const input = event?.kind === 'run.started' ? event.payload?.input : undefined
    return { output: reach(input, wire.path) ?? null, origin: run.origin }
  }
  const row = await outcomeOf.first(tx.db, { task: taskId(run.id, wire.from) })
  if (row?.state !== 'done' || row.outcome_seq === null) return { output: null, origin: 'system' }
  const [event] = await kernel.journal.at([row.outcome_seq], tx)
  if (!event) throw new TypeError(`event ${row.outcome_seq} is missing`)
  const { value, origin } = outputOf(event)
  return { output: reach(value, wire.path) ?? null, origin }
}

async function readTasks(tx: Tx, run: Row<'runs'>): Promise<Tasks> {
  const undoing = run.state === 'undoing' || run.state === 'undo-held'
  const found = await (undoing ? undosIn : tasksIn).first(tx.db, { run: run.id })
  return {
    active: found?.ready === 1 || found?.claimed === 1,
    held: found?.held === 1,
    failed: found?.failed === 1,
    waiting: found?.waiting === 1,
  }
}

async function failedNames(tx: Tx, run: RunId): Promise<string[]> {
  const rows = await tx.db
    .selectFrom('tasks')
    .select('name')
    .where('run_id', '=', run)
    .where('state', '=', sql.lit('failed'))
    .where((row) => row.not(isGivenUp(row)))
    .limit(20)
    .execute()
  return rows.map((row) => row.name)
}

const updateRun = compiled(
  (db, given: { id: RunId; state: Row<'runs'>['state']; ended: Instant | null; output: number | null }) =>
    db
      .updateTable('runs')
      .set({ state: given.state, ended_at: given.ended, output_seq: given.output })
      .where('id', '=', given.id),
)
const outcomeOf = compiled((db, given: { task: TaskId }) =>
  db.selectFrom('tasks').select(['outcome_seq', 'state']).where('id', '=', given.task),
)
const tasksIn = compiled((db, given: { run: RunId }) => whichStates(db, (state) => inState(db, given.run, state)))
const undosIn = compiled((db, given: { run: RunId }) =>
  whichStates(db, (state) => inState(db, given.run, state).where('kind', '=', 'undo')),
)

/** For each state 1 when there is such a task, else 0: one look at the index for each, however many tasks the run has. */
function whichStates(db: Tx['db'], tasks: (state: Row<'tasks'>['state']) => ReturnType<typeof inState>) {
  return db.selectNoFrom((eb) => [
    eb.exists(tasks('ready')).$castTo<number>().as('ready'),
    eb.exists(tasks('claimed')).$castTo<number>().as('claimed'),
    eb.exists(tasks('held')).$castTo<number>().as('held'),
    eb
      .exists(tasks('failed').where((row) => row.not(isGivenUp(row))))
      .$castTo<number>()
      .as('failed'),
    eb.exists(tasks('waiting')).$castTo<number>().as('waiting'),
  ])
}

function inState(db: Tx['db'], run: RunId, state: Row<'tasks'>['state']) {
  return db.selectFrom('tasks').select('id').where('run_id', '=', run).where('state', '=', sql.lit(state))
}

import { taskId } from '../../executor/place.ts'
import { maybeHappened } from '../../executor/resolve-effect.ts'
import type { Plan } from '../../planner/plan.ts'
import type { Row } from '../../store/tables.ts'
import { refuse } from '../../values/fault.ts'
import type { RunId } from '../../values/id.ts'
import type { Json } from '../../values/json.ts'
import type { Origin } from '../../values/origin.ts'
import type { Instant } from '../../values/time.ts'
import type { Os } from '../os.ts'
import { type EffectLine, listEffects } from './effects.ts'
import { type GateView, gatesOfRun } from './gates.ts'
import { type RunLine, runLines } from './runs.ts'
import { type TaskLine, type TaskState, taskLines } from './tasks.ts'

// A plan has tens of tasks; what `each` makes is counted here and listed by `tasks.list`.
const mostTasks = 500
const mostEffects = 100

/** Everything about one run. */
export interface RunView extends RunLine {
  readonly plan: string
  readonly origin: Origin
  readonly input: Json
  readonly output: Json
  /** The plan's own tasks, in its order. Those made by `each` and `plan` are counted in `inside`. */
  readonly tasks: readonly TaskLine[]
  readonly inside: readonly { readonly parent: string; readonly state: TaskState; readonly count: number }[]
  readonly effects: readonly EffectLine[]
  /** How many of its effects may have happened, where it is over and nobody is asked. */
  readonly inDoubt: number
  readonly gates: readonly GateView[]
  /** Who was given the tasks that name a role, and why; left out where none does. */
  readonly routed?: readonly {
    readonly task: string
    readonly agent: string
    readonly version: number
    readonly why: string
  }[]
  /** True while something of it is claimed or due now. */
  readonly working: boolean
  /** When something of it falls due by itself, if that lies ahead. */
  readonly nextDue: Instant | null
}

/** One run with its tasks, effects and gates. Fault: `input.unknown`. */
export async function showRun(os: Os, id: RunId): Promise<RunView> {
  const row = await os.store.read.selectFrom('runs').selectAll().where('id', '=', id).executeTakeFirst()
  if (!row) refuse('input.unknown', { kind: 'run', name: id, nearest: '', command: 'soloist runs' })
  const [line] = await runLines(os, [row])
  if (!line) throw new TypeError('a run has a line')
  const tasks = await tasksInOrder(os, row)
  return {
    ...line,
    plan: row.plan_hash,
    origin: row.origin,
    ...(await inAndOut(os, row)),
    tasks: await taskLines(os, tasks),
    inside: await countInside(os, id),
    effects: (await listEffects(os, { run: id, limit: mostEffects })).items.toReversed(),
    inDoubt: await countInDoubt(os, row),
    gates: await gatesOfRun(os, id),
    ...(await routedIn(os, id)),
    ...(await pulse(os, id)),
  }
}

async function tasksInOrder(os: Os, run: Row<'runs'>): Promise<Row<'tasks'>[]> {
  const rows = await os.store.read
    .selectFrom('tasks')
    .selectAll()
    .where('run_id', '=', run.id)
    .where('parent_id', 'is', null)
    .orderBy('name')
    .limit(mostTasks)
    .execute()
  const stored = await os.store.read
    .selectFrom('plans')
    .select('body')
    .where('hash', '=', run.plan_hash)
    .executeTakeFirstOrThrow()
  const plan = JSON.parse(stored.body) as Plan
  const places = new Map(plan.tasks.map((task, index) => [task.name, index]))
  const place = (row: Row<'tasks'>): number => places.get(row.node) ?? plan.tasks.length
  return rows.toSorted((a, b) => place(a) - place(b))
}

async function inAndOut(os: Os, run: Row<'runs'>): Promise<{ input: Json; output: Json }> {
  const events = await os.journal.at([run.input_seq, ...(run.output_seq === null ? [] : [run.output_seq])])
  let input: Json = null
  let output: Json = null
  for (const event of events) {
    if (event.kind === 'run.started') input = event.payload?.input ?? null
    if (event.kind === 'run.done') output = event.payload?.output ?? null
  }
  return { input, output }
}

async function countInside(os: Os, run: RunId): Promise<RunView['inside']> {
  const rows = await os.store.read
    .selectFrom('tasks')
    .innerJoin('tasks as parents', 'parents.id', 'tasks.parent_id')
    .select((eb) => ['parents.name as parent', 'tasks.state', eb.fn.countAll<number>().as('count')])
    .where('tasks.run_id', '=', run)
    .groupBy(['parents.name', 'tasks.state'])
    .orderBy('parents.name')
    .orderBy('tasks.state')
    .limit(mostTasks)
    .execute()
  return rows.map((row) => ({ ...row, count: Number(row.count) }))
}

async function countInDoubt(os: Os, { id, state }: Row<'runs'>): Promise<number> {
  if (state !== 'failed' && state !== 'cancelled') return 0
  const { count } = await os.store.read
    .selectFrom('effects')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('run_id', '=', id)
    .where('state', 'in', ['intended', 'unknown'])
    .where(maybeHappened)
    .executeTakeFirstOrThrow()
  return count
}

async function routedIn(os: Os, run: RunId): Promise<Pick<RunView, 'routed'>> {
  const pins = await os.store.read
    .selectFrom('pins')
    .select('name')
    .where('run_id', '=', run)
    .where('kind', '=', 'role')
    .limit(mostTasks)
    .execute()
  if (pins.length === 0) return {}
  const names = new Map(pins.map(({ name }) => [taskId(run, name), name]))
  const events = await os.journal.page({ after: 0, limit: mostTasks, run, kind: 'task.routed' })
  const routed = events.flatMap((event) => {
    const task = event.task === null ? undefined : names.get(event.task)
    if (event.kind !== 'task.routed' || !event.payload || task === undefined) return []
    const { agent, version, why } = event.payload
    return [{ task, agent, version, why }]
  })
  return { routed }
}

async function pulse(os: Os, run: RunId): Promise<{ working: boolean; nextDue: Instant | null }> {
  const now = os.clock.now()
  const claimed = await os.store.read
    .selectFrom('tasks')
    .select('id')
    .where('run_id', '=', run)
    .where('state', '=', 'claimed')
    .limit(1)
    .executeTakeFirst()
  const ready = await os.store.read
    .selectFrom('tasks')
    .select((eb) => eb.fn.min<Instant | null>('due_at').as('due'))
    .where('run_id', '=', run)
    .where('state', '=', 'ready')
    .executeTakeFirst()
  const due = ready?.due ?? null
  return {
    working: claimed !== undefined || (due !== null && due <= now),
    nextDue: due !== null && due > now ? due : null,
  }
}

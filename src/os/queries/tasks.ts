import { sql } from 'kysely'
import { isWork } from '../../store/practice.ts'
import type { Row } from '../../store/tables.ts'
import type { StoredEvent } from '../../telemetry/event.ts'
import type { Fault } from '../../values/fault.ts'
import type { GateId, RunId, TaskId } from '../../values/id.ts'
import type { Json } from '../../values/json.ts'
import { microUsd, type Usd } from '../../values/money.ts'
import type { Instant } from '../../values/time.ts'
import type { Os } from '../os.ts'
import { cursorAt, type Page, type Paging, pageOfRows, readCursor } from './page.ts'
import { spentBy } from './runs.ts'

export type TaskState = Row<'tasks'>['state']

/** A task as the desk shows it: where it stands, what it cost, how it came about. */
export interface TaskLine {
  readonly id: TaskId
  readonly run: RunId
  readonly name: string
  readonly kind: Row<'tasks'>['kind']
  readonly state: TaskState
  readonly attempt: number
  readonly round: number
  /** When it is due, unless it is at an end. */
  readonly dueAt: Instant | null
  readonly endedAt: Instant | null
  readonly workedMs: number
  readonly gate: GateId | null
  readonly parent: TaskId | null
  readonly spent: Usd
  /** Names of the tasks that it still waits for, or of what it waits for from outside. */
  readonly waitsFor: readonly string[]
  /** Why it failed; or why it waits, when its last attempt put it off or is to be repeated. */
  readonly fault: Fault | null
  readonly madeBy: {
    readonly doer: string
    readonly version?: number
    readonly model?: string
    readonly rung?: string
  } | null
  readonly confidence: number | null
  /** Events that its output was made of. */
  readonly sources: readonly number[]
  readonly output: Json
}

export interface TaskFilter extends Paging {
  /** Without a run: failed tasks of the whole company's work, latest first. */
  readonly run?: RunId | undefined
  readonly state?: TaskState | undefined
  readonly parent?: TaskId | undefined
}

/** Tasks of a run by name, or failed ones of all runs. */
export async function listTasks(os: Os, filter: TaskFilter): Promise<Page<TaskLine>> {
  return filter.run === undefined ? listFailed(os, filter) : listOfRun(os, filter.run, filter)
}

/** Rows of tasks with their outcomes, costs and open needs, in three queries for all. */
export async function taskLines(os: Os, rows: readonly Row<'tasks'>[]): Promise<TaskLine[]> {
  if (rows.length === 0) return []
  const outcomes = await os.journal.at(rows.flatMap((row) => row.outcome_seq ?? []))
  const bySeq = new Map(outcomes.map((event) => [event.seq, event]))
  const spent = await spentBy(
    os,
    rows.map((row) => `task:${row.id}`),
  )
  const needs = await openNeeds(
    os,
    rows.filter((row) => row.state === 'waiting').map((row) => row.id),
  )
  const waits = new Map([...needs, ...(await openWaits(os, rows))])
  const put = await putOff(os, rows)
  return rows.map((row) => taskLine(row, bySeq.get(row.outcome_seq ?? 0) ?? put.get(row.id), spent, waits))
}

async function listOfRun(os: Os, run: RunId, filter: TaskFilter): Promise<Page<TaskLine>> {
  let select = os.store.read.selectFrom('tasks').selectAll().where('run_id', '=', run)
  if (filter.state !== undefined) select = select.where('state', '=', filter.state)
  if (filter.parent !== undefined) select = select.where('parent_id', '=', filter.parent)
  if (filter.cursor !== undefined) select = select.where('name', '>', filter.cursor)
  const rows = await select
    .orderBy('name')
    .limit(filter.limit + 1)
    .execute()
  return pageOfRows(rows, filter, (row) => row.name, await taskLines(os, rows.slice(0, filter.limit)))
}

async function listFailed(os: Os, filter: TaskFilter): Promise<Page<TaskLine>> {
  const from = readCursor(filter.cursor)
  let select = os.store.read
    .selectFrom('tasks')
    .selectAll()
    .where('state', '=', sql.lit('failed'))
    .where(({ exists, selectFrom }) =>
      exists(selectFrom('runs').select('runs.id').whereRef('runs.id', '=', 'tasks.run_id').where(isWork)),
    )
  if (from) {
    select = select.where((eb) =>
      eb(eb.refTuple('ended_at', 'id'), '<', eb.tuple(from.number as Instant, from.id as TaskId)),
    )
  }
  const rows = await select
    .orderBy('ended_at', 'desc')
    .orderBy('id', 'desc')
    .limit(filter.limit + 1)
    .execute()
  const lines = await taskLines(os, rows.slice(0, filter.limit))
  return pageOfRows(rows, filter, (row) => cursorAt(row.ended_at ?? 0, row.id), lines)
}

async function openNeeds(os: Os, ids: readonly TaskId[]): Promise<Map<TaskId, string[]>> {
  const waits = new Map<TaskId, string[]>()
  if (ids.length === 0) return waits
  const rows = await os.store.read
    .selectFrom('needs')
    .innerJoin('tasks', 'tasks.id', 'needs.needs_id')
    .select(['needs.task_id', 'tasks.name'])
    .where('needs.task_id', 'in', [...ids])
    .where('tasks.state', 'not in', ['done', 'skipped'])
    .orderBy('tasks.name')
    .limit(2000)
    .execute()
  for (const row of rows) waits.set(row.task_id, [...(waits.get(row.task_id) ?? []), row.name])
  return waits
}

/** What tasks that are ready only once their time is up wait for from outside. */
async function openWaits(os: Os, rows: readonly Row<'tasks'>[]): Promise<Map<TaskId, string[]>> {
  const ids = rows.filter(({ kind, state }) => kind === 'wait' && state === 'ready').map((row) => row.id)
  if (ids.length === 0) return new Map()
  const waits = await os.store.read
    .selectFrom('waits')
    .select(['task_id', 'name'])
    .where('task_id', 'in', ids)
    .where('state', '=', 'open')
    .execute()
  return new Map(waits.map((wait) => [wait.task_id, [wait.name]]))
}

// Tasks that were put off, of which the reason is looked up: as many as a person reads.
const mostPutOff = 20

/** The event that put a task off, for those that are ready and not due yet. */
async function putOff(os: Os, rows: readonly Row<'tasks'>[]): Promise<Map<TaskId, StoredEvent>> {
  const now = os.clock.now()
  const later = rows.filter((row) => row.state === 'ready' && row.due_at > now && row.fence > 0).slice(0, mostPutOff)
  const found = await Promise.all(
    later.map((row) =>
      os.store.read
        .selectFrom('events')
        .select('seq')
        .where('run_id', '=', row.run_id)
        .where('task_id', '=', row.id)
        .where('kind', 'in', ['task.postponed', 'task.retried'])
        .orderBy('seq', 'desc')
        .limit(1)
        .executeTakeFirst(),
    ),
  )
  const events = await os.journal.at(found.flatMap((one) => one?.seq ?? []))
  return new Map(events.flatMap((event) => (event.task === null ? [] : [[event.task, event]])))
}

function taskLine(
  row: Row<'tasks'>,
  outcome: StoredEvent | undefined,
  spent: ReadonlyMap<string, Usd>,
  waits: ReadonlyMap<TaskId, readonly string[]>,
): TaskLine {
  const done = outcome?.kind === 'task.done' ? outcome.payload : null
  const failed = outcome?.kind === 'task.failed' ? outcome.payload : null
  const later = outcome?.kind === 'task.postponed' || outcome?.kind === 'task.retried' ? outcome.payload : null
  return {
    id: row.id,
    run: row.run_id,
    name: row.name,
    kind: row.kind,
    state: row.state,
    attempt: row.attempt,
    round: row.round,
    dueAt: row.ended_at === null ? row.due_at : null,
    endedAt: row.ended_at,
    workedMs: row.worked_ms,
    gate: row.gate_id,
    parent: row.parent_id,
    spent: spent.get(`task:${row.id}`) ?? done?.cost ?? microUsd(0),
    waitsFor: waits.get(row.id) ?? [],
    fault: failed?.fault ?? later?.fault ?? null,
    madeBy: done?.madeBy ?? null,
    confidence: done?.confidence ?? null,
    sources: done?.sources ?? [],
    output: done?.output ?? null,
  }
}

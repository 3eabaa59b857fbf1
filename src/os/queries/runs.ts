import { sql } from 'kysely'
import type { Row } from '../../store/tables.ts'
import type { IdentityId, RunId } from '../../values/id.ts'
import { microUsd, type Usd } from '../../values/money.ts'
import type { Instant } from '../../values/time.ts'
import type { Os } from '../os.ts'
import { heldUpBy } from './controls.ts'
import { cursorAt, type Page, type Paging, pageOfRows, readCursor } from './page.ts'

export type RunState = Row<'runs'>['state']

/** A run in a list. `spent` counts what is settled; `openGates` wait for the operator. */
export interface RunLine {
  readonly id: RunId
  readonly workflow: string
  readonly state: RunState
  readonly lane: 'interactive' | 'background'
  readonly subject: { readonly id: IdentityId; readonly name: string | null }
  readonly startedAt: Instant
  readonly endedAt: Instant | null
  readonly deadlineAt: Instant | null
  readonly spent: Usd
  readonly openGates: number
  /** The control that keeps it waiting now. */
  readonly heldUpBy: string | null
}

export interface RunFilter extends Paging {
  readonly state?: RunState | undefined
  readonly workflow?: string | undefined
  readonly subject?: IdentityId | undefined
}

/** Runs, newest first. */
export async function listRuns(os: Os, filter: RunFilter): Promise<Page<RunLine>> {
  const from = readCursor(filter.cursor)
  const of = (subject?: IdentityId) => {
    let select = os.store.read.selectFrom('runs').selectAll()
    if (filter.state !== undefined) select = select.where('state', '=', filter.state)
    if (filter.workflow !== undefined) select = select.where('workflow', '=', filter.workflow)
    // What only repeats another run is listed by the name of its workflow (`replay:writer`) alone.
    else select = select.where(sql<boolean>`id not glob 'run_again_*'`)
    if (subject !== undefined) select = select.where('subject', '=', subject)
    if (!from) return select
    const last = { at: from.number as Instant, id: from.id as RunId }
    return select.where((eb) => eb(eb.refTuple('started_at', 'id'), '<', eb.tuple(last.at, last.id)))
  }
  // Runs name the record that was meant when they began: those of one are those of all records of one.
  const [first, ...others] = filter.subject === undefined ? [] : await os.identities.merges.group(filter.subject)
  const rows = await others
    .reduce((all, subject) => all.unionAll(of(subject)), of(first))
    .orderBy('started_at', 'desc')
    .orderBy('id', 'desc')
    .limit(filter.limit + 1)
    .execute()
  const lines = await runLines(os, rows.slice(0, filter.limit))
  return pageOfRows(rows, filter, (row) => cursorAt(row.started_at, row.id), lines)
}

/** Rows of runs with what a line says beside them, in three queries for all. */
export async function runLines(os: Os, rows: readonly Row<'runs'>[]): Promise<RunLine[]> {
  if (rows.length === 0) return []
  const ids = rows.map((row) => row.id)
  const names = await namesOf(
    os,
    rows.map((row) => row.subject),
  )
  const spent = await spentBy(
    os,
    ids.map((id) => `run:${id}`),
  )
  const gates = await os.store.read
    .selectFrom('gates')
    .select((eb) => ['run_id', eb.fn.countAll<number>().as('open')])
    .where('run_id', 'in', ids)
    .where('state', '=', 'open')
    .groupBy('run_id')
    .execute()
  const open = new Map(gates.map((row) => [row.run_id, Number(row.open)]))
  return rows.map((row) => ({
    id: row.id,
    workflow: row.workflow,
    state: row.state,
    lane: row.lane,
    subject: { id: row.subject, name: names.get(row.subject) ?? null },
    startedAt: row.started_at,
    endedAt: row.ended_at,
    deadlineAt: row.deadline_at,
    spent: spent.get(`run:${row.id}`) ?? microUsd(0),
    openGates: open.get(row.id) ?? 0,
    heldUpBy: heldUpBy(os, row),
  }))
}

/** Names of identities by id; one that was forgotten is `null`. */
export async function namesOf(
  os: Pick<Os, 'store'>,
  ids: readonly IdentityId[],
): Promise<Map<IdentityId, string | null>> {
  if (ids.length === 0) return new Map()
  const rows = await os.store.read
    .selectFrom('identities')
    .select(['id', 'name'])
    .where('id', 'in', [...new Set(ids)])
    .execute()
  return new Map(rows.map((row) => [row.id, row.name]))
}

/** What purses have spent in their life, by scope. */
export async function spentBy(os: Os, scopes: readonly string[]): Promise<Map<string, Usd>> {
  if (scopes.length === 0) return new Map()
  const rows = await os.store.read
    .selectFrom('budgets')
    .select(['scope', 'spent'])
    .where('scope', 'in', [...scopes])
    .where('period', '=', 'life')
    .execute()
  return new Map(rows.map((row) => [row.scope, row.spent]))
}

import { sql } from 'kysely'
import { type MarkedLine, sourceName } from '../../agents/remembered.ts'
import { readRecalled } from '../../executor/recalled.ts'
import { refuse } from '../../values/fault.ts'
import type { RunId, TaskId } from '../../values/id.ts'
import type { Os } from '../os.ts'
import { type Page, type Paging, pageOfRows } from './page.ts'

/** What one agent was given of memory, in one round of its task. */
export interface RecalledLines {
  readonly task: TaskId
  readonly name: string
  readonly round: number
  /** The event of the step. */
  readonly step: number
  readonly queries: readonly string[]
  readonly tokens: number
  /** How many more lines did not fit. */
  readonly left: number
  readonly lines: readonly (MarkedLine & { readonly from: string })[]
}

/** What the agents of a run were given of memory, and the versions of knowledge that the run is bound to. */
export interface RunRecalled extends Page<RecalledLines> {
  readonly knowledge: readonly { readonly path: string; readonly hash: string }[]
}

export interface RecalledFilter extends Paging {
  readonly run?: RunId | undefined
  readonly task?: TaskId | undefined
}

/** By run or by task, oldest first. Fault: `input.unknown`. */
export async function listRecalled(os: Os, filter: RecalledFilter): Promise<RunRecalled> {
  const run = await runOf(os, filter)
  let select = os.store.read
    .selectFrom('tasks')
    .innerJoin('steps', 'steps.task_id', 'tasks.id')
    .select(['tasks.id', 'tasks.name', 'steps.seq'])
    .where('tasks.run_id', '=', run)
    .where('steps.kind', '=', sql.lit('recall'))
    .where('steps.seq', '>', Number(filter.cursor ?? 0) || 0)
  if (filter.task !== undefined) select = select.where('tasks.id', '=', filter.task)
  const rows = await select
    .orderBy('steps.seq')
    .limit(filter.limit + 1)
    .execute()
  const page = rows.slice(0, filter.limit)
  const wanted = new Map(page.map((row) => [row.seq, row.name]))
  const given = await readRecalled(os, [...new Set(page.map((row) => row.id))])
  const items = given.flatMap(({ seq, task, round, queries, tokens, left, lines }): RecalledLines[] => {
    const name = wanted.get(seq)
    if (name === undefined) return []
    const named = lines.map((line) => ({ ...line, from: sourceName(line.source) }))
    return [{ task, name, round, step: seq, queries, tokens, left, lines: named }]
  })
  return { ...pageOfRows(rows, filter, (row) => String(row.seq), items), knowledge: await pinsOf(os, run) }
}

async function runOf(os: Os, { run, task }: RecalledFilter): Promise<RunId> {
  const found =
    task === undefined
      ? await os.store.read
          .selectFrom('runs')
          .select('id as run')
          .where('id', '=', run ?? ('' as RunId))
          .executeTakeFirst()
      : await os.store.read.selectFrom('tasks').select('run_id as run').where('id', '=', task).executeTakeFirst()
  if (found && (run === undefined || found.run === run)) return found.run
  const kind = task === undefined ? 'run' : 'task'
  return refuse('input.unknown', { kind, name: task ?? run ?? '', nearest: '', command: 'soloist runs' })
}

async function pinsOf(os: Os, run: RunId): Promise<RunRecalled['knowledge']> {
  const rows = await os.store.read
    .selectFrom('pins')
    .select(['name', 'hash'])
    .where('run_id', '=', run)
    .where('kind', '=', sql.lit('knowledge'))
    .orderBy('name')
    .execute()
  return rows.map(({ name, hash }) => ({ path: name, hash }))
}

import { sql } from 'kysely'
import type { Row } from '../../store/tables.ts'
import type { EffectKey, GateId, GrantId, IdentityId, RunId, TaskId } from '../../values/id.ts'
import type { Instant } from '../../values/time.ts'
import type { Os } from '../os.ts'
import { type Page, type Paging, pageOfRows, readCursor } from './page.ts'
import { namesOf } from './runs.ts'

/** An effect in a list. */
export interface EffectLine {
  readonly key: EffectKey
  readonly run: RunId
  readonly task: TaskId
  readonly taskName: string
  readonly action: string
  readonly adapter: string
  readonly state: Row<'effects'>['state']
  readonly reversible: boolean
  readonly subject: { readonly id: IdentityId; readonly name: string | null }
  readonly gate: GateId | null
  readonly grant: GrantId | null
  readonly undoes: EffectKey | null
  readonly intendedAt: Instant
  readonly endedAt: Instant | null
  /** Events with the intent and the outcome. */
  readonly intendedSeq: number
  readonly outcomeSeq: number | null
}

export interface EffectFilter extends Paging {
  readonly run?: RunId | undefined
  readonly subject?: IdentityId | undefined
  /** Only those that are intended or unknown. */
  readonly open?: boolean | undefined
}

/** Effects, latest intent first. */
export async function listEffects(os: Os, filter: EffectFilter): Promise<Page<EffectLine>> {
  const from = readCursor(filter.cursor)
  const of = (subject?: IdentityId) => {
    let select = os.store.read
      .selectFrom('effects')
      .innerJoin('tasks', 'tasks.id', 'effects.task_id')
      .selectAll('effects')
      .select('tasks.name as task_name')
    if (filter.run !== undefined) select = select.where('effects.run_id', '=', filter.run)
    if (subject !== undefined) select = select.where('effects.subject', '=', subject)
    // Spelt as the partial index spells it, or SQLite does not see that it fits.
    if (filter.open) select = select.where(sql<boolean>`effects.state IN ('intended', 'unknown')`)
    return from ? select.where('intended_seq', '<', from.number) : select
  }
  const [first, ...others] = filter.subject === undefined ? [] : await os.identities.merges.group(filter.subject)
  const rows = await others
    .reduce((all, subject) => all.unionAll(of(subject)), of(first))
    .orderBy('intended_seq', 'desc')
    .limit(filter.limit + 1)
    .execute()
  const names = await namesOf(
    os,
    rows.map((row) => row.subject),
  )
  const lines = rows.map((row) => effectLine(row, row.task_name, names))
  return pageOfRows(rows, filter, (row) => `${row.intended_seq}.${row.key}`, lines)
}

function effectLine(row: Row<'effects'>, taskName: string, names: ReadonlyMap<IdentityId, string | null>): EffectLine {
  return {
    key: row.key,
    run: row.run_id,
    task: row.task_id,
    taskName,
    action: row.action,
    adapter: row.adapter,
    state: row.state,
    reversible: row.reversible === 1,
    subject: { id: row.subject, name: names.get(row.subject) ?? null },
    gate: row.gate_id,
    grant: row.grant_id,
    undoes: row.undoes,
    intendedAt: row.intended_at,
    endedAt: row.ended_at,
    intendedSeq: row.intended_seq,
    outcomeSeq: row.outcome_seq,
  }
}

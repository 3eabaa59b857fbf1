import type { Store, Tx } from '../store/store.ts'
import type { Journal } from '../telemetry/journal.ts'
import type { GateId, RunId } from '../values/id.ts'
import type { Json } from '../values/json.ts'
import type { Approval } from './gate.ts'

/** See `Gates.approvals`: the newest first. */
export async function approvals(tx: Tx, run: RunId, action: string, content?: string): Promise<Approval[]> {
  let select = tx.db
    .selectFrom('gates as g')
    .innerJoin('decisions as d', 'd.gate_id', 'g.id')
    .innerJoin('gate_covers as c', (join) => join.onRef('c.gate_id', '=', 'g.id').on('c.action', '=', action))
    .select(['g.id', 'g.audience_id', 'g.max_recipients', 'g.opened_at', 'd.at', 'd.content_hash'])
    .where('g.run_id', '=', run)
    .where('d.verdict', 'in', ['approved', 'edited'])
    .where('d.content_hash', 'is not', null)
  if (content !== undefined) select = select.where('d.content_hash', '=', content)
  const rows = await select.orderBy('d.seq', 'desc').execute()
  const covers = await coversOf(
    tx,
    rows.map((row) => row.id),
  )
  return rows.map((row) => ({
    gate: row.id,
    covers: covers.get(row.id) ?? [],
    content: row.content_hash ?? '',
    audience: row.audience_id,
    maxRecipients: row.max_recipients,
    shownAt: row.opened_at,
    at: row.at,
  }))
}

// A workflow that nobody approved anything in for so long shows no difference: there is nothing recent to differ from.
const runsLookedAt = 50

/** See `Gates.lastApproved`. What a forgotten person approved of is gone: `undefined`. */
export async function lastApproved(
  { store, journal }: { readonly store: Store; readonly journal: Journal },
  workflow: string,
  taskName: string,
): Promise<{ readonly seq: number; readonly content: Json } | undefined> {
  const row = await store.read
    .selectFrom((from) =>
      from
        .selectFrom('runs')
        .select('id')
        .where('workflow', '=', workflow)
        .orderBy('started_at', 'desc')
        .limit(runsLookedAt)
        .as('r'),
    )
    .innerJoin('tasks as t', (join) => join.onRef('t.run_id', '=', 'r.id').on('t.name', '=', taskName))
    .innerJoin('gates as g', 'g.task_id', 't.id')
    .innerJoin('decisions as d', 'd.gate_id', 'g.id')
    .select('d.seq')
    .where('g.reason', 'in', ['review', 'policy'])
    .where('d.verdict', 'in', ['approved', 'edited'])
    .orderBy('d.seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (!row) return undefined
  const [event] = await journal.at([row.seq])
  if (event?.kind !== 'gate.decided' || event.payload === null) return undefined
  return { seq: row.seq, content: event.payload.content }
}

async function coversOf(tx: Tx, gates: readonly GateId[]): Promise<Map<GateId, string[]>> {
  const covers = new Map<GateId, string[]>()
  if (gates.length === 0) return covers
  const rows = await tx.db
    .selectFrom('gate_covers')
    .selectAll()
    .where('gate_id', 'in', gates)
    .orderBy('gate_id')
    .orderBy('action')
    .execute()
  for (const row of rows) covers.set(row.gate_id, [...(covers.get(row.gate_id) ?? []), row.action])
  return covers
}

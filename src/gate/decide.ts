import type { Tx } from '../store/store.ts'
import type { Row } from '../store/tables.ts'
import type { Journal } from '../telemetry/journal.ts'
import { refuse } from '../values/fault.ts'
import { asId, type GateId } from '../values/id.ts'
import { contentHash, type Json } from '../values/json.ts'
import { type Clock, isoInstant } from '../values/time.ts'
import { maxBatchOfGates, type Verdict } from './gate.ts'
import { next, takes } from './gate-state.ts'

interface Desk {
  readonly journal: Journal
  readonly clock: Clock
}

/** See `Gates.decide`. */
export async function decide(desk: Desk, tx: Tx, gate: GateId, verdict: Verdict): Promise<Row<'gates'>> {
  const row = await tx.db.selectFrom('gates').selectAll().where('id', '=', gate).executeTakeFirst()
  if (!row) unknown(gate)
  await refuseVerdict(desk, tx, row, verdict)
  const contents = await shownContents(desk.journal, [row], verdict)
  await answer(desk, tx, row, verdict, contents)
  return row
}

/** See `Gates.decideBatch`. */
export async function decideBatch(
  desk: Desk,
  tx: Tx,
  gates: readonly GateId[],
  verdict: Verdict,
): Promise<Row<'gates'>[]> {
  const ids = [...new Set(gates)]
  if (ids.length > maxBatchOfGates) {
    refuse('input.too-large', { what: 'The batch', size: `${ids.length} gates`, limit: `${maxBatchOfGates} gates` })
  }
  if (ids.length === 0) return []
  const found = await tx.db.selectFrom('gates').selectAll().where('id', 'in', ids).execute()
  const byId = new Map(found.map((row) => [row.id, row]))
  const rows = ids.map((id) => byId.get(id) ?? unknown(id))
  for (const row of rows) {
    if (row.kind !== 'batch') refuse('gate.one-by-one', { gate: row.id })
    if (verdict.verdict === 'edited') refuse('gate.cannot-edit', { gate: row.id, why: 'an edit belongs to one gate' })
    await refuseVerdict(desk, tx, row, verdict)
  }
  const contents = await shownContents(desk.journal, rows, verdict)
  for (const row of rows) await answer(desk, tx, row, verdict, contents)
  return rows
}

/** Turns the row of a gate that is still open; the caller has journalled it. Crashes when someone else answered it. */
export async function close(tx: Tx, row: Row<'gates'>, decision: Omit<Row<'decisions'>, 'gate_id'>): Promise<void> {
  const state = next(row.state, decision.verdict)
  if (state === undefined) throw new TypeError(`${row.id} is ${row.state}, not open`)
  const { numUpdatedRows } = await tx.db
    .updateTable('gates')
    .set({ state })
    .where('id', '=', row.id)
    .where('state', '=', 'open')
    .executeTakeFirst()
  if (numUpdatedRows !== 1n) throw new TypeError(`${row.id} was answered in between`)
  await tx.db
    .insertInto('decisions')
    .values({ gate_id: row.id, ...decision })
    .execute()
}

/** Refuses what this gate does not take, or takes no more. */
async function refuseVerdict({ clock }: Desk, tx: Tx, row: Row<'gates'>, verdict: Verdict): Promise<void> {
  if (next(row.state, verdict.verdict) === undefined) {
    const decision = await tx.db
      .selectFrom('decisions')
      .select(['verdict', 'at'])
      .where('gate_id', '=', row.id)
      .executeTakeFirstOrThrow()
    refuse('gate.decided', { gate: row.id, verdict: decision.verdict, at: isoInstant(decision.at) })
  }
  // Over is over, even when the process that would have ended it was not running.
  if (row.due_at !== null && row.due_at <= clock.now() && row.otherwise === 'reject') {
    const { name } = await tx.db
      .selectFrom('tasks')
      .select('name')
      .where('id', '=', row.task_id)
      .executeTakeFirstOrThrow()
    refuse('gate.expired', { task: name })
  }
  if (takes(row.reason, verdict.verdict)) return
  const why = `it asks about ${asksAbout[row.reason]}`
  refuse(verdict.verdict === 'edited' ? 'gate.cannot-edit' : 'gate.cannot-return', { gate: row.id, why })
}

const asksAbout: Record<Row<'gates'>['reason'], string> = {
  review: 'work',
  policy: 'work',
  budget: 'money',
  doubt: 'what happened',
  graft: 'a plan',
  stale: 'a change of what the task needs',
  undo: 'taking something back',
}

/** What the cards of these gates showed, by the seq of their opening; nothing where the verdict approves nothing shown. */
async function shownContents(
  journal: Journal,
  rows: readonly Row<'gates'>[],
  { verdict }: Verdict,
): Promise<Map<number, Json>> {
  const contents = new Map<number, Json>()
  if (verdict !== 'approved') return contents
  const events = await journal.at(rows.map((row) => row.opened_seq))
  for (const event of events) {
    if (event.kind !== 'gate.opened') throw new TypeError(`event ${event.seq} is ${event.kind}, not gate.opened`)
    if (event.payload === null) refuse('vault.forgotten', { identity: event.subject })
    contents.set(event.seq, event.payload.card.content)
  }
  return contents
}

async function answer(
  { journal, clock }: Desk,
  tx: Tx,
  row: Row<'gates'>,
  verdict: Verdict,
  contents: ReadonlyMap<number, Json>,
): Promise<void> {
  const content = approvedContent(row, verdict, contents)
  const approves = content !== undefined
  const seq = await journal.append(tx, {
    kind: 'gate.decided',
    subject: row.subject,
    // An approval repeats what was shown, and an edit is made of it; what the operator says else is their own.
    origin: approves ? row.origin : 'operator',
    run: row.run_id,
    task: row.task_id,
    payload: { gate: row.id, verdict: verdict.verdict, content: content ?? null, comment: commentOf(verdict) },
  })
  const hash = approves ? contentHash(content) : null
  await close(tx, row, { verdict: verdict.verdict, by: 'operator', at: clock.now(), seq, content_hash: hash })
}

/** `undefined` where nothing is approved; `null` is content like any other. */
function approvedContent(row: Row<'gates'>, verdict: Verdict, contents: ReadonlyMap<number, Json>): Json | undefined {
  if (verdict.verdict === 'edited') return verdict.content
  if (verdict.verdict !== 'approved') return undefined
  const content = contents.get(row.opened_seq)
  if (content === undefined) throw new TypeError(`${row.id} is decided before its opening is committed`)
  return content
}

function commentOf(verdict: Verdict): string | null {
  if (verdict.verdict === 'returned') return verdict.comment
  return verdict.verdict === 'rejected' ? verdict.reason : null
}

function unknown(gate: GateId): never {
  // An id from outside that is not even of its form is not repeated: it may be any text.
  refuse('input.unknown', {
    kind: 'gate',
    name: asId('gat', gate) ?? 'of that id',
    nearest: '',
    command: 'soloist inbox',
  })
}

import { sql } from 'kysely'
import type { Row } from '../../store/tables.ts'
import type { Card } from '../../telemetry/card.ts'
import { refuse } from '../../values/fault.ts'
import type { GateId, IdentityId, RunId, TaskId } from '../../values/id.ts'
import type { Json } from '../../values/json.ts'
import type { Instant } from '../../values/time.ts'
import { type Confidence, confidenceOf } from '../confidence.ts'
import type { Mode, Os } from '../os.ts'
import { type Maintenance, openMaintenance } from './maintenance.ts'
import { cursorAt, type Paging, readCursor } from './page.ts'
import { type TrialView, trialNews } from './trials.ts'

/** A gate with its card; `card` is `null` once its subject has been forgotten. */
export interface GateView {
  readonly id: GateId
  readonly run: RunId
  readonly workflow: string
  readonly task: TaskId
  readonly taskName: string
  readonly kind: Row<'gates'>['kind']
  readonly reason: Row<'gates'>['reason']
  readonly state: Row<'gates'>['state']
  readonly subject: { readonly id: IdentityId; readonly name: string | null }
  readonly openedAt: Instant
  readonly dueAt: Instant | null
  readonly otherwise: 'reject' | 'wait'
  readonly card: Card | null
  /** How sure one may be of what it shows; `null` where no agent said how sure it is. */
  readonly confidence: Confidence | null
}

/** What was said at a gate. */
export interface Decision {
  readonly verdict: Row<'decisions'>['verdict']
  readonly by: 'operator' | 'system'
  readonly at: Instant
  readonly comment: string | null
  readonly content: Json
}

/** What waits for the operator: oldest first, apart what may be approved at once and what wants a look each. */
export interface Inbox {
  readonly confirm: GateView[]
  readonly batch: GateView[]
  /** What is to be mended outside, oldest first; with the whole inbox only. */
  readonly maintenance: Maintenance[]
  /** How many proposals of knowledge wait; with the whole inbox only, else 0. */
  readonly proposals: number
  /** Versions at trial that are proposed, or were withdrawn by themselves in the last week; with the whole inbox only. */
  readonly trials: TrialView[]
  /** What is not answered at all, or not as well as usual, while it waits. */
  readonly mode: Mode
  readonly next: string | null
}

export interface InboxFilter extends Paging {
  readonly run?: RunId | undefined
  readonly kind?: 'batch' | 'confirm' | undefined
}

/** Open gates with their cards. */
export async function inbox(os: Os, filter: InboxFilter): Promise<Inbox> {
  const from = readCursor(filter.cursor)
  let select = gateRows(os).where('gates.state', '=', sql.lit('open'))
  if (filter.run !== undefined) select = select.where('gates.run_id', '=', filter.run)
  if (filter.kind !== undefined) select = select.where('gates.kind', '=', filter.kind)
  if (from) {
    select = select.where((eb) =>
      eb(eb.refTuple('gates.opened_at', 'gates.id'), '>', eb.tuple(from.number as Instant, from.id as GateId)),
    )
  }
  const rows = await select
    .orderBy('gates.opened_at')
    .orderBy('gates.id')
    .limit(filter.limit + 1)
    .execute()
  const views = await gateViews(os, rows.slice(0, filter.limit))
  const last = rows[filter.limit - 1]
  const whole = !from && filter.run === undefined && filter.kind === undefined
  return {
    confirm: views.filter((view) => view.kind === 'confirm'),
    batch: views.filter((view) => view.kind === 'batch'),
    maintenance: whole ? await openMaintenance(os) : [],
    proposals: whole ? await openProposals(os) : 0,
    trials: whole ? await trialNews(os) : [],
    mode: await os.mode(),
    next: rows.length > filter.limit && last ? cursorAt(last.opened_at, last.id) : null,
  }
}

async function openProposals({ store }: Os): Promise<number> {
  const { count } = await store.read
    .selectFrom('proposals')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('state', '=', 'open')
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** All gates of a run, in the order in which they opened; at most 200. */
export async function gatesOfRun(os: Os, run: RunId): Promise<GateView[]> {
  const rows = await gateRows(os).where('gates.run_id', '=', run).orderBy('gates.opened_seq').limit(200).execute()
  return gateViews(os, rows)
}

/** One gate with what it covers and what was decided. Fault: `input.unknown`. */
export async function showGate(
  os: Os,
  id: GateId,
): Promise<GateView & { readonly covers: readonly string[]; readonly decision: Decision | null }> {
  const [view] = await gateViews(os, await gateRows(os).where('gates.id', '=', id).execute())
  if (!view) refuse('input.unknown', { kind: 'gate', name: id, nearest: '', command: 'soloist inbox' })
  const covers = await os.store.read
    .selectFrom('gate_covers')
    .select('action')
    .where('gate_id', '=', id)
    .orderBy('action')
    .execute()
  const card = await cardNow(os, view)
  return { ...view, card, covers: covers.map((row) => row.action), decision: await decisionAt(os, id) }
}

/** The card with what has become of the sources until now, while the operator can still decide on it. */
async function cardNow(os: Os, { state, reason, run, card }: GateView): Promise<Card | null> {
  if (card === null || state !== 'open' || reason !== 'review' || card.actions.length === 0) return card
  const { changed: _then, ...rest } = card
  const changed = await os.changes(run)
  return changed.length > 0 ? { ...rest, changed } : rest
}

function gateRows(os: Os) {
  return os.store.read
    .selectFrom('gates')
    .innerJoin('runs', 'runs.id', 'gates.run_id')
    .innerJoin('tasks', 'tasks.id', 'gates.task_id')
    .innerJoin('identities', 'identities.id', 'gates.subject')
    .selectAll('gates')
    .select(['runs.workflow', 'tasks.name as task_name', 'identities.name as subject_name'])
}

type GateRow = Awaited<ReturnType<ReturnType<typeof gateRows>['execute']>>[number]

async function gateViews(os: Os, rows: readonly GateRow[]): Promise<GateView[]> {
  const events = await os.journal.at(rows.map((row) => row.opened_seq))
  const cards = new Map(
    events.map((event) => [event.seq, event.kind === 'gate.opened' ? event.payload?.card : undefined]),
  )
  const views: GateView[] = []
  for (const row of rows) {
    const card = cards.get(row.opened_seq) ?? null
    views.push({ ...gateView(row, card), confidence: await confidenceOf(os.store, card) })
  }
  return views
}

function gateView(row: GateRow, card: Card | null): Omit<GateView, 'confidence'> {
  return {
    id: row.id,
    run: row.run_id,
    workflow: row.workflow,
    task: row.task_id,
    taskName: row.task_name,
    kind: row.kind,
    reason: row.reason,
    state: row.state,
    subject: { id: row.subject, name: row.subject_name },
    openedAt: row.opened_at,
    dueAt: row.due_at,
    otherwise: row.otherwise,
    card,
  }
}

async function decisionAt(os: Os, id: GateId): Promise<Decision | null> {
  const row = await os.store.read.selectFrom('decisions').selectAll().where('gate_id', '=', id).executeTakeFirst()
  if (!row) return null
  const [event] = await os.journal.at([row.seq])
  const said = event?.kind === 'gate.decided' ? event.payload : null
  return {
    verdict: row.verdict,
    by: row.by,
    at: row.at,
    comment: said?.comment ?? null,
    content: said?.content ?? null,
  }
}

import { sql } from 'kysely'
import { nextPeriod, periodOf } from '../../budget/period.ts'
import { agentOfTask } from '../../executor/agent-of.ts'
import type { Kernel } from '../../executor/kernel.ts'
import { compiled } from '../../store/compiled.ts'
import { isPractice } from '../../store/practice.ts'
import type { Tx } from '../../store/store.ts'
import type { Row } from '../../store/tables.ts'
import type { EventKind, StoredEvent } from '../../telemetry/event.ts'
import { headOf } from '../../telemetry/journal.ts'
import type { ReservationId } from '../../values/id.ts'

type Parts = Pick<Kernel, 'store' | 'journal' | 'timeZone' | 'placeOf' | 'shelf'>

/**
 * Counts what the journal has told since it was last looked at: runs, failures and cost of each workflow and agent, by month. What
 * does the work pays nothing for it, and the tables can be emptied and made again. An old company counts for seconds the first time: it
 * reads beside the writer, which gets sums, and lets others have their turn after each page.
 */
export async function tally(parts: Parts): Promise<void> {
  for (;;) {
    const stretch = await readStretch(parts)
    if (stretch.upTo === stretch.after) return
    await parts.store.write((tx) => keep(tx, stretch))
    if (!stretch.more) return
  }
}

// A turn of the event loop: some 5 ms, measured on two cores of a Xeon.
const page = 500
// One transaction, and what a crash has to count again: some 100 ms of reading, a few of the writer.
const pagesOfStretch = 20
const cursorName = 'upkeep-tallied'

// Told by name: another part of the company may be the one that tells of it.
const drifting = 'agent.drifting'
const counted: readonly string[] = [
  'run.started',
  'run.failed',
  'task.done',
  'task.failed',
  'budget.settled',
  'budget.unconfirmed',
  drifting,
] satisfies readonly (EventKind | typeof drifting)[]

/** A part of the journal, and what it adds to the counts. */
interface Stretch {
  readonly after: number
  readonly upTo: number
  readonly seen: Seen
  readonly more: boolean
}

async function readStretch(parts: Parts): Promise<Stretch> {
  const { read } = parts.store
  const after = Number((await cursorNow.first(read, {}))?.value ?? 0)
  const end = (await headOf.first(read, {}))?.seq ?? 0
  const upTo = Math.min(end, after + page * pagesOfStretch)
  const seen = new Seen(parts.timeZone)
  for (let from = after; from < upTo; from += page) {
    await readAll(parts, await headsBetween.all(read, { from, to: Math.min(upTo, from + page) }), seen)
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { after, upTo, seen, more: upTo < end }
}

/** Adds a stretch to the counts, unless somebody else has counted it meanwhile. */
async function keep(tx: Tx, { after, upTo, seen }: Stretch): Promise<void> {
  if (Number((await cursorNow.first(tx.db, {}))?.value ?? 0) !== after) return
  for (const row of seen.tallies.values()) await addTally.run(tx.db, row)
  for (const row of seen.times.values()) await addSeen.run(tx.db, row)
  await tx.db
    .insertInto('meta')
    .values({ name: cursorName, value: String(upTo) })
    .onConflict((clash) => clash.column('name').doUpdateSet({ value: String(upTo) }))
    .execute()
}

type Head = Awaited<ReturnType<typeof headsBetween.all>>[number]

async function readAll(parts: Parts, heads: readonly Head[], seen: Seen): Promise<void> {
  const agents = await agentsOf(parts, heads)
  const costs = await costsOf(parts, heads)
  for (const { seq, at, kind, run_id, task_id, workflow: name } of heads) {
    // What is only practice is nobody's work.
    if (run_id !== null && (name === null || isPractice({ id: run_id, workflow: name }))) continue
    const workflow = name === null ? undefined : `workflow:${name}`
    const agent = task_id === null ? undefined : agents.get(task_id)
    const cost = costs.money.get(seq) ?? 0
    if (kind === 'run.started') seen.add(workflow, at, { runs: 1 })
    else if (kind === 'run.failed') seen.add(workflow, at, { failures: 1 })
    else if (kind === 'task.done') seen.add(agent, at, { runs: 1 })
    else if (kind === 'task.failed') seen.add(agent, at, { runs: 1, failures: 1 })
    else if (kind === drifting) seen.drift(costs.drifters.get(seq), at)
    else for (const about of [workflow, agent]) seen.add(about, at, { cost })
  }
}

/** What a stretch adds to the counts of each automation. */
class Seen {
  readonly tallies = new Map<string, Row<'upkeep_tally'>>()
  readonly times = new Map<string, Row<'upkeep_seen'>>()
  readonly #timeZone: string
  #month = { name: '', from: 0, until: 0 }

  constructor(timeZone: string) {
    this.#timeZone = timeZone
  }

  add(about: string | undefined, at: Head['at'], more: Partial<Row<'upkeep_tally'>>): void {
    if (about === undefined) return
    const month = this.#monthOf(at)
    const key = `${month} ${about}`
    const row = this.tallies.get(key) ?? { month, about, runs: 0, failures: 0, cost: 0 }
    const { runs = 0, failures = 0, cost = 0 } = more
    this.tallies.set(key, {
      ...row,
      runs: row.runs + runs,
      failures: row.failures + failures,
      cost: row.cost + cost,
    })
    this.#see(about, at, failures > 0 ? { failed_at: at } : {})
  }

  drift(about: string | undefined, at: Head['at']): void {
    if (about !== undefined) this.#see(about, at, { drifted_at: at })
  }

  /** Of many thousands that follow each other, only the first of a month is looked up in the calendar. */
  #monthOf(at: Head['at']): string {
    const { name, from, until } = this.#month
    if (at >= from && at < until) return name
    const [period, next] = [periodOf(at, this.#timeZone), nextPeriod(at, this.#timeZone)]
    this.#month = { name: period, from: at, until: next.begins }
    return period
  }

  #see(about: string, at: Head['at'], more: Partial<Row<'upkeep_seen'>>): void {
    const row = this.times.get(about) ?? { about, first_at: at, last_at: at, failed_at: null, drifted_at: null }
    this.times.set(about, { ...row, last_at: at, ...more })
  }
}

async function agentsOf(parts: Parts, heads: readonly Head[]): Promise<Map<string, string | undefined>> {
  const agents = new Map<string, string | undefined>()
  for (const { run_id, task_id, task_kind, name, node, plan_hash } of heads) {
    if (run_id === null || task_id === null || agents.has(task_id)) continue
    if (task_kind === null || name === null || node === null || plan_hash === null) continue
    const agent = await agentOfTask(parts, { run_id, kind: task_kind, name, node, plan_hash })
    agents.set(task_id, agent === undefined ? undefined : `agent:${agent}`)
  }
  return agents
}

/** What each event of money adds, and whom each event of drift is about. A forgotten subject's bills cannot be read any more. */
async function costsOf({ journal, store }: Parts, heads: readonly Head[]) {
  const told = heads.filter(({ kind }) => kind.startsWith('budget.') || kind === drifting)
  const money = new Map<number, number>()
  const drifters = new Map<number, string>()
  for (const event of await journal.at(told.map(({ seq }) => seq))) {
    if (event.kind === 'budget.unconfirmed') money.set(event.seq, event.payload?.booked ?? 0)
    else if (event.kind === 'budget.settled' && event.payload) {
      const { reservation, actual, late } = event.payload
      money.set(event.seq, late ? actual - (await bookedFor(store, reservation)) : actual)
    } else if ((event.kind as string) === drifting) {
      const agent = (event as { payload: unknown } & StoredEvent).payload as { agent?: string } | null
      if (agent?.agent) drifters.set(event.seq, `agent:${agent.agent}`)
    }
  }
  return { money, drifters }
}

async function bookedFor({ read }: Parts['store'], id: ReservationId): Promise<number> {
  const row = await read.selectFrom('reservations').select('amount').where('id', '=', id).executeTakeFirst()
  return row?.amount ?? 0
}

const cursorNow = compiled((db, _given: object) =>
  db.selectFrom('meta').select('value').where('name', '=', sql.lit(cursorName)),
)
// The plus keeps SQLite from reading each kind from its beginning: a page is a stretch of the journal.
const headsBetween = compiled((db, given: { from: number; to: number }) =>
  db
    .selectFrom('events as e')
    .leftJoin('runs as r', 'r.id', 'e.run_id')
    .leftJoin('tasks as t', 't.id', 'e.task_id')
    .select(['e.seq', 'e.at', 'e.kind', 'e.run_id', 'e.task_id', 'r.workflow'])
    .select(['t.kind as task_kind', 't.name', 't.node', 't.plan_hash'])
    .where('e.seq', '>', given.from)
    .where('e.seq', '<=', given.to)
    .where(
      sql<string>`+e.kind`,
      'in',
      counted.map((kind) => sql.lit(kind)),
    )
    .orderBy('e.seq'),
)
const addTally = compiled((db, given: Row<'upkeep_tally'>) =>
  db
    .insertInto('upkeep_tally')
    .values({
      month: given.month,
      about: given.about,
      runs: given.runs,
      failures: given.failures,
      cost: given.cost,
    })
    .onConflict((clash) =>
      clash.columns(['month', 'about']).doUpdateSet({
        runs: sql`upkeep_tally.runs + excluded.runs`,
        failures: sql`upkeep_tally.failures + excluded.failures`,
        cost: sql`upkeep_tally.cost + excluded.cost`,
      }),
    ),
)
const addSeen = compiled((db, given: Row<'upkeep_seen'>) =>
  db
    .insertInto('upkeep_seen')
    .values({
      about: given.about,
      first_at: given.first_at,
      last_at: given.last_at,
      failed_at: given.failed_at,
      drifted_at: given.drifted_at,
    })
    .onConflict((clash) =>
      clash.column('about').doUpdateSet({
        last_at: sql`max(upkeep_seen.last_at, excluded.last_at)`,
        failed_at: sql`coalesce(excluded.failed_at, upkeep_seen.failed_at)`,
        drifted_at: sql`coalesce(excluded.drifted_at, upkeep_seen.drifted_at)`,
      }),
    ),
)

import { sql } from 'kysely'
import { periodOf } from '../../budget/period.ts'
import { agentOfTask } from '../../executor/agent-of.ts'
import type { Kernel } from '../../executor/kernel.ts'
import { compiled } from '../../store/compiled.ts'
import { padded } from '../../store/padded.ts'
import { isPractice } from '../../store/practice.ts'
import type { Tx } from '../../store/store.ts'
import type { Row } from '../../store/tables.ts'
import type { EventKind, StoredEvent } from '../../telemetry/event.ts'
import type { ReservationId } from '../../values/id.ts'

type Parts = Pick<Kernel, 'store' | 'journal' | 'timeZone' | 'placeOf' | 'shelf'>

/**
 * Counts what the journal has told since it was last looked at: runs, failures and cost of each workflow and agent, by month. What
 * does the work pays nothing for it, and the tables can be emptied and made again.
 */
export async function tally(parts: Parts): Promise<void> {
  while (await parts.store.write((tx) => tallyPage(tx, parts)));
}

// One transaction, some 15 ms of the writer.
const page = 1000
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

/** Gives whether there may be more. */
async function tallyPage(tx: Tx, parts: Parts): Promise<boolean> {
  const after = Number((await cursorNow.first(tx.db, {}))?.value ?? 0)
  const heads = await eventsAfter.all(tx.db, { after, limit: page })
  const last = heads.at(-1)
  if (!last) return false
  const seen = new Seen(parts.timeZone)
  await readAll(
    tx,
    parts,
    heads.filter(({ kind }) => counted.includes(kind)),
    seen,
  )
  for (const row of seen.tallies.values()) await addTally.run(tx.db, row)
  for (const row of seen.times.values()) await addSeen.run(tx.db, row)
  await tx.db
    .insertInto('meta')
    .values({ name: cursorName, value: String(last.seq) })
    .onConflict((clash) => clash.column('name').doUpdateSet({ value: String(last.seq) }))
    .execute()
  return heads.length === page
}

type Head = Pick<Row<'events'>, 'seq' | 'at' | 'kind' | 'run_id' | 'task_id'>

async function readAll(tx: Tx, parts: Parts, heads: readonly Head[], seen: Seen): Promise<void> {
  const workflows = await workflowsOf(tx, heads)
  const agents = await agentsOf(tx, parts, heads)
  const costs = await costsOf(tx, parts, heads)
  for (const { seq, at, kind, run_id, task_id } of heads) {
    const workflow = run_id === null ? undefined : workflows.get(run_id)
    // What is only practice is nobody's work.
    if (run_id !== null && workflow === undefined) continue
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

/** What a page adds to the counts of each automation. */
class Seen {
  readonly tallies = new Map<string, Row<'upkeep_tally'>>()
  readonly times = new Map<string, Row<'upkeep_seen'>>()
  readonly #timeZone: string

  constructor(timeZone: string) {
    this.#timeZone = timeZone
  }

  add(about: string | undefined, at: Head['at'], more: Partial<Row<'upkeep_tally'>>): void {
    if (about === undefined) return
    const month = periodOf(at, this.#timeZone)
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

  #see(about: string, at: Head['at'], more: Partial<Row<'upkeep_seen'>>): void {
    const row = this.times.get(about) ?? { about, first_at: at, last_at: at, failed_at: null, drifted_at: null }
    this.times.set(about, { ...row, last_at: at, ...more })
  }
}

async function workflowsOf(tx: Tx, heads: readonly Head[]): Promise<Map<string, string>> {
  const ids = [...new Set(heads.flatMap(({ run_id }) => run_id ?? []))]
  if (ids.length === 0) return new Map()
  const rows = await tx.db.selectFrom('runs').select(['id', 'workflow']).where('id', 'in', padded(ids)).execute()
  return new Map(rows.flatMap((run) => (isPractice(run) ? [] : [[run.id, `workflow:${run.workflow}`] as const])))
}

async function agentsOf(tx: Tx, parts: Parts, heads: readonly Head[]): Promise<Map<string, string>> {
  const ids = [...new Set(heads.flatMap(({ task_id }) => task_id ?? []))]
  const agents = new Map<string, string>()
  if (ids.length === 0) return agents
  const rows = await tx.db
    .selectFrom('tasks')
    .select(['id', 'run_id', 'kind', 'name', 'node', 'plan_hash'])
    .where('id', 'in', padded(ids))
    .execute()
  for (const row of rows) {
    const name = await agentOfTask(parts, row)
    if (name !== undefined) agents.set(row.id, `agent:${name}`)
  }
  return agents
}

/** What each event of money adds, and whom each event of drift is about. A forgotten subject's bills cannot be read any more. */
async function costsOf(tx: Tx, { journal }: Parts, heads: readonly Head[]) {
  const told = heads.filter(({ kind }) => kind.startsWith('budget.') || kind === drifting)
  const money = new Map<number, number>()
  const drifters = new Map<number, string>()
  for (const event of await journal.at(
    told.map(({ seq }) => seq),
    tx,
  )) {
    if (event.kind === 'budget.unconfirmed') money.set(event.seq, event.payload?.booked ?? 0)
    else if (event.kind === 'budget.settled' && event.payload) {
      const { reservation, actual, late } = event.payload
      money.set(event.seq, late ? actual - (await bookedFor(tx, reservation)) : actual)
    } else if ((event.kind as string) === drifting) {
      const agent = (event as { payload: unknown } & StoredEvent).payload as { agent?: string } | null
      if (agent?.agent) drifters.set(event.seq, `agent:${agent.agent}`)
    }
  }
  return { money, drifters }
}

async function bookedFor(tx: Tx, id: ReservationId): Promise<number> {
  const row = await tx.db.selectFrom('reservations').select('amount').where('id', '=', id).executeTakeFirst()
  return row?.amount ?? 0
}

const cursorNow = compiled((db, _given: object) =>
  db.selectFrom('meta').select('value').where('name', '=', sql.lit(cursorName)),
)
const eventsAfter = compiled((db, given: { after: number; limit: number }) =>
  db
    .selectFrom('events')
    .select(['seq', 'at', 'kind', 'run_id', 'task_id'])
    .where('seq', '>', given.after)
    .orderBy('seq')
    .limit(given.limit),
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

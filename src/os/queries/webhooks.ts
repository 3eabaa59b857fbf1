import { sql } from 'kysely'
import type { Row } from '../../store/tables.ts'
import type { StoredEvent } from '../../telemetry/event.ts'
import type { Fault } from '../../values/fault.ts'
import type { DeliveryId, IdentityId, ReceiptId, RunId, SubscriptionId, TaskId } from '../../values/id.ts'
import type { Instant } from '../../values/time.ts'
import type { Os } from '../os.ts'
import { firstDue } from '../webhooks/deliver.ts'
import type { Rule } from '../webhooks/webhook.ts'
import { cursorAt, type Page, type Paging, pageOfRows, readCursor } from './page.ts'
import { namesOf } from './runs.ts'

/** A sender that the company listens to. */
export interface SourceLine {
  readonly source: string
  /** Where it delivers, below the public address. */
  readonly path: string
  readonly scheme: string
  readonly secret: string
  readonly secretSet: boolean
  /** What its events do, in order. */
  readonly rules: readonly string[]
  readonly lastAt: Instant | null
}

/** An address that is told of events. */
export interface SubscriptionLine {
  readonly id: SubscriptionId
  readonly url: string
  readonly events: readonly string[]
  readonly payload: 'ids' | 'full'
  readonly secret: string
  readonly state: 'live' | 'stopped'
  /** Why it stopped. */
  readonly fault: Fault | null
  /** The last event that needs nothing more. */
  readonly cursor: number
  /** When the delivery that is under way is tried next. */
  readonly nextAt: Instant | null
}

export interface WebhooksView {
  readonly sources: readonly SourceLine[]
  /** Counts stop at 1000. */
  readonly receipts: { readonly failed: number; readonly kept: number; readonly unmatched: number }
  readonly subscriptions: readonly SubscriptionLine[]
}

/** Webhooks in and out at a glance. */
export async function listWebhooks(os: Os): Promise<WebhooksView> {
  const [failed, kept, unmatched] = [await count(os, 'failed'), await count(os, 'kept'), await count(os, 'unmatched')]
  return { sources: await sources(os), receipts: { failed, kept, unmatched }, subscriptions: await subscriptions(os) }
}

/** An event that came in, and what became of it. */
export interface ReceiptLine {
  readonly id: ReceiptId
  readonly source: string
  readonly event: string
  readonly subject: { readonly id: IdentityId; readonly name: string | null }
  readonly state: Row<'receipts'>['state']
  readonly run: RunId | null
  readonly task: TaskId | null
  /** What it is to a task that waits: `billing.paid`. */
  readonly what: string | null
  readonly receivedAt: Instant
  readonly receivedSeq: number
  readonly fault: Fault | null
}

/** Events that came in, latest first. */
export async function listReceipts(
  os: Os,
  filter: Paging & { readonly state?: ReceiptLine['state'] | undefined },
): Promise<Page<ReceiptLine>> {
  let select = os.store.read.selectFrom('receipts').selectAll()
  if (filter.state !== undefined) select = select.where('state', '=', filter.state)
  const from = readCursor(filter.cursor)
  if (from) select = select.where('received_seq', '<', from.number)
  const rows = await select
    .orderBy('received_seq', 'desc')
    .limit(filter.limit + 1)
    .execute()
  const names = await namesOf(
    os,
    rows.map((row) => row.subject),
  )
  const faults = await faultsOf(
    os,
    rows.filter((row) => row.state === 'failed').map((row) => row.outcome_seq),
  )
  const lines = rows.map(
    (row): ReceiptLine => ({
      id: row.id,
      source: row.source,
      event: row.event,
      subject: { id: row.subject, name: names.get(row.subject) ?? null },
      state: row.state,
      run: row.run_id,
      task: row.task_id,
      what: row.name,
      receivedAt: row.received_at,
      receivedSeq: row.received_seq,
      fault: faults.get(row.outcome_seq) ?? null,
    }),
  )
  return pageOfRows(rows, filter, (row) => cursorAt(row.received_seq, row.id), lines)
}

/** An event on its way to a subscriber. */
export interface DeliveryLine {
  readonly id: DeliveryId
  readonly subscription: SubscriptionId
  readonly seq: number
  readonly event: string
  readonly state: Row<'deliveries'>['state']
  readonly attempts: number
  readonly dueAt: Instant | null
  readonly changedAt: Instant
  /** Of the last attempt. */
  readonly fault: Fault | null
}

export interface DeliveryFilter extends Paging {
  readonly subscription?: SubscriptionId | undefined
  readonly state?: DeliveryLine['state'] | undefined
}

/** What subscribers were told, latest first. */
export async function listDeliveries(os: Os, filter: DeliveryFilter): Promise<Page<DeliveryLine>> {
  let select = os.store.read
    .selectFrom('deliveries')
    .innerJoin('events', 'events.seq', 'deliveries.seq')
    .innerJoin('events as outcomes', 'outcomes.seq', 'deliveries.outcome_seq')
    .selectAll('deliveries')
    .select(['events.kind', 'outcomes.at'])
  if (filter.subscription !== undefined) select = select.where('subscription_id', '=', filter.subscription)
  if (filter.state !== undefined) select = select.where('state', '=', filter.state)
  const from = readCursor(filter.cursor)
  if (from) select = select.where('outcome_seq', '<', from.number)
  const rows = await select
    .orderBy('outcome_seq', 'desc')
    .limit(filter.limit + 1)
    .execute()
  const faults = await faultsOf(
    os,
    rows.map((row) => row.outcome_seq),
  )
  const lines = rows.map(
    (row): DeliveryLine => ({
      id: row.id,
      subscription: row.subscription_id,
      seq: row.seq,
      event: row.kind,
      state: row.state,
      attempts: row.attempts,
      dueAt: row.due_at,
      changedAt: row.at,
      fault: faults.get(row.outcome_seq) ?? null,
    }),
  )
  return pageOfRows(rows, filter, (row) => cursorAt(row.outcome_seq, row.id), lines)
}

async function sources(os: Os): Promise<SourceLine[]> {
  return Promise.all(
    os.config.webhooks.map(async ({ source, verify, on }): Promise<SourceLine> => {
      const last = await os.store.read
        .selectFrom('receipts')
        .select('received_at')
        .where('source', '=', source)
        .orderBy('received_seq', 'desc')
        .limit(1)
        .executeTakeFirst()
      return {
        source,
        path: `/hooks/${source}`,
        scheme: verify.scheme,
        secret: verify.secret,
        secretSet: os.vault.secret(verify.secret) !== undefined,
        rules: on.map(ruleText),
        lastAt: last?.received_at ?? null,
      }
    }),
  )
}

function ruleText(rule: Rule): string {
  const when = rule.when.map(({ is }) => String(is)).join(' ')
  const does = rule.does === 'start' ? `starts ${rule.workflow}` : `answers ${rule.what.name}`
  return when === '' ? does : `${when} ${does}`
}

async function subscriptions(os: Os): Promise<SubscriptionLine[]> {
  const rows = await os.store.read
    .selectFrom('subscriptions')
    .selectAll()
    .where('state', 'in', ['live', 'stopped'])
    .orderBy('added_seq')
    .limit(mostSubscriptions)
    .execute()
  const faults = await faultsOf(
    os,
    rows.map((row) => row.state_seq),
  )
  return Promise.all(
    rows.map(async (row): Promise<SubscriptionLine> => {
      const due = await firstDue.first(os.store.read, { id: row.id })
      return {
        id: row.id,
        url: row.url,
        events: JSON.parse(row.kinds) as string[],
        payload: row.payload,
        secret: row.secret,
        state: row.state === 'stopped' ? 'stopped' : 'live',
        fault: faults.get(row.state_seq) ?? null,
        cursor: row.cursor_seq,
        nextAt: due?.due_at ?? null,
      }
    }),
  )
}

const mostSubscriptions = 200

async function count(os: Os, state: ReceiptLine['state']): Promise<number> {
  const { rows } = await sql<{ count: number }>`SELECT count(*) AS count FROM
    (SELECT 1 FROM receipts WHERE state = ${state} LIMIT 1000)`.execute(os.store.read)
  return rows[0]?.count ?? 0
}

/** The faults that these events tell of, by seq. */
async function faultsOf(os: Os, seqs: readonly number[]): Promise<Map<number, Fault>> {
  const events = await os.journal.at(seqs)
  return new Map(events.flatMap((event) => faultIn(event)))
}

function faultIn(event: StoredEvent): [number, Fault][] {
  const { payload } = event
  return payload !== null && 'fault' in payload ? [[event.seq, payload.fault]] : []
}

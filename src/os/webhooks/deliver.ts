import { sql } from 'kysely'
import type { Kernel } from '../../executor/kernel.ts'
import { nextPause, type RetryPolicy } from '../../queue/retry.ts'
import { compiled } from '../../store/compiled.ts'
import { isWork } from '../../store/practice.ts'
import type { Tx } from '../../store/store.ts'
import type { Row } from '../../store/tables.ts'
import type { Draft } from '../../telemetry/event.ts'
import { type Fault, fault } from '../../values/fault.ts'
import { companyIdentity, derivedId, type SubscriptionId } from '../../values/id.ts'
import { hours, later, milliseconds, minutes, seconds } from '../../values/time.ts'
import type { Sent } from './send.ts'

type Delivery = Row<'deliveries'>
type Subscription = Row<'subscriptions'>

/** A receiver that is not there: twenty tries over some three days, as long as a weekend with a broken server. */
const patience: RetryPolicy = { attempts: 20, first: seconds(5), factor: 3, most: hours(6) }
/** A receiver that does not want this one: it holds up those behind it, so for some ten minutes only. */
const insistence: RetryPolicy = { attempts: 5, first: seconds(5), factor: 6, most: minutes(10) }

/**
 * The delivery whose turn it is: the first that is due, else the next event after the cursor that is wanted, which is intended
 * now. `undefined` when there is none, or the subscription is not live.
 */
export async function nextIn(tx: Tx, kernel: Kernel, id: SubscriptionId): Promise<Delivery | undefined> {
  const subscription = await subscriptionOf.first(tx.db, { id })
  if (subscription?.state !== 'live') return undefined
  const due = await firstDue.first(tx.db, { id })
  if (due) return due
  const seq = await nextWanted(tx.db, subscription)
  return seq === undefined ? undefined : intend(tx, kernel, id, seq)
}

/** The next event after the cursor of a kind that is wanted. */
export async function nextWanted(db: Tx['db'], subscription: Subscription): Promise<number | undefined> {
  let first: number | undefined
  for (const kind of JSON.parse(subscription.kinds) as string[]) {
    const found = await eventAfter.first(db, { kind, after: subscription.cursor_seq })
    if (found && (first === undefined || found.seq < first)) first = found.seq
  }
  return first
}

/** What an attempt came to, as rows and events. */
export async function settle(tx: Tx, kernel: Kernel, delivery: Delivery, sent: Sent): Promise<void> {
  const tried = { ...delivery, attempts: delivery.attempts + 1 }
  switch (sent.kind) {
    case 'done':
      return end(tx, kernel, tried, 'done', { kind: 'delivery.done', payload: { delivery: delivery.id } })
    case 'stop':
      return stop(tx, kernel, delivery.subscription_id, sent.fault)
    case 'refused':
    case 'failed':
      return delay(tx, kernel, tried, sent)
    default:
      return sent satisfies never
  }
}

/**
 * Makes an event due for a subscription: now, with all its attempts. The same event is the same delivery, with the same id; its
 * MAC tells it from the event that a copy of the company has in the same place.
 */
export async function intend(
  tx: Tx,
  kernel: Kernel,
  subscription: SubscriptionId,
  seq: number,
  again = false,
): Promise<Delivery> {
  const { mac } = await tx.db.selectFrom('events').select('mac').where('seq', '=', seq).executeTakeFirstOrThrow()
  const id = derivedId('dlv', subscription, seq, Buffer.from(mac).toString('hex'))
  const payload = { delivery: id, subscription, seq, again }
  const row: Delivery = {
    id,
    subscription_id: subscription,
    seq,
    state: 'due',
    attempts: 0,
    due_at: kernel.clock.now(),
    outcome_seq: await tell(tx, kernel, { kind: 'delivery.intended', payload }),
  }
  await tx.db
    .insertInto('deliveries')
    .values(row)
    .onConflict((clash) =>
      clash
        .column('id')
        .doUpdateSet({ state: row.state, attempts: 0, due_at: row.due_at, outcome_seq: row.outcome_seq }),
    )
    .execute()
  return row
}

/** Journals something about subscriptions and deliveries. Gives its seq. */
export function tell(tx: Tx, kernel: Kernel, draft: object): Promise<number> {
  return kernel.journal.append(tx, { subject: companyIdentity, origin: 'system', ...draft } as Draft)
}

async function delay(
  tx: Tx,
  kernel: Kernel,
  tried: Delivery,
  sent: Extract<Sent, { kind: 'refused' | 'failed' }>,
): Promise<void> {
  const policy = sent.kind === 'refused' ? insistence : patience
  const pause = nextPause(policy, tried.attempts, sent.fault, kernel.random())
  if (pause === undefined) {
    const { id } = tried
    if (sent.kind === 'refused')
      return end(tx, kernel, tried, 'dead', { kind: 'delivery.dead', payload: { delivery: id, fault: sent.fault } })
    const about = { url: sent.fault.about.url ?? '', why: sent.fault.about.why ?? '', id: tried.subscription_id }
    return stop(tx, kernel, tried.subscription_id, fault('subscription.dead', about))
  }
  const asked = Math.min(sent.retryAfter ?? 0, policy.most)
  const dueAt = later(kernel.clock.now(), milliseconds(Math.max(pause, asked)))
  const payload = { delivery: tried.id, dueAt, fault: sent.fault }
  const seq = await tell(tx, kernel, { kind: 'delivery.delayed', payload })
  await update(tx, { ...tried, due_at: dueAt, outcome_seq: seq })
}

async function end(
  tx: Tx,
  kernel: Kernel,
  tried: Delivery,
  state: 'done' | 'dead',
  draft: { readonly kind: string; readonly payload: object },
): Promise<void> {
  await update(tx, { ...tried, state, due_at: null, outcome_seq: await tell(tx, kernel, draft) })
  await moveCursor.run(tx.db, { id: tried.subscription_id, seq: tried.seq })
}

async function stop(tx: Tx, kernel: Kernel, subscription: SubscriptionId, why: Fault): Promise<void> {
  const seq = await tell(tx, kernel, { kind: 'subscription.stopped', payload: { subscription, fault: why } })
  await tx.db
    .updateTable('subscriptions')
    .set({ state: 'stopped', state_seq: seq })
    .where('id', '=', subscription)
    .where('state', '=', 'live')
    .execute()
}

async function update(tx: Tx, { id, state, attempts, due_at, outcome_seq }: Delivery): Promise<void> {
  await tx.db.updateTable('deliveries').set({ state, attempts, due_at, outcome_seq }).where('id', '=', id).execute()
}

/** One subscription. */
export const subscriptionOf = compiled((db, given: { id: SubscriptionId }) =>
  db.selectFrom('subscriptions').selectAll().where('id', '=', given.id),
)
/** The first delivery of a subscription that is to be sent, in the order of the journal. */
export const firstDue = compiled((db, given: { id: SubscriptionId }) =>
  db
    .selectFrom('deliveries')
    .selectAll()
    .where('subscription_id', '=', given.id)
    .where('state', '=', sql.lit('due' as const))
    .orderBy('seq')
    .limit(sql.lit(1)),
)
const eventAfter = compiled((db, given: { kind: string; after: number }) =>
  db
    .selectFrom('events')
    .select('seq')
    .where('kind', '=', given.kind)
    .where('seq', '>', given.after)
    // What is only practice is no news.
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('runs').select('id').whereRef('id', '=', 'events.run_id').where(not(isWork)))),
    )
    .orderBy('seq')
    .limit(sql.lit(1)),
)
// One that is sent again lies behind the cursor, which goes forward only.
const moveCursor = compiled((db, given: { id: SubscriptionId; seq: number }) =>
  db
    .updateTable('subscriptions')
    .set({ cursor_seq: given.seq })
    .where('id', '=', given.id)
    .where('cursor_seq', '<', given.seq),
)

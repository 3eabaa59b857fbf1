import { matchHash } from '../../src/executor/wait.ts'
import type { Row } from '../../src/store/tables.ts'
import { known, type Told } from './told.ts'

export interface FoldedWebhooks {
  readonly receipts: Row<'receipts'>[]
  readonly waits: Row<'waits'>[]
  readonly subscriptions: Row<'subscriptions'>[]
  readonly deliveries: Row<'deliveries'>[]
}

/** What came in, who waits for it, who is told, and what they were told, as the journal tells it. */
export function foldWebhooks(events: readonly Told[]): FoldedWebhooks {
  const receipts = new Map<string, Row<'receipts'>>()
  const waits = new Map<string, Row<'waits'>>()
  const subscriptions = new Map<string, Row<'subscriptions'>>()
  const deliveries = new Map<string, Row<'deliveries'>>()
  for (const event of events) {
    if (event.kind.startsWith('webhook.')) takeReceipt(receipts, waits, event)
    if (event.kind.startsWith('wait.')) takeWait(waits, event)
    if (event.kind.startsWith('subscription.')) takeSubscription(subscriptions, deliveries, event)
    if (event.kind.startsWith('delivery.')) takeDelivery(subscriptions, deliveries, event)
  }
  return {
    receipts: [...receipts.values()],
    waits: [...waits.values()],
    subscriptions: [...subscriptions.values()],
    deliveries: [...deliveries.values()],
  }
}

function takeReceipt(receipts: Map<string, Row<'receipts'>>, waits: Map<string, Row<'waits'>>, event: Told): void {
  const { seq, at, subject } = event
  const change = (id: string, to: Partial<Row<'receipts'>>): void => {
    receipts.set(id, { ...known(receipts.get(id), id), ...to })
  }
  switch (event.kind) {
    case 'webhook.received': {
      const { receipt: id, source, event: name } = event.payload
      const none = { run_id: null, task_id: null, name: null, match: null }
      const row = { id, source, event: name, subject, ...none, received_seq: seq, outcome_seq: seq, received_at: at }
      receipts.set(id, { ...row, state: 'unmatched' })
      break
    }
    case 'webhook.unmatched':
    case 'webhook.failed':
      change(event.payload.receipt, {
        state: event.kind === 'webhook.failed' ? 'failed' : 'unmatched',
        outcome_seq: seq,
      })
      break
    case 'webhook.started':
      change(event.payload.receipt, { state: 'started', run_id: event.run, outcome_seq: seq })
      break
    case 'webhook.kept': {
      const { receipt, name, match } = event.payload
      change(receipt, { state: 'kept', name, match: matchHash(name, match), outcome_seq: seq })
      break
    }
    case 'webhook.answered': {
      const { receipt, round } = event.payload
      change(receipt, { state: 'answered', task_id: event.task })
      const key = `${event.task} ${round}`
      waits.set(key, { ...known(waits.get(key), key), state: 'answered', receipt_id: receipt })
    }
  }
}

function takeWait(waits: Map<string, Row<'waits'>>, event: Told): void {
  if (event.kind === 'wait.opened') {
    const { round, name, match, dueAt } = event.payload
    waits.set(`${event.task} ${round}`, {
      task_id: known(event.task ?? undefined, 'a task'),
      round,
      name,
      match: matchHash(name, match),
      state: 'open',
      due_at: dueAt,
      opened_seq: event.seq,
      receipt_id: null,
    })
  }
  if (event.kind !== 'wait.over') return
  const key = `${event.task} ${event.payload.round}`
  waits.set(key, { ...known(waits.get(key), key), state: 'over' })
}

function takeSubscription(
  subscriptions: Map<string, Row<'subscriptions'>>,
  deliveries: Map<string, Row<'deliveries'>>,
  event: Told,
): void {
  if (event.kind === 'subscription.added') {
    const { subscription: id, url, secret, kinds, payload, cursor } = event.payload
    const seqs = { cursor_seq: cursor, added_seq: event.seq, state_seq: event.seq }
    subscriptions.set(id, { id, url, secret, kinds: JSON.stringify(kinds), payload, state: 'live', ...seqs })
    return
  }
  const { subscription: id } = event.payload as { readonly subscription: string }
  const row = known(subscriptions.get(id), id)
  const state = ({ stopped: 'stopped', resumed: 'live', removed: 'removed' } as const)[
    event.kind.slice('subscription.'.length) as 'stopped' | 'resumed' | 'removed'
  ]
  if (state === 'stopped' && row.state !== 'live') return
  subscriptions.set(id, { ...row, state, state_seq: event.seq })
  if (state !== 'live') return
  for (const one of deliveries.values())
    if (one.subscription_id === id && one.state === 'due')
      deliveries.set(one.id, { ...one, attempts: 0, due_at: event.at })
}

function takeDelivery(
  subscriptions: Map<string, Row<'subscriptions'>>,
  deliveries: Map<string, Row<'deliveries'>>,
  event: Told,
): void {
  const outcome_seq = event.seq
  if (event.kind === 'delivery.intended') {
    const { delivery: id, subscription, seq } = event.payload
    const due = { state: 'due', attempts: 0, due_at: event.at } as const
    deliveries.set(id, { id, subscription_id: subscription, seq, ...due, outcome_seq })
    return
  }
  const { delivery: id } = event.payload as { readonly delivery: string }
  const before = known(deliveries.get(id), id)
  const tried = { ...before, attempts: before.attempts + 1, outcome_seq }
  if (event.kind === 'delivery.delayed') {
    deliveries.set(id, { ...tried, due_at: event.payload.dueAt })
    return
  }
  deliveries.set(id, { ...tried, state: event.kind === 'delivery.done' ? 'done' : 'dead', due_at: null })
  const subscription = known(subscriptions.get(tried.subscription_id), tried.subscription_id)
  const cursor_seq = Math.max(subscription.cursor_seq, tried.seq)
  subscriptions.set(subscription.id, { ...subscription, cursor_seq })
}

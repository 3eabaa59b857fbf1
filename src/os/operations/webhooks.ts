import { z } from 'zod'
import type { DeliveryId, SubscriptionId } from '../../values/id.ts'
import { type Operation, operation } from '../operation.ts'
import { listDeliveries, listReceipts, listWebhooks } from '../queries/webhooks.ts'
import { at, deliveryId, faultView, named, pageOf, paging, receiptId, runId, subscriptionId, taskId } from './fields.ts'

const receiptState = z.enum(['unmatched', 'started', 'kept', 'answered', 'failed'])
const deliveryState = z.enum(['due', 'done', 'dead'])
const secret = z.string().regex(/^[A-Za-z][\w.-]{0,63}$/, 'is not the name of a secret')

const source = z.object({
  source: z.string(),
  path: z.string(),
  scheme: z.string(),
  secret: z.string(),
  secretSet: z.boolean(),
  rules: z.array(z.string()),
  lastAt: at.nullable(),
})

const subscription = z.object({
  id: subscriptionId,
  url: z.string(),
  events: z.array(z.string()),
  payload: z.enum(['ids', 'full']),
  secret: z.string(),
  state: z.enum(['live', 'stopped']),
  fault: faultView.nullable(),
  cursor: z.int(),
  nextAt: at.nullable(),
})

/** Webhooks in and out. */
export const webhookOperations: readonly Operation[] = [
  operation({
    name: 'webhooks.list',
    kind: 'query',
    does: 'Lists whom the company listens to, and who is told of what happens here.',
    http: { method: 'get', path: '/webhooks' },
    input: z.object({}),
    output: z.object({
      sources: z.array(source),
      receipts: z.object({ failed: z.int(), kept: z.int(), unmatched: z.int() }),
      subscriptions: z.array(subscription),
    }),
    example: {},
    run: listWebhooks,
  }),
  operation({
    name: 'webhooks.add',
    kind: 'command',
    does: 'Tells an address of events from now on, signed as Standard Webhooks are.',
    http: { method: 'post', path: '/webhooks' },
    input: z.object({
      url: z.string().min(1).max(2000),
      events: z.array(z.string().max(100)).min(1).max(50),
      secret,
      payload: z.enum(['ids', 'full']).default('ids'),
    }),
    output: z.object({ id: subscriptionId }),
    example: { url: 'https://example.org/soloist', events: ['run.done', 'gate.opened'], secret: 'HOOKS_OUT' },
    run: async (os, { events, ...rest }) => ({ id: await os.webhooks.add({ ...rest, kinds: events }) }),
  }),
  operation({
    name: 'webhooks.remove',
    kind: 'command',
    does: 'Tells an address of nothing more.',
    http: { method: 'delete', path: '/webhooks/{subscription}' },
    input: z.object({ subscription: subscriptionId }),
    output: z.object({ id: subscriptionId }),
    example: { subscription: 'sub_0k3v9q2m7x' as SubscriptionId },
    async run(os, { subscription: id }) {
      await os.webhooks.remove(id)
      return { id }
    },
  }),
  operation({
    name: 'webhooks.receipts',
    kind: 'query',
    does: 'Lists the events that came in, latest first, with what became of them.',
    http: { method: 'get', path: '/webhooks/receipts' },
    input: z.object({ state: receiptState.optional(), ...paging }),
    output: pageOf(
      z.object({
        id: receiptId,
        source: z.string(),
        event: z.string(),
        subject: named,
        state: receiptState,
        run: runId.nullable(),
        task: taskId.nullable(),
        what: z.string().nullable(),
        receivedAt: at,
        receivedSeq: z.int(),
        fault: faultView.nullable(),
      }),
    ),
    example: { state: 'failed' },
    run: listReceipts,
  }),
  operation({
    name: 'webhooks.deliveries',
    kind: 'query',
    does: 'Lists what subscribers were told, or are about to be, latest first.',
    http: { method: 'get', path: '/webhooks/deliveries' },
    input: z.object({ subscription: subscriptionId.optional(), state: deliveryState.optional(), ...paging }),
    output: pageOf(
      z.object({
        id: deliveryId,
        subscription: subscriptionId,
        seq: z.int(),
        event: z.string(),
        state: deliveryState,
        attempts: z.int(),
        dueAt: at.nullable(),
        changedAt: at,
        fault: faultView.nullable(),
      }),
    ),
    example: { state: 'dead' },
    run: listDeliveries,
  }),
  operation({
    name: 'webhooks.replay',
    kind: 'command',
    does: 'Does once more: an event that failed, a delivery, or a subscription that stopped.',
    http: { method: 'post', path: '/webhooks/{id}/replay' },
    input: z.object({ id: z.string().regex(/^(hok|dlv|sub)_[0-9a-z_]{1,64}$/, 'is no hok_…, dlv_… or sub_…') }),
    output: z.object({ id: z.string() }),
    example: { id: 'dlv_0k3v9q2m7x' as DeliveryId },
    async run(os, { id }) {
      await os.webhooks.replay(id)
      return { id }
    },
  }),
]

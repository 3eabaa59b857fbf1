import { Argument, Option } from 'commander'
import type { Page } from '../../os/queries/page.ts'
import type { DeliveryLine, ReceiptLine, WebhooksView } from '../../os/queries/webhooks.ts'
import { asking, given, type Verb } from '../invocation.ts'
import { deliveryTable, receiptTable, webhookText } from '../render/webhooks.ts'

/** Webhooks in and out. */
export const webhookVerbs: readonly Verb[] = [
  {
    name: 'list',
    does: 'List whom the company listens to, and who is told of what happens here.',
    example: 'webhook list',
    action: asking<WebhooksView>(
      'webhooks.list',
      () => ({}),
      (view, { world }) => webhookText(view, world.timeZone),
    ),
  },
  {
    name: 'add',
    does: 'Tell an address of events from now on. The secret is one of the vault: whsec_ and base64 of 32 random bytes.',
    example: 'webhook add https://example.org/soloist --events run.done,gate.opened --secret HOOKS_OUT',
    arguments: [new Argument('<url>', 'where events are posted')],
    options: [
      new Option('--events <kinds>', 'kinds of events, with commas between').makeOptionMandatory(),
      new Option('--secret <name>', 'the name of the secret to sign with').makeOptionMandatory(),
      new Option('--full', 'send what the events say, personal text included; otherwise only ids and kinds'),
    ],
    action: asking<{ id: string }>(
      'webhooks.add',
      ({ options }, url = '') => ({
        url,
        events: String(options.events)
          .split(',')
          .map((kind) => kind.trim()),
        secret: String(options.secret),
        payload: options.full === true ? 'full' : 'ids',
      }),
      ({ id }) => `Added: ${id}.`,
    ),
  },
  {
    name: 'remove',
    does: 'Tell an address of nothing more.',
    example: 'webhook remove sub_0k3v9q2m7x',
    arguments: [new Argument('<subscription>', 'the id of a subscription')],
    action: asking<{ id: string }>(
      'webhooks.remove',
      (_invocation, subscription = '') => ({ subscription }),
      ({ id }) => `Removed: ${id}.`,
    ),
  },
  {
    name: 'receipts',
    does: 'List the events that came in, latest first.',
    example: 'webhook receipts --state failed',
    options: [
      new Option('--state <state>', 'only these').choices(['unmatched', 'started', 'kept', 'answered', 'failed']),
    ],
    action: asking<Page<ReceiptLine>>(
      'webhooks.receipts',
      (invocation) => given(invocation, 'state'),
      ({ items }, { world }) => receiptTable(items, world.timeZone),
    ),
  },
  {
    name: 'deliveries',
    does: 'List what subscribers were told, latest first.',
    example: 'webhook deliveries --state dead',
    options: [
      new Option('--state <state>', 'only these').choices(['due', 'done', 'dead']),
      new Option('--subscription <id>', 'only to this address'),
    ],
    action: asking<Page<DeliveryLine>>(
      'webhooks.deliveries',
      (invocation) => given(invocation, 'state', 'subscription'),
      ({ items }, { world }) => deliveryTable(items, world.timeZone),
    ),
  },
  {
    name: 'replay',
    does: 'Do once more: an event that failed, a delivery, or a subscription that stopped.',
    example: 'webhook replay dlv_0k3v9q2m7x',
    arguments: [new Argument('<id>', 'hok_…, dlv_… or sub_…')],
    action: asking<{ id: string }>(
      'webhooks.replay',
      (_invocation, id = '') => ({ id }),
      ({ id }) => `Once more: ${id}.`,
    ),
  },
]

import type { DeliveryLine, ReceiptLine, WebhooksView } from '../../os/queries/webhooks.ts'
import type { Fault } from '../../values/fault.ts'
import { plain, table } from './table.ts'
import { formatTime } from './time.ts'

/** Sources, what waits in them, and subscriptions. */
export function webhookText({ sources, receipts, subscriptions }: WebhooksView, timeZone: string): string {
  const inward = sources.map((line) => [
    line.path,
    line.scheme,
    line.secretSet ? line.secret : `${line.secret} (missing)`,
    line.rules.join('; ') || '-',
    line.lastAt === null ? 'never' : formatTime(line.lastAt, timeZone),
  ])
  const outward = subscriptions.map((line) => [
    line.id,
    line.url,
    line.events.join(', '),
    line.payload,
    line.state,
    line.nextAt === null ? '-' : formatTime(line.nextAt, timeZone),
  ])
  const { failed, kept, unmatched } = receipts
  const waiting =
    failed + kept + unmatched === 0
      ? []
      : [
          `Came in: ${failed} failed, ${kept} kept for a task, ${unmatched} that fit no rule (soloist webhook receipts).`,
        ]
  return [
    table(['from', 'signed', 'secret', 'does', 'last'], inward, 'Nobody is listened to: see webhooks in the config.'),
    ...waiting,
    '',
    table(['subscription', 'to', 'events', 'says', 'state', 'next'], outward, 'Nobody is told of anything.'),
    ...subscriptions.flatMap((line) => (line.fault === null ? [] : [faultText(line.id, line.fault)])),
  ].join('\n')
}

/** What came in. */
export function receiptTable(receipts: readonly ReceiptLine[], timeZone: string): string {
  const rows = receipts.map((line) => [
    line.id,
    line.source,
    line.event,
    line.state,
    line.run ?? line.task ?? line.what ?? '-',
    formatTime(line.receivedAt, timeZone),
  ])
  const faults = receipts.flatMap((line) => (line.fault === null ? [] : [faultText(line.id, line.fault)]))
  return [table(['receipt', 'from', 'event', 'state', 'for', 'came'], rows, 'Nothing came in.'), ...faults].join('\n')
}

/** What went out. */
export function deliveryTable(deliveries: readonly DeliveryLine[], timeZone: string): string {
  const rows = deliveries.map((line) => [
    line.id,
    line.event,
    String(line.seq),
    line.state,
    String(line.attempts),
    formatTime(line.dueAt ?? line.changedAt, timeZone),
  ])
  const faults = deliveries.flatMap((line) => (line.fault === null ? [] : [faultText(line.id, line.fault)]))
  const heads = ['delivery', 'event', 'seq', 'state', 'tries', 'when']
  return [table(heads, rows, 'Nobody was told of anything.'), ...faults].join('\n')
}

function faultText(about: string, { code, message, next }: Fault): string {
  return plain(`${about}: ${code}: ${message}\nNext: ${next}`)
}

import type { Fault } from '../values/fault.ts'
import type { DeliveryId, ReceiptId, SubscriptionId } from '../values/id.ts'
import type { Json } from '../values/json.ts'
import type { Instant } from '../values/time.ts'

/** What happens with the world outside that no effect is: what comes in and is waited for, and who is told of what goes on. */
export interface OutsideEvents {
  'wait.opened': { round: number; name: string; match: string; dueAt: Instant }
  'wait.over': { round: number }
  'webhook.received': {
    receipt: ReceiptId
    source: string
    event: string
    body: Json
    headers: Readonly<Record<string, string>>
  }
  'webhook.refused': { source: string; count: number; why: string }
  'webhook.unmatched': { receipt: ReceiptId }
  'webhook.started': { receipt: ReceiptId }
  'webhook.kept': { receipt: ReceiptId; name: string; match: string; data: Json }
  'webhook.answered': { receipt: ReceiptId; round: number }
  'webhook.failed': { receipt: ReceiptId; fault: Fault }
  'webhook.replayed': { receipt: ReceiptId }

  'subscription.added': {
    subscription: SubscriptionId
    url: string
    secret: string
    kinds: readonly string[]
    payload: 'ids' | 'full'
    cursor: number
  }
  'subscription.stopped': { subscription: SubscriptionId; fault: Fault }
  'subscription.resumed': { subscription: SubscriptionId }
  'subscription.removed': { subscription: SubscriptionId }
  'delivery.intended': { delivery: DeliveryId; subscription: SubscriptionId; seq: number; again: boolean }
  'delivery.done': { delivery: DeliveryId }
  'delivery.delayed': { delivery: DeliveryId; dueAt: Instant; fault: Fault }
  'delivery.dead': { delivery: DeliveryId; fault: Fault }
}

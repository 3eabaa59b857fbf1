import type { EventEntry } from './entry.ts'

/** What comes in from outside and is waited for, and who is told of what goes on. */
export const outsideEvents = {
  'wait.opened': {
    level: 'info',
    when: 'When a task begins to wait for an event from outside.',
    says: 'The task waits for {name}.',
  },
  'wait.over': {
    level: 'warning',
    when: 'When what a task waited for did not come in its time.',
    says: 'The time to wait is over.',
  },
  'webhook.received': {
    level: 'info',
    when: 'When an event of a sender came in, once however often it is delivered.',
    says: 'Event {receipt} came in from {source}.',
  },
  'webhook.refused': {
    level: 'warning',
    when: 'When calls were turned away, once for many of them.',
    says: '{count} calls to {source} were turned away.',
  },
  'webhook.unmatched': {
    level: 'info',
    when: 'When no rule of its source takes an event that came in.',
    says: 'Event {receipt} fits no rule.',
  },
  'webhook.started': {
    level: 'info',
    when: 'When an event that came in started a run.',
    says: 'Event {receipt} started the run.',
  },
  'webhook.kept': {
    level: 'info',
    when: 'When an event answers what no task waits for yet. It is kept for the one that will.',
    says: 'Event {receipt} is kept: nothing waits for {name} yet.',
  },
  'webhook.answered': {
    level: 'info',
    when: 'When an event brought what a task waited for.',
    says: 'Event {receipt} brought what the task waited for.',
  },
  'webhook.failed': {
    level: 'error',
    when: 'When what an event asks for could not be done. It is kept and can be replayed.',
    says: 'Event {receipt} failed: {fault.code}.',
  },
  'webhook.replayed': {
    level: 'info',
    when: 'When the operator has an event taken in again.',
    says: 'Event {receipt} is taken in again.',
  },
  'subscription.added': {
    level: 'info',
    when: 'When the operator has an address told of events.',
    says: 'Subscription {subscription} is told of events ({payload}).',
  },
  'subscription.stopped': {
    level: 'error',
    when: 'When a receiver stayed away, is gone, or belongs to the company that this one was copied from.',
    says: 'Subscription {subscription} stops: {fault.code}.',
  },
  'subscription.resumed': {
    level: 'info',
    when: 'When a stopped subscription goes on where it stood.',
    says: 'Subscription {subscription} goes on.',
  },
  'subscription.removed': {
    level: 'info',
    when: 'When an address is told no more.',
    says: 'Subscription {subscription} is removed.',
  },
  'delivery.intended': {
    level: 'debug',
    when: 'Before an event leaves for a subscriber.',
    says: 'Event {seq} is on its way to subscription {subscription}.',
  },
  'delivery.done': {
    level: 'debug',
    when: 'When the receiver took it.',
    says: 'Delivery {delivery} was taken.',
  },
  'delivery.delayed': {
    level: 'warning',
    when: 'When the receiver did not take it, and it is sent again later under the same id.',
    says: 'Delivery {delivery} was not taken: {fault.code}. It is sent again.',
  },
  'delivery.dead': {
    level: 'error',
    when: 'When it is not sent again by itself. The operator can have it replayed.',
    says: 'Delivery {delivery} is given up: {fault.code}.',
  },
} as const satisfies Record<string, EventEntry>

import type { EventEntry } from './entry.ts'

/** Calls, effects, what the operator is asked, and what it costs. */
export const outwardEvents = {
  'step.done': {
    level: 'debug',
    when: "When a call within an attempt gave its answer: a model's turn, a tool, the spreading of an `each`.",
    says: 'Step {key} is done ({kind}).',
  },
  'step.failed': {
    level: 'warning',
    when: 'When a model was asked and gave no answer. The next attempt asks again.',
    says: 'Step {key} failed: {fault.code}.',
  },
  'effect.intended': {
    level: 'info',
    when: 'Before anything leaves: the intent is on disk first.',
    says: '{action} is intended, through {adapter}.',
  },
  'effect.retried': {
    level: 'warning',
    when: 'When an intent without an outcome is performed again under the same key.',
    says: 'Effect {key} is performed again, under the same key.',
  },
  'effect.done': {
    level: 'info',
    when: 'When an effect is known to have happened.',
    says: 'Effect {key} happened ({how}).',
  },
  'effect.refused': {
    level: 'warning',
    when: 'When an effect is known not to have happened.',
    says: 'Effect {key} did not happen: {fault.code}.',
  },
  'effect.unknown': {
    level: 'error',
    when: 'When nobody knows whether an effect happened, until it is looked up or the operator says.',
    says: 'Whether effect {key} happened is not known: {fault.code}.',
  },
  'effect.undone': {
    level: 'info',
    when: 'When another effect took this one back.',
    says: 'Effect {key} is taken back.',
  },
  'gate.opened': {
    level: 'info',
    when: 'When work needs the operator.',
    says: 'Gate {gate} opens ({card.reason}, {card.kind}).',
  },
  'gate.decided': {
    level: 'info',
    when: 'When the operator answered a gate.',
    says: 'Gate {gate} is {verdict}.',
  },
  'gate.expired': {
    level: 'warning',
    when: 'When nobody answered a gate within its time.',
    says: 'Gate {gate} ran out of time.',
  },
  'grant.given': {
    level: 'info',
    when: 'When the operator approves something for the future, within limits.',
    says: 'Grant {grant} is given for {action}.',
  },
  'grant.used': {
    level: 'info',
    when: 'When an effect leaves under a grant instead of a gate.',
    says: 'Grant {grant} covers effect {key}.',
  },
  'grant.withdrawn': {
    level: 'info',
    when: 'When the operator takes a grant back.',
    says: 'Grant {grant} is withdrawn.',
  },
  'budget.set': {
    level: 'info',
    when: 'When a limit is set, by the operator or by the config.',
    says: 'The limit of {scope} for {period} is set.',
  },
  'budget.reserved': {
    level: 'debug',
    when: 'Before something costs: its worst case is set aside.',
    says: 'Set aside for {step}: {amount} micro-dollars.',
  },
  'budget.sent': {
    level: 'debug',
    when: 'When the call that a reservation is for is about to leave.',
    says: 'Reservation {reservation} is in use.',
  },
  'budget.settled': {
    level: 'debug',
    when: 'When the true cost is known.',
    says: 'Reservation {reservation} cost {actual} micro-dollars.',
  },
  'budget.released': {
    level: 'debug',
    when: 'When a reservation was not needed.',
    says: 'Reservation {reservation} is released.',
  },
  'budget.unconfirmed': {
    level: 'warning',
    when: 'When a call left and its cost is not known: the worst case is booked.',
    says: 'The cost of reservation {reservation} is not known; {booked} micro-dollars are booked.',
  },
} as const satisfies Record<string, EventEntry>

import type { Entry } from './entry.ts'

/** What comes in by webhooks and who waits for it, and what is sent to subscribers. */
export const webhookFaults = {
  'wait.open': {
    retry: 'later',
    says: 'Task "{task}" waits for {what}.',
    next: 'It goes on when that comes in, at the latest at {at}.',
  },
  'wait.over': {
    retry: 'never',
    says: '{what} did not come in within {within} of task "{task}".',
    next: "See what came in with 'soloist webhook receipts', or wait once more with 'soloist retry {id}'.",
  },
  'wait.misfit': {
    retry: 'never',
    says: '{what} came in, and its data does not fit: {why}.',
    next: 'Correct its form or its webhook in soloist.config.ts, then retry.',
  },
  'webhook.unsigned': {
    retry: 'never',
    says: 'This delivery is not signed by {source}: {why}.',
    next: 'Nothing was taken in. Give both sides the same secret, and check the clock of this machine.',
  },
  'webhook.method': {
    retry: 'never',
    says: 'A webhook is posted; this was {method}.',
    next: 'Send it with POST.',
  },
  'webhook.type': {
    retry: 'never',
    says: 'A webhook carries JSON; this says it is {type}.',
    next: 'Send it as application/json.',
  },
  'webhook.busy': {
    retry: 'later',
    says: '{source} sends more than {limit}.',
    next: 'Nothing was taken in. Send it again in {seconds} s, or raise rate of this webhook in the config.',
  },
  'webhook.slow': {
    retry: 'later',
    says: 'The body did not arrive within {limit}.',
    next: 'Nothing was taken in. Send it again.',
  },
  'webhook.shapeless': {
    retry: 'never',
    says: 'The event of {source} has nothing at {place}.',
    next: 'It is kept. Correct its webhook in soloist.config.ts, then replay it.',
  },
  'webhook.failures': {
    retry: 'never',
    says: '{count} of the events that came in could not be followed.',
    next: "See why with 'soloist webhook receipts --state failed'; mend it, then 'soloist webhook replay' each.",
  },
  'webhook.knocking': {
    retry: 'never',
    says: '{count} deliveries for {source} since {since} were not signed by it: {why}.',
    next: 'Give both sides the same secret. If it is not them, nothing was taken in.',
  },
  'webhook.no-workflow': {
    retry: 'never',
    says: 'A rule of {source} starts "{workflow}", which the company does not have.{nearest}',
    next: 'List it in workflows, or start another.',
  },
  'webhook.not-possible': {
    retry: 'never',
    says: '{receipt} is {state}; it cannot be replayed.',
    next: 'Only what failed, or fitted no rule, is replayed.',
  },
  'delivery.refused': {
    retry: 'later',
    says: '{url} answered {status}.',
    next: "It is tried a few times more, then left behind: see 'soloist webhook deliveries --state dead'.",
  },
  'delivery.failed': {
    retry: 'later',
    says: '{url} could not be told: {why}.',
    next: 'It is tried again with growing pauses for some three days; then its subscription stops, and nothing is lost.',
  },
  'subscription.gone': {
    retry: 'never',
    says: '{url} answered that it is gone for good (410).',
    next: "Remove it with 'soloist webhook remove {id}', or go on with 'soloist webhook replay {id}'.",
  },
  'subscription.dead': {
    retry: 'never',
    says: '{url} could not be told for too long: {why}.',
    next: "Mend it, then go on where it stopped with 'soloist webhook replay {id}'.",
  },
  'subscription.copied': {
    retry: 'never',
    says: 'This company is a copy: {url} is told by the one that it was copied from.',
    next: "Once that one is gone, go on here with 'soloist webhook replay {id}'.",
  },
} as const satisfies Record<string, Entry>

import type { EventEntry } from './entry.ts'

/** Turns of models that wait in a provider's batch. */
export const batchEvents = {
  'batch.intended': {
    level: 'debug',
    when: "Before a turn of background work is sent to a provider's batch API; its money is set aside with it.",
    says: '{step} is to wait in a batch of {model}.',
  },
  'batch.sent': {
    level: 'debug',
    when: 'When the provider has taken it, or it was found there after a crash.',
    says: 'Batch {batch} is under way.',
  },
  'batch.ended': {
    level: 'debug',
    when: 'When it was answered, or never will be: then the turn is asked in the ordinary way.',
    says: 'A turn in a batch is {how}.',
  },
} as const satisfies Record<string, EventEntry>

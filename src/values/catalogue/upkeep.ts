import type { Entry } from './entry.ts'

/** Automations that want the operator's attention. */
export const upkeepFaults = {
  'upkeep.failing': {
    retry: 'never',
    says: '{about} fails too often: {failures} of {runs} runs since {since}.',
    next: "See why with 'soloist runs --state failed'; once mended, 'soloist upkeep reviewed {about} --why REASON'.",
  },
  'upkeep.over': {
    retry: 'never',
    says: '{about} takes {minutes} minutes of you a month, and may take {allowed}.',
    next: '{proposal}',
  },
  'upkeep.drifting': {
    retry: 'never',
    says: '{about} no longer works as it did.',
    next: "Look at its versions with 'soloist agent show', then 'soloist upkeep reviewed {about} --why REASON'.",
  },
  'upkeep.unused': {
    retry: 'never',
    says: '{about} has not been used for {days} days.',
    next: "Take it out of the config, or say why it stays: 'soloist upkeep reviewed {about} --why REASON'.",
  },
  'upkeep.due': {
    retry: 'never',
    says: '{about} was to be looked at again {days} days ago, by {owner}.',
    next: "Look it over, then 'soloist upkeep reviewed {about} --why REASON'.",
  },
  'upkeep.not-possible': { retry: 'never', says: '{about} cannot be {verb}: {why}.', next: '{hint}' },
} as const satisfies Record<string, Entry>

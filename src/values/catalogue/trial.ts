import type { Entry } from './entry.ts'

/** Versions at trial, and recorded tasks that are done again. */
export const trialFaults = {
  'trial.no-effect': {
    retry: 'never',
    says: 'This run only repeats another one: {action} is not done, and the record has no answer to it.',
    next: "Nothing left. What only reads may be asked anew with 'soloist agent replay AGENT@VERSION --live-reads'.",
  },
  'trial.nothing-recorded': {
    retry: 'never',
    says: 'There is nothing that {agent} could do again: {why}.',
    next: "Let it work first; 'soloist agent show {agent}' lists what is at work.",
  },
} as const satisfies Record<string, Entry>

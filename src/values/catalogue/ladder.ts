import type { Entry } from './entry.ts'

/** What is said where no model can be asked. */
export const ladderFaults = {
  'model.waiting': {
    retry: 'later',
    says: 'No model can be asked for {task} now: {why}.',
    next: "It is looked at again at {at}, and goes on by itself as soon as a provider is back; 'soloist doctor' shows which ones are not.",
  },
  'model.none-left': {
    retry: 'never',
    says: 'No model could answer for {task}, and nothing stands in for it: {why}.',
    next: "Retry it with 'soloist retry {id}' when a provider is back. A fallback or a cache of its agent would have answered meanwhile.",
  },
} as const satisfies Record<string, Entry>

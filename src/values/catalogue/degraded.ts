import type { Entry } from './entry.ts'

/** What a company does not do while something that it stands on is away. */
export const degradedFaults = {
  'adapter.shut': {
    retry: 'later',
    says: '{adapter} failed too often and is left alone until {at}: {why}.',
    next: 'Nothing was done. It is tried again then.',
  },
  'adapter.late': {
    retry: 'never',
    says: '{action} gave {task} nothing while there was still time to use it: {why}.',
    next: "Retry it with 'soloist retry {id}'. A fallback of its agent would have answered meanwhile.",
  },
  'company.degraded': {
    retry: 'later',
    says: 'The company is degraded: {why}.',
    next: 'What you wait for is answered as well as it can be, the rest waits. It recovers by itself.',
  },
} as const satisfies Record<string, Entry>

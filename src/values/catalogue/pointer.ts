import type { Entry } from './entry.ts'

/** Artifacts that live elsewhere. */
export const pointerFaults = {
  'pointer.gone': {
    retry: 'never',
    says: '{pointer} is gone: {why}.',
    next: "The pointer is kept, with since when. 'soloist identity pointers' lists those of an identity.",
  },
  'pointer.closed': {
    retry: 'never',
    says: '{pointer} cannot be opened: {why}.',
    next: 'Open it where it lives.',
  },
} as const satisfies Record<string, Entry>

import type { Entry } from './entry.ts'

/** What runs keep in mind, and what they recall. */
export const memoryFaults = {
  'memory.full': {
    retry: 'never',
    says: 'This run has put {puts} things into its working memory; the limit is {limit}.',
    next: 'Let the agent keep less, or write what it learns into a document. What it keeps already stays.',
  },
} as const satisfies Record<string, Entry>

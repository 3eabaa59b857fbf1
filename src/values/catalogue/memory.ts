import type { Entry } from './entry.ts'

/** What runs keep in mind, and what they recall. */
export const memoryFaults = {
  'memory.full': {
    retry: 'never',
    says: 'This run has put {puts} things into its working memory; the limit is {limit}.',
    next: 'Let the agent keep less, or write what it learns into a document. What it keeps already stays.',
  },
  'embedder.failed': {
    retry: 'later',
    says: 'The embedder {embedder} gives no vectors: {why}.',
    next: 'Recall answers by words alone. See whether what is configured in memory.embedder works; it is asked again by itself.',
  },
  'embedder.not-installed': {
    retry: 'never',
    says: 'soloist.config.ts asks for embeddings on this machine, and these packages are not installed: {packages}.',
    next: "Run 'npm install {install}' beside the config, or remove memory.embedder from it.",
  },
} as const satisfies Record<string, Entry>

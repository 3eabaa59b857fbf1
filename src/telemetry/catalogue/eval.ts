import type { EventEntry } from './entry.ts'

/** What became of evals. */
export const evalEvents = {
  'eval.done': {
    level: 'info',
    when: 'When a version of an agent was put to an eval: what each case came to, and whether the rule was met.',
    says: 'Eval {eval} of {agent} v{version}: {verdict}.',
  },
} as const satisfies Record<string, EventEntry>

import type { EventEntry } from './entry.ts'

/** Who does what names a role. */
export const routeEvents = {
  'task.routed': {
    level: 'info',
    when: 'When a task that names a role is first claimed: the agent that fits best does it, to its end.',
    says: 'The task goes to {agent}, version {version}.',
  },
} as const satisfies Record<string, EventEntry>

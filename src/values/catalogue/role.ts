import type { Entry } from './entry.ts'

/** Roles that tasks name instead of agents. */
export const roleFaults = {
  'role.nobody': {
    retry: 'never',
    says: 'Nobody can do "{task}" as {role}: no released agent declares it, is able to, takes what it is given and gives what it must.',
    next: "Give an agent that role in its file, or release one that has it: 'soloist release set'. A task that is held goes on then.",
  },
} as const satisfies Record<string, Entry>

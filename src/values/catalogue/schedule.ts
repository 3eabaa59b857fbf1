import type { Entry } from './entry.ts'

/** Schedules. */
export const scheduleFaults = {
  'schedule.taken': {
    retry: 'never',
    says: 'There is a schedule called "{name}" already, {where}.',
    next: 'Choose another name, or remove that one first.',
  },
  'schedule.configured': {
    retry: 'never',
    says: 'The schedule "{name}" stands in {file}.',
    next: "Take it out there, or stop it with 'soloist schedule pause {name}'.",
  },
} as const satisfies Record<string, Entry>

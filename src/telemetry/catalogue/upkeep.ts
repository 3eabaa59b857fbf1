import type { EventEntry } from './entry.ts'

/** What wants mending, and what the operator does about automations. */
export const upkeepEvents = {
  'maintenance.opened': {
    level: 'error',
    when: 'When a look at an adapter shows that its provider no longer lets us in, or answers otherwise than it did; when an automation is failing, drifting, unused, over its minutes or due for review.',
    says: 'Something wants mending: {fault.code}.',
  },
  'maintenance.closed': {
    level: 'info',
    when: 'When that is so no more.',
    says: 'What was opened by event {opened} is well again.',
  },
  'upkeep.logged': {
    level: 'info',
    when: 'When the operator says how long an automation kept them busy; below zero, that it was less.',
    says: '{about} took {minutes} minutes.',
  },
  'upkeep.reviewed': {
    level: 'info',
    when: 'When the operator has looked an automation over.',
    says: '{about} is reviewed.',
  },
  'upkeep.review-undone': {
    level: 'info',
    when: 'When the operator takes back that they have looked an automation over: the review before counts again.',
    says: 'The last review of {about} is taken back.',
  },
  'upkeep.paused': {
    level: 'warning',
    when: 'When the operator accepts that a workflow is paused.',
    says: '{about} is paused.',
  },
  'upkeep.resumed': { level: 'info', when: 'When a paused workflow goes on.', says: '{about} goes on.' },
} as const satisfies Record<string, EventEntry>

import type { EventEntry } from './entry.ts'

/** Which accounts are shut, and what that means for the company. */
export const ladderEvents = {
  'breaker.opened': {
    level: 'warning',
    when: 'When an account of a provider failed so often that it is left alone for a while.',
    says: 'Account {account} is left alone.',
  },
  'breaker.closed': {
    level: 'info',
    when: 'When an account that was left alone has answered again.',
    says: 'Account {account} answers again.',
  },
  'company.degraded': {
    level: 'warning',
    when: 'When a tier has no model that answers, an adapter is left alone, or the disk is nearly full; and when the reasons change.',
    says: 'The company is degraded.',
  },
  'company.recovered': {
    level: 'info',
    when: 'When nothing of that is so any more.',
    says: 'The company is whole again.',
  },
} as const satisfies Record<string, EventEntry>

import { companyEvents } from './catalogue/company.ts'
import type { EventEntry } from './catalogue/entry.ts'
import { outwardEvents } from './catalogue/outward.ts'
import { workEvents } from './catalogue/work.ts'
import type { EventKind } from './event.ts'

/** A sentence on each event: docs/events.md is made from this and from the union, and so is every line of a log. */
export const eventCatalogue = {
  ...companyEvents,
  ...workEvents,
  ...outwardEvents,
} as const satisfies Record<EventKind, EventEntry>

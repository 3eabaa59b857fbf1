import { batchEvents } from './catalogue/batch.ts'
import { companyEvents } from './catalogue/company.ts'
import { controlEvents } from './catalogue/controls.ts'
import type { EventEntry } from './catalogue/entry.ts'
import { evalEvents } from './catalogue/eval.ts'
import { ladderEvents } from './catalogue/ladder.ts'
import { memoryEvents } from './catalogue/memory.ts'
import { outsideEvents } from './catalogue/outside.ts'
import { outwardEvents } from './catalogue/outward.ts'
import { routeEvents } from './catalogue/route.ts'
import { standingEvents } from './catalogue/standing.ts'
import { trialEvents } from './catalogue/trial.ts'
import { upkeepEvents } from './catalogue/upkeep.ts'
import { workEvents } from './catalogue/work.ts'
import type { EventKind } from './event.ts'

/** A sentence on each event: docs/events.md is made from this and from the union, and so is every line of a log. */
export const eventCatalogue = {
  ...companyEvents,
  ...standingEvents,
  ...workEvents,
  ...outwardEvents,
  ...outsideEvents,
  ...memoryEvents,
  ...ladderEvents,
  ...controlEvents,
  ...evalEvents,
  ...batchEvents,
  ...upkeepEvents,
  ...routeEvents,
  ...trialEvents,
} as const satisfies Record<EventKind, EventEntry>

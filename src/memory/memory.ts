import type { Store } from '../store/store.ts'
import type { Journal } from '../telemetry/journal.ts'
import type { Clock } from '../values/time.ts'
import type { Knowledge } from './knowledge.ts'
import { openWorkingMemory } from './open-working.ts'
import type { Recall } from './recall.ts'
import type { CompileSnapshot } from './snapshot.ts'
import type { WorkingMemory } from './working.ts'

/** The company's memory. */
export interface Memory {
  readonly working: WorkingMemory
  readonly knowledge?: Knowledge
  readonly recall?: Recall
  readonly snapshot?: CompileSnapshot
}

export function openMemory(foundation: {
  readonly store: Store
  readonly journal: Journal
  readonly clock: Clock
}): Memory {
  return { working: openWorkingMemory(foundation) }
}

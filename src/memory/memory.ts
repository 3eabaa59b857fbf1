import type { Identities } from '../identity/identities.ts'
import type { Clock } from '../values/time.ts'
import type { Embedder } from './embedder.ts'
import type { Knowledge } from './knowledge.ts'
import { openWorkingMemory } from './open-working.ts'
import type { Passages } from './passage.ts'
import { openPassages } from './passages.ts'
import type { Recall } from './recall.ts'
import type { CompileSnapshot } from './snapshot.ts'
import type { Ground } from './take-in.ts'
import type { WorkingMemory } from './working.ts'

/** All that the company remembers beyond its state: what recall, snapshots and agents read. */
export interface Memory {
  readonly passages: Passages
  readonly working: WorkingMemory
  readonly recall: Recall
  readonly snapshot: CompileSnapshot
  /** Absent: recall finds by words alone. */
  readonly embedder?: Embedder
  close(): Promise<void>
}

export interface MemoryParts extends Ground {
  readonly clock: Clock
  readonly identities: Identities
  /** Absent: no knowledge answers. */
  readonly knowledge?: Knowledge
  /** Absent: recall finds by words alone. */
  readonly embedder?: Embedder
  /** Takes secrets out of a text. */
  readonly mask?: (text: string) => string
  /** The operator's: dates are days on their calendar. */
  readonly timeZone: string
}

/**
 * `path` is the index's file, which is made anew out of the journal whenever it is missing. Recall and snapshots are loaded when the
 * first is asked for: a company at rest does not pay for them.
 */
export function openMemory(ground: MemoryParts, path: string): Memory {
  const passages = openPassages(ground, path)
  const working = openWorkingMemory(ground)
  const parts = { ...ground, passages, working }
  const recall = once(async () => (await import('./open-recall.ts')).openRecall(parts))
  const snapshot = once(async () => (await import('./snapshots/open.ts')).openSnapshots(parts).compile)
  return {
    passages,
    working,
    ...(ground.embedder ? { embedder: ground.embedder } : {}),
    recall: async (question) => (await recall())(question),
    snapshot: async (request) => (await snapshot())(request),
    async close() {
      working.close()
      ground.embedder?.rest?.()
      await passages.close()
    },
  }
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => {
    made ??= make()
    return made
  }
}

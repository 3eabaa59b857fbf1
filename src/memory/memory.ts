import type { Clock } from '../values/time.ts'
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
  readonly snapshot?: CompileSnapshot
  close(): Promise<void>
}

export interface MemoryParts extends Ground {
  readonly clock: Clock
  /** Absent: recall finds nothing of it. */
  readonly knowledge?: Pick<Knowledge, 'current'>
}

/** `path` is the index's file, which is made anew out of the journal whenever it is missing. */
export function openMemory(ground: MemoryParts, path: string): Memory {
  const passages = openPassages(ground, path)
  const working = openWorkingMemory(ground)
  // Recall and its words take half a megabyte that an idle company need not hold.
  let recall: Promise<Recall> | undefined
  const opened = (): Promise<Recall> => {
    recall ??= import('./open-recall.ts').then(({ openRecall }) => openRecall({ ...ground, passages, working }))
    return recall
  }
  return {
    passages,
    working,
    recall: async (question) => (await opened())(question),
    async close() {
      working.close()
      await passages.close()
    },
  }
}

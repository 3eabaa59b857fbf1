import type { Clock } from '../values/time.ts'
import type { Passages } from './passage.ts'
import { openPassages } from './passages.ts'
import type { Recall } from './recall.ts'
import type { Ground } from './take-in.ts'

/** All that the company remembers beyond its state: what recall, snapshots and agents read. */
export interface Memory {
  readonly passages: Passages
  readonly recall: Recall
  close(): Promise<void>
}

/** `path` is the index's file, which is made anew out of the journal whenever it is missing. */
export function openMemory(ground: Ground & { readonly clock: Clock }, path: string): Memory {
  const passages = openPassages(ground, path)
  // Recall and its words take half a megabyte that an idle company need not hold.
  let recall: Promise<Recall> | undefined
  const opened = (): Promise<Recall> => {
    recall ??= import('./open-recall.ts').then(({ openRecall }) => openRecall({ ...ground, passages }))
    return recall
  }
  return {
    passages,
    recall: async (question) => (await opened())(question),
    close: () => passages.close(),
  }
}

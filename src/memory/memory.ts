import type { Passages } from './passage.ts'
import { openPassages } from './passages.ts'
import type { Ground } from './take-in.ts'

/** All that the company remembers beyond its state: what recall, snapshots and agents read. */
export interface Memory {
  readonly passages: Passages
  close(): Promise<void>
}

/** `path` is the index's file, which is made anew out of the journal whenever it is missing. */
export function openMemory(ground: Ground, path: string): Memory {
  const passages = openPassages(ground, path)
  return { passages, close: () => passages.close() }
}

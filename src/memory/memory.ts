import type { Identities } from '../identity/identities.ts'
import type { Clock } from '../values/time.ts'
import type { Passages } from './passage.ts'
import { openPassages } from './passages.ts'
import type { CompileSnapshot } from './snapshot.ts'
import type { Ground } from './take-in.ts'

/** All that the company remembers beyond its state: what recall, snapshots and agents read. */
export interface Memory {
  readonly passages: Passages
  readonly snapshot: CompileSnapshot
  close(): Promise<void>
}

export interface MemoryParts extends Ground {
  readonly clock: Clock
  readonly identities: Identities
  /** The operator's: dates are days on their calendar. */
  readonly timeZone: string
}

/** `path` is the index's file, which is made anew out of the journal whenever it is missing. */
export function openMemory(parts: MemoryParts, path: string): Memory {
  const passages = openPassages(parts, path)
  return { passages, snapshot: snapshotter({ ...parts, passages }), close: () => passages.close() }
}

/** Loaded when the first is asked for: a company at rest does not pay for it. */
function snapshotter(parts: MemoryParts & { readonly passages: Passages }): CompileSnapshot {
  let loaded: Promise<CompileSnapshot> | undefined
  return async (request) => {
    loaded ??= import('./snapshots/open.ts').then(({ openSnapshots }) => openSnapshots(parts).compile)
    return (await loaded)(request)
  }
}

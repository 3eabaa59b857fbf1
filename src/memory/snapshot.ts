import type { Seq } from '../store/tables.ts'
import type { IdentityId } from '../values/id.ts'
import type { Line } from './line.ts'

export interface SnapshotRequest {
  readonly identity: IdentityId
  /** What the reader wants to do with it: `write the next invoice`. */
  readonly purpose: string
  /** Most tokens of all lines together. */
  readonly budget: number
}

/** A distilled view of one identity. The same request of the same journal gives the same lines. */
export interface Snapshot {
  readonly identity: IdentityId
  /** Pinned facts, open commitments, the latest interactions, then the best of the rest. */
  readonly lines: readonly Line[]
  readonly tokens: number
  /** The last event that it knows of. */
  readonly upTo: Seq
}

/** Its cost does not depend on how long the history is. Faults: `input.invalid`, `identity.unknown`, `vault.forgotten`. */
export type CompileSnapshot = (request: SnapshotRequest) => Promise<Snapshot>

import type { Tx } from '../store/store.ts'
import type { IdentityId, RunId, TaskId } from '../values/id.ts'
import type { Json } from '../values/json.ts'
import type { Origin } from '../values/origin.ts'
import type { Duration, Instant } from '../values/time.ts'

export interface Kept {
  readonly value: Json
  readonly origin: Origin
  readonly seq: number
  readonly expiresAt: Instant
}

export interface NewKept {
  readonly run: RunId
  readonly subject: IdentityId
  readonly task?: TaskId
  readonly key: string
  readonly value: Json
  readonly origin: Origin
  /** The usual time when not said. */
  readonly keepFor?: Duration
}

/**
 * What a run keeps in mind: small, expiring, in reach in microseconds once its run is loaded. Every put is an event, so that a run that
 * goes on elsewhere has it again. Bounded for each run in entries and bytes: the oldest makes room.
 */
export interface WorkingMemory {
  /** Brings a run's memory into reach, out of the journal where need be. */
  load(run: RunId): Promise<void>
  /** What a loaded run keeps under a key, and `undefined` once its time is over. Throws a TypeError for a run that is not loaded. */
  get(run: RunId, key: string): Kept | undefined
  keys(run: RunId): readonly string[]
  /** Faults: `input.too-large`, `input.invalid`, `vault.forgotten`. */
  put(tx: Tx, kept: NewKept): Promise<void>
  drop(tx: Tx, run: RunId, key: string): Promise<void>
  /** A run is over, or its subject is forgotten: nothing of it stays in memory. */
  release(run: RunId): void
}

import type { Tx } from '../store/store.ts'
import type { Seq } from '../store/tables.ts'
import type { IdentityId, RunId, TaskId } from '../values/id.ts'
import type { Json } from '../values/json.ts'
import type { Origin } from '../values/origin.ts'
import type { Duration, Instant } from '../values/time.ts'

export interface Kept {
  readonly value: Json
  readonly origin: Origin
  /** Whom it is about: it is forgotten with them. */
  readonly subject: IdentityId
  /** The event of its put. */
  readonly seq: Seq
  readonly at: Instant
  readonly expiresAt: Instant
}

/** What is to be kept under which key, before it is known by whom. */
export interface Keep {
  readonly key: string
  readonly value: Json
  /** The usual time when not said. */
  readonly keepFor?: Duration
}

export interface NewKept extends Keep {
  readonly run: RunId
  readonly subject: IdentityId
  readonly task?: TaskId
  readonly origin: Origin
}

/**
 * What a run keeps in mind: small, expiring, in reach in microseconds once its run is loaded. Every put is an event, so that a run that
 * goes on elsewhere has it again. Bounded for each run: where entries or bytes are too many, the oldest makes room; where puts are, the
 * run is refused more.
 */
export interface WorkingMemory {
  /** Brings a run's memory into reach, out of the journal where need be. A run that is over has none. */
  load(run: RunId): Promise<void>
  /** What a loaded run keeps under a key, and `undefined` once its time is over. Throws a TypeError for a run that is not loaded. */
  get(run: RunId, key: string): Kept | undefined
  /** The oldest first. Throws as `get` does. */
  keys(run: RunId): readonly string[]
  /** When it would be forgotten if a loaded run kept it now. Faults: `input.too-large`, `input.invalid`, `memory.full`. */
  admit(run: RunId, keep: Keep): Instant
  /** In reach from the COMMIT on. Faults: `input.too-large`, `input.invalid`, `vault.forgotten`; `memory.full` of a loaded run. */
  put(tx: Tx, kept: NewKept): Promise<void>
  drop(tx: Tx, run: RunId, key: string): Promise<void>
  /** A run is over: nothing of it stays in memory. */
  release(run: RunId): void
  /** Identities are forgotten: nothing that was kept about them stays in memory, of whatever run. */
  forget(identities: readonly IdentityId[]): void
  close(): void
}

import type { Kysely } from 'kysely'
import type { Fault } from '../values/fault.ts'
import type { Tables } from './tables.ts'

/**
 * One open company store. Reads see what is committed; writes see themselves.
 *
 * `write` runs `work` alone, inside a transaction that may share its COMMIT with others (group commit), and resolves after the
 * COMMIT. If `work` throws, all it wrote is rolled back and the error comes out; nobody else's work is touched. Only when the
 * database itself fails (a full disk) do all who shared the COMMIT fail, with that cause. `work` must await nothing but `tx` and
 * what takes it, and never another `write`: that one would wait for this one. A query on `tx.db` after the end of its
 * transaction is a programmer's error. `close` waits for what was asked for.
 * Faults: `store.full`, `store.unwritable`, `store.corrupt`, `store.busy`.
 */
export interface Store {
  readonly dialect: 'sqlite' | 'postgres'
  readonly read: Kysely<Tables>
  write<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  /** From here on no work of a `write` begins: each is refused with this fault, until `undefined` lifts it. Within a work: after it. */
  refuseWrites(why: Fault | undefined): void
  /**
   * Writes the whole file anew out of what its tables hold, and empties the log beside it: no byte of what was deleted stays, where
   * overwriting alone leaves copies of rows that once moved between pages. Done in a thread; reads go on, writes wait.
   * Measured on two busy cores: 170 MB in 4.7 s.
   * False when somebody still reads an older state of the log: ask again. Faults: as `write`.
   */
  scrub(): Promise<boolean>
  close(): Promise<void>
}

export interface Tx {
  readonly db: Kysely<Tables>
  /** A cache's scope: another object whenever what was read in this batch may no longer hold (new batch, roll-back). */
  readonly batch: object
  /** Runs after the COMMIT, in order; never when this transaction is rolled back. Must not throw. */
  afterCommit(then: () => void): void
}

/** Called around durable moments, so that a test can end the process just there. Absent in production. */
export interface CrashPoints {
  before(moment: 'commit' | 'call'): void
  after(moment: 'commit' | 'call'): void
}

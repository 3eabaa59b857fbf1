import type { DatabaseSync } from 'node:sqlite'
import type { Kysely } from 'kysely'
import type { Enclosure } from './enclosure.ts'
import type { CrashPoints, Tx } from './store.ts'
import type { Tables } from './tables.ts'

// A batch without end would keep its first transaction waiting: 512 of them take some 20 ms.
const maxBatch = 512

/**
 * Runs transactions one after another on one connection. Those that are asked for in the same turn of the event loop share
 * one BEGIN IMMEDIATE and one COMMIT, each in a savepoint of its own. A transaction's promise settles after the COMMIT. When
 * BEGIN or COMMIT fails, or SQLite rolls all back (a full disk), everyone who shared it fails with that cause, and the next
 * batch starts afresh.
 */
export class GroupCommit {
  readonly #connection: DatabaseSync
  readonly #db: Kysely<Tables>
  readonly #enclosure: Enclosure
  readonly #crash: CrashPoints | undefined
  readonly #queue: Pending[] = []
  #draining: Promise<void> | undefined
  #closed = false
  #batch: object = {}

  constructor(connection: DatabaseSync, db: Kysely<Tables>, enclosure: Enclosure, crash?: CrashPoints) {
    this.#connection = connection
    this.#db = db
    this.#enclosure = enclosure
    this.#crash = crash
  }

  write<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new TypeError('the store is closed'))
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({ run: () => this.#inSavepoint(work, resolve, reject), failed: reject })
      this.#draining ??= this.#drain()
    })
  }

  /** Runs when no transaction is open, and lets none begin before it has ended; those that are asked for meanwhile wait. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    while (this.#draining) await this.#draining
    if (this.#closed) throw new TypeError('the store is closed')
    const working = work()
    this.#draining = working
      .then(
        () => undefined,
        () => undefined,
      )
      .finally(() => {
        this.#draining = this.#queue.length > 0 ? this.#drain() : undefined
      })
    return working
  }

  /** Takes no more; resolves when everything asked for so far is committed or failed. */
  async close(): Promise<void> {
    this.#closed = true
    while (this.#draining) await this.#draining
  }

  async #drain(): Promise<void> {
    try {
      await Promise.resolve()
      while (this.#queue.length > 0) await this.#commitBatch()
    } finally {
      this.#draining = undefined
    }
  }

  async #commitBatch(): Promise<void> {
    const ended: Ended[] = []
    this.#batch = {}
    try {
      this.#connection.exec('BEGIN IMMEDIATE')
      this.#enclosure.reset()
    } catch (error) {
      // All who wait would have shared this BEGIN. Trying it for each would block the process for the busy timeout each time.
      for (const waiting of this.#queue.splice(0)) waiting.failed(error)
      return
    }
    try {
      await this.#runQueued(ended)
      // What the I/O of this turn has still to say joins the batch too.
      await new Promise((resolve) => setImmediate(resolve))
      await this.#runQueued(ended)
      this.#crash?.before('commit')
      this.#enclosure.run('COMMIT')
    } catch (error) {
      const cause = this.#enclosure.whyLost() ?? error
      for (const end of ended) end.failed(cause)
      if (this.#connection.isTransaction) this.#enclosure.run('ROLLBACK')
      return
    }
    this.#crash?.after('commit')
    for (const end of ended) end.committed()
  }

  async #runQueued(ended: Ended[]): Promise<void> {
    while (ended.length < maxBatch) {
      const next = this.#queue.shift()
      if (!next) return
      const end = await next.run()
      if (end) ended.push(end)
      if (!this.#connection.isTransaction) throw new TypeError('work ended the transaction that it shares')
    }
  }

  async #inSavepoint<T>(
    work: (tx: Tx) => Promise<T>,
    resolve: (value: T) => void,
    failed: (error: unknown) => void,
  ): Promise<Ended | undefined> {
    const then: (() => void)[] = []
    try {
      this.#enclosure.run('SAVEPOINT work')
      const value = await work({ db: this.#db, batch: this.#batch, afterCommit: (next) => then.push(next) })
      this.#enclosure.run('RELEASE work')
      return { committed: () => announce(then, () => resolve(value)), failed }
    } catch (error) {
      // Said before the roll-back: should that fail too, this promise has its answer.
      failed(this.#enclosure.whyLost() ?? error)
      this.#batch = {}
      if (this.#connection.isTransaction) {
        this.#enclosure.run('ROLLBACK TO work')
        this.#enclosure.run('RELEASE work')
      }
      return undefined
    }
  }
}

interface Pending {
  run(): Promise<Ended | undefined>
  failed(error: unknown): void
}

/** A transaction that did its work and waits to hear of the COMMIT. */
interface Ended {
  committed(): void
  failed(error: unknown): void
}

/** What is committed is committed: a listener that throws (against its contract) crashes the process, and holds up nobody. */
function announce(then: readonly (() => void)[], resolve: () => void): void {
  for (const next of then) {
    try {
      next()
    } catch (error) {
      setImmediate(() => {
        throw error
      })
    }
  }
  resolve()
}

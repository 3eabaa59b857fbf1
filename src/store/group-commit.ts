import type { DatabaseSync } from 'node:sqlite'
import type { Kysely } from 'kysely'
import type { CrashPoints, Tx } from './store.ts'
import type { Tables } from './tables.ts'

// A batch without end would keep its first transaction waiting: 512 of them take some 20 ms.
const maxBatch = 512

/**
 * Runs transactions one after another on one connection. Those that are asked for in the same turn of the event loop share
 * one BEGIN IMMEDIATE and one COMMIT, each in a savepoint of its own. A transaction's promise settles after the COMMIT.
 */
export class GroupCommit {
  readonly #connection: DatabaseSync
  readonly #db: Kysely<Tables>
  readonly #crash: CrashPoints | undefined
  readonly #queue: Pending[] = []
  #draining: Promise<void> | undefined
  #batch: object = {}

  constructor(connection: DatabaseSync, db: Kysely<Tables>, crash?: CrashPoints) {
    this.#connection = connection
    this.#db = db
    this.#crash = crash
  }

  write<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({ run: () => this.#inSavepoint(work, resolve, reject), failed: reject })
      this.#draining ??= this.#drain()
    })
  }

  /** Resolves when everything asked for so far is committed or failed. */
  async idle(): Promise<void> {
    await this.#draining
  }

  async #drain(): Promise<void> {
    await Promise.resolve()
    while (this.#queue.length > 0) await this.#commitBatch()
    this.#draining = undefined
  }

  async #commitBatch(): Promise<void> {
    const ended: Ended[] = []
    try {
      this.#connection.exec('BEGIN IMMEDIATE')
      this.#batch = {}
      await this.#runQueued(ended)
      // What the I/O of this turn has still to say joins the batch too.
      await new Promise((resolve) => setImmediate(resolve))
      await this.#runQueued(ended)
      this.#crash?.before('commit')
      this.#connection.exec('COMMIT')
    } catch (error) {
      if (this.#connection.isTransaction) this.#connection.exec('ROLLBACK')
      this.#batch = {}
      // Without a batch nobody would be told: the first in line fails, and the next tries its own BEGIN.
      if (ended.length === 0) this.#queue.shift()?.failed(error)
      for (const end of ended) end.failed(error)
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
      if (!this.#connection.isTransaction) throw new Error('the database rolled the whole batch back')
    }
  }

  async #inSavepoint<T>(
    work: (tx: Tx) => Promise<T>,
    resolve: (value: T) => void,
    failed: (error: unknown) => void,
  ): Promise<Ended | undefined> {
    const then: (() => void)[] = []
    try {
      this.#connection.exec('SAVEPOINT work')
      const value = await work({ db: this.#db, batch: this.#batch, afterCommit: (next) => then.push(next) })
      this.#connection.exec('RELEASE work')
      const committed = () => {
        for (const next of then) next()
        resolve(value)
      }
      return { committed, failed }
    } catch (error) {
      if (this.#connection.isTransaction) this.#connection.exec('ROLLBACK TO work; RELEASE work')
      this.#batch = {}
      failed(error)
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

import type { DatabaseSync, StatementSync } from 'node:sqlite'

type Control = 'SAVEPOINT work' | 'RELEASE work' | 'ROLLBACK TO work' | 'COMMIT' | 'ROLLBACK'

/**
 * Keeps the queries of the writer inside a transaction. SQLite ends the whole transaction by itself on some failures (a full
 * disk, a failed read); what the same work wrote after that would be committed on its own, for ever half done.
 */
export class Enclosure {
  readonly #connection: DatabaseSync
  readonly #controls = new Map<Control, StatementSync>()
  #why: unknown

  constructor(connection: DatabaseSync) {
    this.#connection = connection
  }

  /** Runs one of the statements that hold a transaction together, prepared once. */
  run(control: Control): void {
    let statement = this.#controls.get(control)
    if (!statement) {
      statement = this.#connection.prepare(control)
      this.#controls.set(control, statement)
    }
    statement.run()
  }

  /** Throws unless a transaction is open: with what ended it, or because the query was not awaited inside its work. */
  assertOpen(sql: string): void {
    if (this.#connection.isTransaction) return
    throw this.#why ?? new TypeError(`written outside of store.write, or not awaited inside it: ${sql}`)
  }

  /** Notes the failure of a query; when it took the transaction along, it is what all in the batch fail with. */
  failed(error: unknown): void {
    if (!this.#connection.isTransaction) this.#why ??= error
  }

  /** What ended the transaction from within, once; `undefined` when nothing did. */
  whyLost(): unknown {
    if (this.#connection.isTransaction) return undefined
    return this.#why
  }

  /** A new transaction begins: what ended the one before is history. */
  reset(): void {
    this.#why = undefined
  }
}

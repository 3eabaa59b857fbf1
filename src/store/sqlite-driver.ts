import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import type { Tables } from './tables.ts'

/** Kysely over one connection of `node:sqlite`. Statements are prepared once; transactions are the group commit's business. */
export function sqliteKysely(connection: DatabaseSync): Kysely<Tables> {
  return new Kysely<Tables>({
    dialect: {
      createAdapter: () => new OpenAdapter(),
      createDriver: () => new SqliteDriver(connection),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  })
}

/** Kysely need not queue up queries for the connection: each runs to its end in one go, and `store.write` orders the writers. */
class OpenAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true
  }
}

// Far more than the kernel has different statements; lists of varying length make new ones, and must not grow without end.
const maxPrepared = 2000

class SqliteConnection implements DatabaseConnection {
  readonly #connection: DatabaseSync
  readonly #prepared = new Map<string, Prepared>()

  constructor(connection: DatabaseSync) {
    this.#connection = connection
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const { statement, gives } = this.#prepare(query.sql)
    const parameters = query.parameters as SQLInputValue[]
    if (gives) return { rows: statement.all(...parameters) as R[] }
    const { changes } = statement.run(...parameters)
    return { rows: [], numAffectedRows: BigInt(changes) }
  }

  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    // A statement of its own: the shared one would start again when somebody runs the same query meanwhile.
    const statement = this.#connection.prepare(query.sql)
    for (const row of statement.iterate(...(query.parameters as SQLInputValue[]))) {
      yield { rows: [row as R] }
    }
  }

  #prepare(sql: string): Prepared {
    const known = this.#prepared.get(sql)
    if (known) return known
    if (this.#prepared.size >= maxPrepared) this.#prepared.clear()
    const statement = this.#connection.prepare(sql)
    const prepared = { statement, gives: statement.columns().length > 0 }
    this.#prepared.set(sql, prepared)
    return prepared
  }
}

/** A statement, and whether it gives rows: asking SQLite each time costs as much as a small query. */
interface Prepared {
  readonly statement: StatementSync
  readonly gives: boolean
}

class SqliteDriver implements Driver {
  readonly #connection: SqliteConnection

  constructor(connection: DatabaseSync) {
    this.#connection = new SqliteConnection(connection)
  }

  async init(): Promise<void> {}
  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection
  }
  async releaseConnection(): Promise<void> {}
  async destroy(): Promise<void> {}
  async beginTransaction(): Promise<void> {
    throw new TypeError('use store.write: transactions share their COMMIT')
  }
  async commitTransaction(): Promise<void> {}
  async rollbackTransaction(): Promise<void> {}
}

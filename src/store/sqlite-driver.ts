import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  type LimitNode,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import type { DirectAdapter } from './compiled.ts'
import type { Enclosure } from './enclosure.ts'
import type { Tables } from './tables.ts'

/** What surrounds each query of a connection. */
export interface Surroundings {
  /** On the writer: keeps it inside a transaction. */
  readonly enclosure?: Enclosure
  /** Turns what SQLite throws into what we throw. */
  translate(error: unknown): unknown
  /** Hears of each SQL text once for each connection. */
  onQuery?(sql: string): void
}

/** Kysely over one connection of `node:sqlite`. Statements are prepared once; transactions are the group commit's business. */
export function sqliteKysely(connection: DatabaseSync, surroundings: Surroundings): Kysely<Tables> {
  const one = new SqliteConnection(connection, surroundings)
  return new Kysely<Tables>({
    dialect: {
      createAdapter: () => new OpenAdapter(one),
      createDriver: () => new SqliteDriver(one),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new LimitCompiler(),
    },
  })
}

/** Kysely need not queue up queries for the connection: each runs to its end in one go, and `store.write` orders the writers. */
class OpenAdapter extends SqliteAdapter implements DirectAdapter {
  readonly #connection: SqliteConnection

  constructor(connection: SqliteConnection) {
    super()
    this.#connection = connection
  }
  execute<R>(query: CompiledQuery<R>): Promise<QueryResult<R>> {
    return this.#connection.executeQuery(query)
  }
  override get supportsMultipleConnections(): boolean {
    return true
  }
}

/**
 * Writes `limit ? + 0`. SQLite looks at the value of a bare `limit ?` when it plans, and so compiles the statement again for each
 * value that is bound (60 µs for a join); the value of an expression it learns when it runs.
 */
class LimitCompiler extends SqliteQueryCompiler {
  protected override visitLimit(node: LimitNode): void {
    super.visitLimit(node)
    this.append(' + 0')
  }
}

// Far more than the kernel has different statements; lists of varying length make new ones, and must not grow without end.
const maxPrepared = 2000

class SqliteConnection implements DatabaseConnection {
  readonly #connection: DatabaseSync
  readonly #around: Surroundings
  readonly #prepared = new Map<string, Prepared>()

  constructor(connection: DatabaseSync, surroundings: Surroundings) {
    this.#connection = connection
    this.#around = surroundings
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    this.#around.enclosure?.assertOpen(query.sql)
    try {
      const { statement, gives } = this.#prepare(query.sql)
      const parameters = query.parameters as SQLInputValue[]
      if (gives) return { rows: statement.all(...parameters) as R[] }
      const { changes } = statement.run(...parameters)
      return { rows: [], numAffectedRows: BigInt(changes) }
    } catch (error) {
      throw this.#failed(error)
    }
  }

  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    this.#around.enclosure?.assertOpen(query.sql)
    this.#around.onQuery?.(query.sql)
    try {
      // A statement of its own: the shared one would start again when somebody runs the same query meanwhile.
      const statement = this.#connection.prepare(query.sql)
      for (const row of statement.iterate(...(query.parameters as SQLInputValue[]))) {
        yield { rows: [row as R] }
      }
    } catch (error) {
      throw this.#failed(error)
    }
  }

  #failed(error: unknown): unknown {
    const translated = this.#around.translate(error)
    this.#around.enclosure?.failed(translated)
    return translated
  }

  #prepare(sql: string): Prepared {
    const known = this.#prepared.get(sql)
    if (known) return known
    this.#around.onQuery?.(sql)
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

  constructor(connection: SqliteConnection) {
    this.#connection = connection
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

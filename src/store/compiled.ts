import type { Compilable, CompiledQuery, DialectAdapter, Kysely, QueryResult } from 'kysely'
import type { Tables } from './tables.ts'

/**
 * A query that is built and compiled once, on first use, and then only run: building and compiling cost more than SQLite does.
 * Works on `store.read` and on `tx.db` alike.
 */
export interface Compiled<P, R> {
  all(db: Kysely<Tables>, given: P): Promise<R[]>
  first(db: Kysely<Tables>, given: P): Promise<R | undefined>
  /** Gives how many rows were inserted, updated or deleted. */
  run(db: Kysely<Tables>, given: P): Promise<number>
}

/**
 * An adapter that runs compiled queries on its one connection. Kysely's own way there, through pool and plugins, takes a dozen
 * turns of the microtask queue: more than a small query.
 */
export interface DirectAdapter extends DialectAdapter {
  execute<R>(query: CompiledQuery<R>): Promise<QueryResult<R>>
}

/**
 * Prepares a query whose text is always the same; only the values differ. Annotate the second parameter of `build` with the
 * values that the query takes, and use each where its value belongs:
 *
 * ```ts
 * const dueTasks = compiled((db, given: { now: Instant; limit: number }) =>
 *   db.selectFrom('tasks').selectAll().where('state', '=', 'ready').where('due_at', '<=', given.now).limit(given.limit))
 * const tasks = await dueTasks.all(tx.db, { now, limit: 10 })
 * ```
 *
 * `build` runs once for each dialect, with placeholders in place of values. So it must not look at them: no `if (given.x)`,
 * no arithmetic, no spread, no list for `in` (its length is part of the text). A value may be `null` where SQL means it:
 * `= NULL` finds nothing. What a partial index asks for is written as a literal (`sql.lit('ready')`): as a value it would make
 * SQLite compile the statement again each time. Throws a TypeError when a value is `undefined` or a placeholder was bent into something else.
 */
export function compiled<P extends object, R>(
  build: (db: Kysely<Tables>, given: Readonly<P>) => Compilable<R>,
): Compiled<P, R> {
  const templates = new WeakMap<DialectAdapter, Template<R>>()
  const execute = (db: Kysely<Tables>, given: P): Promise<QueryResult<R>> => {
    const { adapter } = db.getExecutor()
    let template = templates.get(adapter)
    if (!template) {
      template = compile(db, build)
      templates.set(adapter, template)
    }
    const query = fill(template, given as Readonly<Record<string, unknown>>)
    return isDirect(adapter) ? adapter.execute(query) : db.executeQuery(query)
  }
  return {
    all: async (db, given) => (await execute(db, given)).rows,
    first: async (db, given) => (await execute(db, given)).rows[0],
    run: async (db, given) => Number((await execute(db, given)).numAffectedRows ?? 0n),
  }
}

function isDirect(adapter: DialectAdapter): adapter is DirectAdapter {
  return 'execute' in adapter
}

interface Template<R> {
  readonly query: CompiledQuery<R>
  /** For each parameter the name of its value, or `undefined` where the query itself holds the value. */
  readonly names: readonly (string | undefined)[]
}

class Placeholder {
  readonly #name: string
  constructor(name: string) {
    this.#name = name
  }
  static nameOf(value: unknown): string | undefined {
    return value instanceof Placeholder ? value.#name : undefined
  }
  /** Whoever computes with a placeholder, or puts it into a text, hears of it when the query is compiled. */
  [Symbol.toPrimitive](): never {
    throw new TypeError(`a compiled query cannot look at "${this.#name}": it is built before there is a value`)
  }
}

function compile<P extends object, R>(
  db: Kysely<Tables>,
  build: (db: Kysely<Tables>, given: Readonly<P>) => Compilable<R>,
): Template<R> {
  const given = new Proxy({} as P, {
    get: (_target, name) => new Placeholder(String(name)),
    ownKeys: () => {
      throw new TypeError('a compiled query names each value that it takes: no spread')
    },
  })
  const query = build(db, given).compile()
  return { query, names: query.parameters.map(Placeholder.nameOf) }
}

function fill<R>({ query, names }: Template<R>, given: Readonly<Record<string, unknown>>): CompiledQuery<R> {
  const parameters = names.map((name, index) => {
    if (name === undefined) return query.parameters[index]
    const value = given[name]
    if (value === undefined) throw new TypeError(`the compiled query needs a value for "${name}": ${query.sql}`)
    return value
  })
  return { ...query, parameters }
}

import { type Expression, type SqlBool, sql } from 'kysely'
import { type Compiled, compiled } from '../store/compiled.ts'
import type { Tx } from '../store/store.ts'
import type { Row } from '../store/tables.ts'
import type { Usd } from '../values/money.ts'
import type { Scope } from './budget.ts'

// A step is charged to the company, its workflow, its run and its task, for life and by month: eight, and room to spare.
const mostScopes = 16

/** The rows of some scopes, and what is done to all of them in one statement. */
export interface Purses {
  readonly scopes: readonly Scope[]
  /** Adds to `reserved` in all or in none: none when one has less than that left, or has no row yet. */
  reserve(tx: Tx, worst: Usd): Promise<boolean>
  /** Takes `reserved` out of what is reserved and adds `spent` to what is spent, in all. `spent` below 0 is a correction. */
  book(tx: Tx, amounts: { readonly reserved: number; readonly spent: number }): Promise<void>
  rows(tx: Tx): Promise<Row<'budgets'>[]>
  /** Gives each that has no row one without a limit; gives those. */
  open(tx: Tx): Promise<readonly Scope[]>
  /** Takes back an `open` of this transaction: no event tells of a purse from which nothing was taken. */
  close(tx: Tx, opened: readonly Scope[]): Promise<void>
}

/** The purses of these scopes; the same scope twice is one. Throws a RangeError on none, or on more than sixteen. */
export function pursesOf(given: readonly Scope[]): Purses {
  const scopes = [...new Map(given.map((one) => [`${one.scope} ${one.period}`, one])).values()]
  const count = scopes.length
  if (count < 1 || count > mostScopes) throw new RangeError(`${count} scopes cannot be charged`)
  const { reserve, book, select } = statementsFor(count)
  const names = Object.fromEntries(
    scopes.flatMap((one, at) => [[`s${at}`, one.scope] as const, [`p${at}`, one.period]]),
  )
  return {
    scopes,
    async reserve(tx, worst) {
      const charged = await reserve.run(tx.db, { ...names, worst, count })
      if (charged > 0) assertAll(charged, count)
      return charged > 0
    },
    book: async (tx, amounts) => assertAll(await book.run(tx.db, { ...names, ...amounts }), count),
    rows: (tx) => select.all(tx.db, names),
    async open(tx) {
      const opened: Scope[] = []
      for (const { scope, period } of scopes)
        if ((await openPurse.run(tx.db, { scope, period })) > 0) opened.push({ scope, period })
      return opened
    },
    async close(tx, opened) {
      for (const { scope, period } of opened) await closePurse.run(tx.db, { scope, period })
    },
  }
}

/** A statement that charged some purses and not others would be money lost or made: it is rolled back. */
function assertAll(charged: number, count: number): void {
  if (charged !== count) throw new TypeError(`${charged} of ${count} purses were charged`)
}

type Given = Readonly<Record<string, string | number>>
interface Statements {
  readonly reserve: Compiled<Given, unknown>
  readonly book: Compiled<Given, unknown>
  readonly select: Compiled<Given, Row<'budgets'>>
}

const statements = new Map<number, Statements>()

function statementsFor(count: number): Statements {
  const known = statements.get(count) ?? { reserve: reserveIn(count), book: bookIn(count), select: selectIn(count) }
  statements.set(count, known)
  return known
}

function reserveIn(count: number): Statements['reserve'] {
  return compiled((db, given: Given) =>
    db
      .updateTable('budgets')
      .set({ reserved: sql`reserved + ${given.worst}` })
      .where(isOneOf(given, count))
      // How many of them can afford it: all, or nothing is changed.
      .where(
        sql<SqlBool>`${given.count} = (select count(*) from budgets where ${isOneOf(given, count)}
          and (limit_usd is null or spent + reserved + ${given.worst} <= limit_usd))`,
      ),
  )
}

function bookIn(count: number): Statements['book'] {
  return compiled((db, given: Given) =>
    db
      .updateTable('budgets')
      .set({ reserved: sql`reserved - ${given.reserved}`, spent: sql`spent + ${given.spent}` })
      .where(isOneOf(given, count)),
  )
}

function selectIn(count: number): Statements['select'] {
  return compiled((db, given: Given) => db.selectFrom('budgets').selectAll().where(isOneOf(given, count)))
}

function isOneOf(given: Given, count: number): Expression<SqlBool> {
  const each = Array.from(
    { length: count },
    (_, at) => sql`(scope = ${given[`s${at}`]} and period = ${given[`p${at}`]})`,
  )
  return sql<SqlBool>`(${sql.join(each, sql` or `)})`
}

const openPurse = compiled((db, given: { scope: string; period: string }) =>
  db
    .insertInto('budgets')
    .values({ scope: given.scope, period: given.period, limit_usd: null, spent: sql`0`, reserved: sql`0` })
    .onConflict((clash) => clash.doNothing()),
)

const closePurse = compiled((db, given: { scope: string; period: string }) =>
  db.deleteFrom('budgets').where('scope', '=', given.scope).where('period', '=', given.period),
)

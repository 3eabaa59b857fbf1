import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type KyselyPlugin, type RootOperationNode, SqliteQueryCompiler } from 'kysely'
import { type Identities, openIdentities } from '../../src/identity/identities.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import type { Store } from '../../src/store/store.ts'
import { openVault, type Vault } from '../../src/store/vault.ts'
import { type Journal, openJournal } from '../../src/telemetry/journal.ts'
import { faultIn } from '../../src/values/fault.ts'
import { type IdentityId, type Ids, randomIds } from '../../src/values/id.ts'
import { type Clock, type Instant, instant } from '../../src/values/time.ts'

export interface TestCompany {
  readonly store: Store
  readonly journal: Journal
  readonly clock: Clock & { set(at: number): void; pass(ms: number): void }
  readonly ids: Ids
  readonly vault: Vault
  readonly identities: Identities
  /** How SQLite would do the queries so far, the journal's own left out: one line a step. */
  plans(): string[]
  /** How many rows the journal has. */
  events(): Promise<number>
  audience(name?: string): Promise<IdentityId>
  person(name: string, email?: string): Promise<IdentityId>
  close(): Promise<void>
}

export const start = Date.UTC(2026, 2, 1)

/** A company in a folder of its own, with real SQLite and a clock that moves when told. */
export async function openCompany(): Promise<TestCompany> {
  const folder = mkdtempSync(join(tmpdir(), 'soloist-'))
  const path = join(folder, 'company.db')
  const real = openSqlite(path)
  const nodes: RootOperationNode[] = []
  const store = recorded(real, nodes)
  const clock = testClock()
  const ids = randomIds(() => clock.now())
  const vault = await openVault(store, new Uint8Array(32).fill(7), clock)
  const journal = openJournal(store, vault, clock)
  const identities = openIdentities({ store, journal, clock, ids, vault })
  await store.write((tx) => identities.ensureCompany(tx, 'Test & Daughters'))
  const make = (kind: string, name: string, email?: string) =>
    store.write(async (tx) => {
      const id = await identities.create(tx, { kind, name, origin: 'operator' })
      if (email !== undefined) await identities.handles.add(tx, id, email, 'operator')
      return id
    })
  return {
    store,
    journal,
    clock,
    ids,
    vault,
    identities,
    plans: () => queryPlans(path, nodes),
    async events() {
      const last = await store.read.selectFrom('events').select('seq').orderBy('seq', 'desc').executeTakeFirst()
      return last?.seq ?? 0
    },
    audience: (name = 'Readers') => make('audience', name),
    person: (name, email) => make('person', name, email),
    async close() {
      await real.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The code of the fault that the work ends with; fails when it does not. */
export async function faultOf(work: Promise<unknown>): Promise<string> {
  const ended = await work.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (ended === undefined) throw new Error('it was not refused')
  return faultIn(ended).code
}

function testClock(): TestCompany['clock'] {
  let now = start
  return {
    now: (): Instant => instant(now),
    wake: () => () => {},
    set: (at) => {
      now = at
    },
    pass: (ms) => {
      now += ms
    },
  }
}

function recorded(store: Store, nodes: RootOperationNode[]): Store {
  const plugin: KyselyPlugin = {
    transformQuery({ node }) {
      nodes.push(node)
      return node
    },
    transformResult: async ({ result }) => result,
  }
  return {
    ...store,
    read: store.read.withPlugin(plugin),
    write: (work) => store.write((tx) => work({ ...tx, db: tx.db.withPlugin(plugin) })),
  }
}

function queryPlans(path: string, nodes: readonly RootOperationNode[]): string[] {
  const database = new DatabaseSync(path)
  const compiler = new SqliteQueryCompiler()
  // Of an event, SQLite lists the checks that it would make for references in doubt; the head is read from the end.
  const queries = new Set(
    nodes
      .map((node) => compiler.compileQuery(node, { queryId: '' }).sql)
      .filter((sql) => !/^insert into "events"|"events" order by "seq" desc/.test(sql)),
  )
  const plans = [...queries].flatMap((sql) =>
    (database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { detail: string }[]).map(
      ({ detail }) => `${detail} -- ${sql}`,
    ),
  )
  database.close()
  return plans
}

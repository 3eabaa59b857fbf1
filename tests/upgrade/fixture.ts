import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { gunzipSync, gzipSync } from 'node:zlib'
import { copyDatabase } from '../../src/store/copy-database.ts'
import { migrations } from '../../src/store/migrations/all.ts'
import { makeVaultKey } from '../../src/store/vault-key.ts'
import { fakeClock } from '../../src/testing/clock.ts'
import { type Instant, instant } from '../../src/values/time.ts'
import { openParts, tempFolder } from '../archive/company.ts'
import { PostOffice } from '../archive/post-office.ts'
import { spec } from './errands.ts'
import { enrich } from './rich-company.ts'

// Stores of earlier schemas, each made when its schema was the newest and never changed since: `schema-1.db.gz`.
const shelf = import.meta.dirname

/** The schemas of which a store is kept. */
export function keptSchemas(): number[] {
  const found = readdirSync(shelf).map((name) => /^schema-(\d+)\.db\.gz$/.exec(name)?.[1])
  return found.filter((digits) => digits !== undefined).map(Number)
}

/** The folder of a company with a store of an earlier schema. */
export function keptCompany(schema: number): string {
  const folder = emptyCompany()
  writeFileSync(join(folder, '.soloist/company.db'), gunzipSync(readFileSync(pathOf(schema))), { mode: 0o600 })
  return folder
}

/** Makes a rich company under the newest schema or an earlier one, and gives the path of its store. */
export async function makeCompany(schema: number): Promise<string> {
  const folder = emptyCompany()
  const office = new PostOffice()
  const company = await openParts(folder, spec(office), fakeClock(begin), migrations.slice(0, schema))
  await enrich(company, office)
  const copy = join(folder, 'copy.db')
  // While a call is under way.
  await copyDatabase(company.places.database, copy)
  const connection = new DatabaseSync(copy)
  // It is opened elsewhere, and is no copy there.
  connection.exec("DELETE FROM meta WHERE name = 'home'; VACUUM")
  connection.close()
  return copy
}

/** Keeps a store. What is kept is never replaced. */
export function keep(schema: number, path: string): void {
  if (existsSync(pathOf(schema))) throw new TypeError(`${pathOf(schema)} is kept as it is`)
  writeFileSync(pathOf(schema), gzipSync(readFileSync(path), { level: 9 }))
  rmSync(path)
}

export const begin: Instant = instant(Date.UTC(2026, 2, 13, 9))

const pathOf = (schema: number): string => join(shelf, `schema-${schema}.db.gz`)

function emptyCompany(): string {
  const folder = join(tempFolder(), 'ana')
  mkdirSync(join(folder, '.soloist'), { recursive: true })
  mkdirSync(join(folder, 'agents'))
  makeVaultKey(join(folder, '.soloist/vault.key'), Buffer.alloc(32, 7))
  return folder
}

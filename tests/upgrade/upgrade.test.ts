import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { gunzipSync } from 'node:zlib'
import { expect, test, vi } from 'vitest'
import { backupPath } from '../../src/store/migrate.ts'
import { migrations } from '../../src/store/migrations/all.ts'
import { type FakeClock, fakeClock } from '../../src/testing/clock.ts'
import { days, later } from '../../src/values/time.ts'
import { openParts } from '../archive/company.ts'
import { PostOffice } from '../archive/post-office.ts'
import { spec, wire } from './errands.ts'
import { begin, keptCompany, keptSchemas } from './fixture.ts'
import { statesIn } from './states.ts'

// Where the machine is busy, processes and threads take seconds.
vi.setConfig({ testTimeout: 240_000 })

type Opened = Awaited<ReturnType<typeof openParts>>

// The schemas that companies out there may have: at each release its own is added here, with a store made by it.
const released = [1]

test('a store of every released schema is kept', () => {
  expect(keptSchemas()).toEqual(expect.arrayContaining(released))
})

test.each(keptSchemas())('a company of schema %i is brought up, is whole, and goes on to its end', async (schema) => {
  const folder = keptCompany(schema)
  const database = join(folder, '.soloist/company.db')
  const before = contentOf(database)
  const office = new PostOffice()
  const company = await openParts(folder, spec(office), fakeClock(later(begin, days(1))))
  const { os, kernel } = company
  expect(versionOf(database)).toBe(migrations.length)
  // As it was, to the bit.
  if (schema < migrations.length) {
    const kept = gunzipSync(readFileSync(join(import.meta.dirname, `schema-${schema}.db.gz`)))
    expect(readFileSync(backupPath(database, schema)).equals(kept)).toBe(true)
  }
  const { events } = await os.verify()
  expect(events).toBeGreaterThan(before.events)
  expect(await people(company)).toEqual(before.people)
  expect(kernel.vault.secret('SMTP_PASSWORD')).toBe('hunter2-very-secret')
  expect(await os.mode()).toMatchObject({ mode: 'normal' })

  wire.cut = false
  await finish(company)
  const ended = await kernel.store.read.selectFrom('runs').select(['workflow', 'state']).execute()
  expect(ended).toHaveLength(before.runs)
  expect([...new Set(ended.map(({ state }) => state))].sort()).toEqual(['cancelled', 'done', 'failed', 'undone'])
  const open = await kernel.store.read.selectFrom('effects').select('key').where('state', '=', 'intended').execute()
  expect(open).toEqual([])
  // Nothing went out twice: what the earlier version had handed in is known by its key.
  expect(new Set(office.handedIn).size).toBe(office.handedIn.length)
  await os.verify()
  await os.close()
  expect(existsSync(`${database}-wal`)).toBe(false)
})

/** Lets time pass and answers what is asked, until nothing is under way. */
async function finish({ os, kernel }: Opened): Promise<void> {
  for (let round = 0; round < 20; round += 1) {
    await os.idle()
    const gates = await kernel.store.read.selectFrom('gates').select('id').where('state', '=', 'open').execute()
    for (const { id } of gates) await os.decide(id, { verdict: 'approved' })
    await (kernel.clock as FakeClock).advance(days(1))
  }
  await os.idle()
}

interface Content {
  readonly events: number
  readonly runs: number
  readonly people: unknown
}

function contentOf(path: string): Content {
  const connection = new DatabaseSync(path, { readOnly: true })
  try {
    const count = (table: string): number => Number(connection.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.n)
    const rows = connection.prepare(sqlOfPeople).all()
    expect(statesIn(connection).runs).toContain('running')
    return { events: count('events'), runs: count('runs'), people: rows.map((row) => ({ ...row })) }
  } finally {
    connection.close()
  }
}

const sqlOfPeople = `SELECT id, kind, name FROM identities ORDER BY id`

async function people({ kernel }: Opened): Promise<unknown> {
  return kernel.store.read.selectFrom('identities').select(['id', 'kind', 'name']).orderBy('id').execute()
}

function versionOf(path: string): number {
  const connection = new DatabaseSync(path, { readOnly: true })
  try {
    return Number(connection.prepare('PRAGMA user_version').get()?.user_version)
  } finally {
    connection.close()
  }
}

import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import type { Tx } from '../../src/store/store.ts'
import { instant } from '../../src/values/time.ts'
import { startChild } from './child.ts'
import { tempFolder, tempStore } from './open-store.ts'

const add = (tx: Tx, key: string): Promise<unknown> =>
  tx.db
    .insertInto('rates')
    .values({ key, window_at: instant(0), count: 1 })
    .execute()
const keys = async ({ store }: ReturnType<typeof tempStore>): Promise<string[]> =>
  (await store.read.selectFrom('rates').select('key').orderBy('key').execute()).map((row) => row.key)

// The CHECK fails, and OR ROLLBACK makes SQLite end the whole transaction, as it does by itself when a disk is full.
const endAll = (tx: Tx): Promise<unknown> =>
  sql.raw("insert or rollback into rates (key, window_at, count) values ('end', 0, -1)").execute(tx.db)

test('when SQLite rolls the whole batch back, all in it fail with the cause, and the next batch is whole', async () => {
  const opened = tempStore()
  const { store } = opened
  const heard: string[] = []
  const ended = await Promise.allSettled([
    store.write(async (tx) => {
      tx.afterCommit(() => heard.push('before'))
      await add(tx, 'before')
    }),
    store.write(endAll),
    store.write((tx) => add(tx, 'behind')),
  ])
  expect(ended.map((end) => end.status)).toEqual(['rejected', 'rejected', 'fulfilled'])
  for (const end of ended.slice(0, 2))
    expect(String((end as PromiseRejectedResult).reason)).toContain('CHECK constraint')
  expect(await keys(opened)).toEqual(['behind'])
  expect(heard).toEqual([])
})

test('a work that swallows such a failure cannot write outside of a transaction', async () => {
  const opened = tempStore()
  const stubborn = opened.store.write(async (tx) => {
    await add(tx, 'one')
    await endAll(tx).catch(() => {})
    await add(tx, 'two').catch(() => {})
    return 'fine'
  })
  await expect(stubborn).rejects.toThrow('CHECK constraint')
  expect(await keys(opened)).toEqual([])
})

test('a work that ends the shared transaction is refused', async () => {
  const opened = tempStore()
  const ended = await Promise.allSettled([
    opened.store.write((tx) => add(tx, 'neighbour')),
    opened.store.write(async (tx) => {
      await add(tx, 'one')
      await sql.raw('rollback').execute(tx.db)
    }),
  ])
  expect(ended.map((end) => end.status)).toEqual(['rejected', 'rejected'])
  expect(await keys(opened)).toEqual([])
})

test('when a COMMIT is refused, all who share it fail and nothing is half there', async () => {
  const opened = tempStore()
  const broken = opened.store.write(async (tx) => {
    await sql.raw('pragma defer_foreign_keys = on').execute(tx.db)
    await sql.raw("insert into handles values ('email', 'a@example.org', 'idn_nobody', 1)").execute(tx.db)
  })
  const neighbour = opened.store.write((tx) => add(tx, 'neighbour'))
  const ended = await Promise.allSettled([broken, neighbour])
  for (const end of ended) expect(String((end as PromiseRejectedResult).reason)).toContain('FOREIGN KEY')
  expect(await keys(opened)).toEqual([])
  await opened.store.write((tx) => add(tx, 'later'))
  expect(await keys(opened)).toEqual(['later'])
})

test('while another process holds the file, all who wait are told once, and work goes on after', async () => {
  const opened = tempStore()
  const other = new DatabaseSync(opened.path)
  other.exec('BEGIN IMMEDIATE')
  const waiting = Array.from({ length: 20 }, (_, index) => opened.store.write((tx) => add(tx, `k${index}`)))
  const ended = await Promise.allSettled(waiting)
  for (const end of ended) expect(end).toMatchObject({ reason: { fault: { code: 'store.busy', retry: 'later' } } })
  other.close()
  await opened.store.write((tx) => add(tx, 'later'))
  expect(await keys(opened)).toEqual(['later'])
})

test('a listener that throws crashes the process, after everyone in the batch has heard', async () => {
  const child = startChild(`
    import { openSqlite } from 'SRC/store/sqlite.ts'
    const store = openSqlite(${JSON.stringify(join(tempFolder(), 'company.db'))})
    const bad = store.write(async (tx) => tx.afterCommit(() => { throw new Error('of the listener') }))
    const good = store.write(async (tx) => tx.afterCommit(() => process.stdout.write('heard\\n')))
    bad.then(() => process.stdout.write('bad is committed\\n'))
    good.then(() => process.stdout.write('good is committed\\n'))`)
  expect([await child.line(), await child.line(), await child.line()]).toEqual([
    'heard',
    'bad is committed',
    'good is committed',
  ])
  expect(await child.ended).toBe(1)
  expect(child.stderr()).toContain('of the listener')
})

test('a long read does not hold up writes, and shows one state from beginning to end', async () => {
  const opened = tempStore()
  const { store } = opened
  await store.write(async (tx) => {
    for (let index = 0; index < 20; index += 1) await add(tx, `a${index}`)
  })
  let seen = 0
  for await (const row of store.read.selectFrom('rates').select('key').stream()) {
    expect(row.key).toMatch(/^a/)
    await store.write((tx) => add(tx, `b${seen}`))
    seen += 1
  }
  expect(seen).toBe(20)
  expect(await keys(opened)).toHaveLength(40)
})

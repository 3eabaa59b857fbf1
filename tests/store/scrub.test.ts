import { readFileSync, statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { tempStore } from './open-store.ts'

/** Numbers below one that are the same in every run (a linear congruential generator, constants of Numerical Recipes). */
function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

/** People who come, change and go, as in a company of some years; gives the names of those who went. */
function lifeOf(path: string, seed: number): string[] {
  const chance = numbers(seed)
  const word = (): string => Math.floor(chance() * 36 ** 8).toString(36)
  const connection = new DatabaseSync(path)
  connection.exec(`PRAGMA secure_delete = ON; PRAGMA synchronous = OFF;
    CREATE TABLE people (id TEXT PRIMARY KEY, name TEXT) STRICT, WITHOUT ROWID;
    CREATE TABLE notes (id TEXT PRIMARY KEY, who TEXT, text TEXT) STRICT, WITHOUT ROWID;
    CREATE INDEX notes_by_who ON notes (who)`)
  const person = connection.prepare('INSERT INTO people VALUES (?, ?)')
  const rename = connection.prepare('UPDATE people SET name = ? WHERE id = ?')
  const note = connection.prepare('INSERT INTO notes VALUES (?, ?, ?)')
  const forget = connection.prepare('DELETE FROM notes WHERE who = ?')
  const going: string[] = []
  for (let day = 0; day < 200; day += 1) {
    connection.exec('BEGIN')
    for (let each = 0; each < 30; each += 1) {
      const id = `idn_${String(day * 30 + each).padStart(6, '0')}`
      const goes = chance() < 0.03
      if (goes) going.push(id)
      person.run(id, goes ? `planted ${id} here` : word())
      note.run(`${word()}${id}`, id, goes ? `planted ${id} here` : word().repeat(chance() * 60))
    }
    for (let each = 0; each < 10; each += 1) {
      const id = `idn_${String(Math.floor(chance() * day * 30)).padStart(6, '0')}`
      if (!going.includes(id)) rename.run(word().repeat(chance() * 10), id)
    }
    connection.exec('COMMIT')
  }
  connection.exec('BEGIN')
  for (const id of going) {
    rename.run(null, id)
    forget.run(id)
  }
  connection.exec('COMMIT; PRAGMA wal_checkpoint(TRUNCATE)')
  connection.close()
  return going.map((id) => `planted ${id} here`)
}

// Some lives leave none: of six tried, the third and the fifth left some.
test('overwriting leaves copies of what was deleted, and a scrub leaves none', async () => {
  const { store, path } = tempStore()
  const names = lifeOf(path, 3)
  const left = () => names.filter((name) => readFileSync(path).includes(name))
  expect(left()).not.toEqual([])
  expect(await store.scrub()).toBe(true)
  expect(left()).toEqual([])
  expect(statSync(`${path}-wal`).size).toBe(0)
})

test('what is written meanwhile waits and is there afterwards, and reads go on', async () => {
  const { store } = tempStore()
  const put = (name: string) => store.write((tx) => tx.db.insertInto('meta').values({ name, value: '1' }).execute())
  const scrubbing = store.scrub()
  const writing = [put('a'), put('b')]
  await store.read.selectFrom('meta').selectAll().execute()
  expect(await scrubbing).toBe(true)
  await Promise.all(writing)
  const again = store.scrub()
  const last = put('c')
  await Promise.all([again, last, store.close()])
  await expect(store.scrub()).rejects.toThrow('the store is closed')
})

test('while somebody reads an older state, it says that it is not done', { timeout: 60_000 }, async () => {
  const { store, path } = tempStore()
  const reader = new DatabaseSync(path, { readOnly: true })
  reader.exec('BEGIN; SELECT count(*) FROM meta')
  reader.prepare('SELECT count(*) FROM meta').get()
  await store.write((tx) => tx.db.insertInto('meta').values({ name: 'a', value: '1' }).execute())
  expect(await store.scrub()).toBe(false)
  reader.close()
  expect(await store.scrub()).toBe(true)
})

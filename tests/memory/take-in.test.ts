import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openMemory } from '../../src/memory/memory.ts'
import { textsOf } from '../../src/memory/texts.ts'
import type { StoredEvent } from '../../src/telemetry/event.ts'
import type { IdentityId } from '../../src/values/id.ts'
import type { Json } from '../../src/values/json.ts'
import { faultOf, start } from '../identity/company.ts'
import { openRemembering, type Remembering } from './company.ts'

let company: Remembering
let ana: IdentityId
beforeEach(async () => {
  company = await openRemembering()
  ana = await company.person('Ana', 'ana@example.org')
})
afterEach(() => company.close())

const rows = (sql: string): Record<string, unknown>[] => {
  const db = new DatabaseSync(company.path, { readOnly: true })
  try {
    return db.prepare(sql).all()
  } finally {
    db.close()
  }
}

test('two who take in the same at once take in each event once', async () => {
  for (let count = 0; count < 30; count += 1) await company.say(ana, `Lamp ${count}.`)
  const other = openMemory({ ...company, timeZone: 'UTC' }, company.path)
  await Promise.all([company.memory.passages.catchUp(), other.passages.catchUp()])
  await company.say(ana, 'One lamp more.')
  await Promise.all([company.memory.passages.catchUp(), other.passages.catchUp()])
  await other.close()
  expect(rows('SELECT seq FROM passages GROUP BY seq, part HAVING count(*) > 1')).toEqual([])
  expect(rows('SELECT count(*) AS count FROM passages')).toEqual([{ count: 31 }])
})

test('of long letters fewer are taken in at once, and none is missed', async () => {
  const letter = 'A long letter about lamps and zips. '.repeat(1800)
  for (let count = 0; count < 12; count += 1) await company.say(ana, letter)
  await company.memory.passages.catchUp()
  const turns: number[] = []
  const again = await company.reopen()
  const db = new DatabaseSync(company.path)
  db.exec("UPDATE state SET value = '0' WHERE name = 'seq'; DELETE FROM passages")
  db.close()
  const look = (): void => {
    turns.push(Number(rows('SELECT count(DISTINCT seq) AS count FROM passages')[0]?.count))
    if ((turns.at(-1) ?? 0) < 12) setImmediate(look)
  }
  setImmediate(look)
  await again.passages.catchUp()
  expect(rows('SELECT count(DISTINCT seq) AS count FROM passages')).toEqual([{ count: 12 }])
  expect(turns.some((count) => count > 0 && count < 12)).toBe(true)
})

test('of a kind the newest are found, however many there are', async () => {
  for (let count = 0; count < 12; count += 1) await company.say(ana, `Lamp ${count}.`, { at: start + count })
  const { passages } = company.memory
  await passages.catchUp()
  const db = new DatabaseSync(company.path)
  // As many as make SQLite think of the index of kinds.
  db.exec(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
    INSERT INTO passages (seq, part, owner, run, kind, thread, at, length, weight)
    SELECT 1, i, 1, NULL, (SELECT id FROM names WHERE name = 'interaction.recorded'), 1, i, 5, 0.5 FROM n;
    INSERT INTO words (rowid, body, who) SELECT id, 'lamp', 'i1' FROM passages WHERE seq = 1`)
  const newest = Number(db.prepare('SELECT max(id) AS id FROM passages').get()?.id)
  db.close()
  const { matches } = await passages.search(new Map([['lamp', 1]]), { kinds: ['interaction.recorded'] }, 5)
  expect(matches.map(({ id }) => id)).toEqual([0, 1, 2, 3, 4].map((back) => newest - back))
})

test('an index that turns out to be broken while it is used is made anew, and answers', async () => {
  for (let count = 0; count < 400; count += 1) await company.say(ana, `The lamp number ${count} is of brass.`)
  await company.memory.passages.catchUp()
  const again = await company.reopen()
  // The first pages say what there is; what is after them is not looked at before somebody asks.
  const bytes = readFileSync(company.path)
  writeFileSync(
    company.path,
    Buffer.concat([bytes.subarray(0, 12 * 4096), Buffer.alloc(bytes.length - 12 * 4096, 0xa5)]),
  )
  const { lines } = await again.recall({ query: 'brass lamp number 399', budget: 100 })
  expect(lines.some(({ text }) => text.includes('399'))).toBe(true)
  expect(rows('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }])
})

test('an index that somebody else holds is not thrown away', async () => {
  await company.say(ana, 'A lamp.')
  await company.memory.passages.catchUp()
  const again = await company.reopen()
  const other = new DatabaseSync(company.path)
  other.exec('PRAGMA journal_mode = DELETE; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
  const before = statSync(company.path).ino
  expect(await faultOf(again.passages.catchUp())).toBe('store.busy')
  expect(statSync(company.path).ino).toBe(before)
  other.close()
}, 20_000)

test('a value of very many brackets stops nobody, and no sign is cut in two', () => {
  let body: Json = 'deep'
  for (let depth = 0; depth < 50_000; depth += 1) body = [body]
  const at = (kind: string, payload: object) => textsOf({ kind, payload } as unknown as StoredEvent)
  expect(at('webhook.received', { source: 'shop', body: { said: 'hello', body } })).toHaveLength(1)
  const said = at('interaction.recorded', { who: 'Ana', by: 'them', text: `a${'🎈'.repeat(900)}` })
  expect(said.length).toBeGreaterThan(1)
  for (const { text } of said) expect(text.isWellFormed()).toBe(true)
})

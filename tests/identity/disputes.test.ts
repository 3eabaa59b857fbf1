import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, test } from 'vitest'
import { migrations } from '../../src/store/migrations/all.ts'
import type { IdentityId } from '../../src/values/id.ts'
import type { Origin } from '../../src/values/origin.ts'
import { openCompany, type TestCompany } from './company.ts'

let company: TestCompany
beforeEach(async () => {
  company = await openCompany()
})
afterEach(() => company.close())

const say = (identity: IdentityId, value: string, origin: Origin) =>
  company.store.write((tx) => company.identities.facts.record(tx, { identity, key: 'city', value, origin }))
const listed = async (page: { before?: number; limit: number } = { limit: 10 }) => {
  const { items, next } = await company.identities.facts.disputes(page)
  return { said: items.map(({ shown, other }) => `${shown.value}: ${other.value}`), next }
}

test('what is in dispute in the whole company is listed, the newest first, page by page', async () => {
  const people: IdentityId[] = []
  for (const name of ['Ana', 'Bo', 'Cy']) people.push(await company.person(name))
  for (const [index, id] of people.entries()) await say(id, `mine ${index}`, 'operator')
  for (const [index, id] of people.entries()) await say(id, `theirs ${index}`, 'external')
  const dan = await company.person('Dan')
  await say(dan, 'the same', 'operator')
  await say(dan, 'the same', 'external')
  const first = await listed({ limit: 2 })
  assert.deepEqual(first.said, ['mine 2: theirs 2', 'mine 1: theirs 1'])
  assert.ok(first.next !== null)
  const rest = await listed({ before: first.next, limit: 2 })
  assert.deepEqual(rest, { said: ['mine 0: theirs 0'], next: null })
  await say(people[1]!, 'theirs 1', 'operator')
  await say(people[0]!, 'others 0', 'external')
  assert.deepEqual((await listed()).said, ['mine 0: others 0', 'mine 2: theirs 2'])
  // What is over is not walked through either.
  const kept = await company.store.read.selectFrom('fact_disputes').selectAll().execute()
  assert.equal(kept.length, 2)
})

test('what is over by another record of the same person, and who is forgotten, is in no dispute', async () => {
  const { identities, store } = company
  const [ana, old, bo] = [await company.person('Ana'), await company.person('Ana N'), await company.person('Bo')]
  await say(ana, 'ours', 'system')
  await say(ana, 'theirs', 'external')
  await say(old, 'theirs', 'operator')
  await say(bo, 'mine', 'operator')
  await say(bo, 'theirs', 'external')
  assert.equal((await listed()).said.length, 2)
  const by = { evidence: ['x'], origin: 'operator' } as const
  await store.write((tx) => identities.merges.merge(tx, { into: ana, from: old, ...by }))
  assert.deepEqual((await listed()).said, ['mine: theirs'])
  await store.write((tx) => tx.db.deleteFrom('facts').where('identity_id', '=', bo).execute())
  assert.deepEqual((await listed()).said, [])
})

test('a company from before has its disputes in the list once its store is brought up', () => {
  const database = new DatabaseSync(':memory:', { enableForeignKeyConstraints: false })
  for (const sql of migrations.slice(0, 9)) database.exec(sql)
  const fact = database.prepare(`INSERT INTO facts
    (id, identity_id, key, value, source_seq, origin, confidence, recorded_at, superseded_by)
    VALUES (?, 'idn_a', ?, ?, ?, ?, 1, 0, ?)`)
  fact.run('fct_old', 'city', '"c"', 1, 'external', 'fct_mine')
  fact.run('fct_mine', 'city', '"a"', 2, 'operator', null)
  fact.run('fct_theirs', 'city', '"b"', 3, 'external', 'fct_mine')
  fact.run('fct_role', 'role', '"x"', 4, 'operator', null)
  fact.run('fct_same', 'role', '"x"', 5, 'external', 'fct_role')
  database.exec(migrations[9] ?? '')
  const rows = database.prepare('SELECT fact_id FROM fact_disputes').all()
  database.close()
  assert.deepEqual(
    rows.map((row) => row['fact_id']),
    ['fct_theirs'],
  )
})

import { DatabaseSync } from 'node:sqlite'
import type { Kysely } from 'kysely'
import { expect, test } from 'vitest'
import { sqliteKysely } from '../../src/store/sqlite-driver.ts'
import type { Tables } from '../../src/store/tables.ts'
import { anchorHead, readAnchors } from '../../src/telemetry/anchor.ts'
import { link } from '../../src/telemetry/journal.ts'
import { verifyChain } from '../../src/telemetry/verify.ts'
import { copyOf, type Fixture, openFixture, start, tamper } from './journal-fixture.ts'
import { seededPick, tamperings } from './tampering.ts'

const verify = ({ store, vault }: Fixture, anchors: Awaited<ReturnType<typeof readAnchors>> = []) =>
  verifyChain({ read: store.read, chainKey: vault.chainKey, anchors })

test('an empty journal and an untouched one verify', async () => {
  const fixture = await openFixture()
  expect(await verify(fixture)).toEqual({ ok: true, events: 0, head: '00'.repeat(32) })
  await fixture.events(450)
  const last = await fixture.store.read.selectFrom('events').select('mac').where('seq', '=', 450).executeTakeFirst()
  const head = Buffer.from(last?.mac ?? []).toString('hex')
  expect(await verify(fixture)).toEqual({ ok: true, events: 450, head })
})

test('the events of someone who was forgotten still verify', async () => {
  const fixture = await openFixture()
  await fixture.events(9)
  await fixture.store.write((tx) => fixture.vault.destroyKey(tx, 'idn_ana' as never))
  expect(await verify(fixture)).toMatchObject({ ok: true, events: 9 })
})

// 27 ways, 40 times each: more than 1,000 falsifications, each on a fresh savepoint of a copy of the file.
const count = 60
const rounds = 40

test.each(Object.keys(tamperings(count)))('%s: found, and the first bad event is named', async (way) => {
  const fixture = await openFixture()
  await fixture.events(count)
  const path = `${fixture.path}.anchors`
  await anchorHead(fixture.store.read, { path, at: start, epoch: 1 })
  const anchors = await readAnchors(path)
  const connection = openForTampering(copyOf(fixture, 'copy.db'))
  const read = readerOf(connection)
  try {
    for (let round = 0; round < rounds; round += 1) {
      connection.exec('SAVEPOINT falsified')
      const seq = tamperings(count)[way]?.(connection, seededPick(round))
      const verdict = await verifyChain({ read, chainKey: fixture.vault.chainKey, anchors })
      expect({ round, ...verdict }).toMatchObject({ round, ok: false, seq })
      connection.exec('ROLLBACK TO falsified')
    }
    expect(await verifyChain({ read, chainKey: fixture.vault.chainKey, anchors })).toMatchObject({ ok: true })
  } finally {
    connection.close()
  }
})

test('what another process changed in the open store is found too', async () => {
  const fixture = await openFixture()
  await fixture.events(20)
  tamper(fixture.path, (connection) => connection.exec("UPDATE events SET kind = 'company.resumed' WHERE seq = 13"))
  expect(await verify(fixture)).toMatchObject({ ok: false, seq: 13 })
})

test('a chain rehashed with the true key breaks at the anchor', async () => {
  const fixture = await openFixture()
  await fixture.events(20)
  const path = `${fixture.path}.anchors`
  await anchorHead(fixture.store.read, { path, at: start, epoch: 1 })
  await fixture.events(5)
  tamper(fixture.path, (connection) => {
    connection.exec("UPDATE events SET kind = 'company.resumed' WHERE seq = 13")
    let mac = connection.prepare('SELECT mac FROM events WHERE seq = 12').get()?.mac as Uint8Array
    for (const row of connection.prepare('SELECT * FROM events WHERE seq > 12 ORDER BY seq').all()) {
      mac = link(fixture.vault.chainKey, mac, row as never)
      connection.prepare('UPDATE events SET mac = ? WHERE seq = ?').run(mac, row.seq as number)
    }
  })
  expect(await verify(fixture)).toMatchObject({ ok: true })
  expect(await verify(fixture, await readAnchors(path))).toMatchObject({ ok: false, seq: 20 })
})

test('a tail cut after the last anchor is what an anchor cannot find', async () => {
  const fixture = await openFixture()
  await fixture.events(20)
  const path = `${fixture.path}.anchors`
  await anchorHead(fixture.store.read, { path, at: start, epoch: 1 })
  await fixture.events(5)
  tamper(fixture.path, (connection) => connection.exec('DELETE FROM events WHERE seq > 20'))
  expect(await verify(fixture, await readAnchors(path))).toMatchObject({ ok: true, events: 20 })
  tamper(fixture.path, (connection) => connection.exec('DELETE FROM events WHERE seq > 19'))
  expect(await verify(fixture, await readAnchors(path))).toMatchObject({ ok: false, seq: 20 })
})

test('verifying says how far it is, and lets other work run in between', async () => {
  const fixture = await openFixture()
  await fixture.events(450)
  const heard: number[] = []
  let turns = 0
  let verifying = true
  const count = (): void => {
    turns += 1
    if (verifying) setImmediate(count)
  }
  setImmediate(count)
  const { read } = fixture.store
  await verifyChain({ read, chainKey: fixture.vault.chainKey, anchors: [], onProgress: (seq) => heard.push(seq) })
  verifying = false
  expect(heard).toEqual([200, 400, 450])
  expect(turns).toBeGreaterThan(0)
})

function openForTampering(path: string): DatabaseSync {
  tamper(path, () => {})
  const connection = new DatabaseSync(path, { enableForeignKeyConstraints: false })
  connection.exec('PRAGMA ignore_check_constraints = ON')
  return connection
}

function readerOf(connection: DatabaseSync): Kysely<Tables> {
  return sqliteKysely(connection, { translate: (error) => error })
}

import { expect, test } from 'vitest'
import type { Store } from '../../src/store/store.ts'
import type { StoredEvent } from '../../src/telemetry/event.ts'
import type { Journal } from '../../src/telemetry/journal.ts'
import { verifyChain } from '../../src/telemetry/verify.ts'
import { companyIdentity, type IdentityId, type RunId } from '../../src/values/id.ts'
import { faultFrom } from '../store/open-store.ts'
import { openFixture, start, tamper } from './journal-fixture.ts'

const ana = 'idn_ana' as IdentityId
const run = 'run_1' as RunId

const pause = ({ store, journal }: { store: Store; journal: Journal }, why: string, subject = companyIdentity) =>
  store.write((tx) => journal.append(tx, { kind: 'company.paused', subject, origin: 'operator', payload: { why } }))

test('an event comes back as it was written', async () => {
  const { store, journal } = await openFixture()
  const seq = await store.write((tx) =>
    journal.append(tx, { kind: 'run.cancelled', subject: ana, origin: 'external', run, payload: { why: 'häßlich ✓' } }),
  )
  expect(seq).toBe(1)
  const event = {
    seq: 1,
    at: start,
    kind: 'run.cancelled',
    version: 1,
    subject: ana,
    origin: 'external',
    run,
    task: null,
  }
  expect(await journal.at([1])).toEqual([{ ...event, payload: { why: 'häßlich ✓' } }])
})

test('nothing of a payload is readable in the file', async () => {
  const fixture = await openFixture()
  await pause(fixture, 'a very personal word')
  const rows = await fixture.store.read.selectFrom('events').selectAll().execute()
  expect(Buffer.from(rows[0]?.payload ?? []).toString('latin1')).not.toContain('personal')
})

test('events of many transactions at once stand without gaps, those rolled back leave none', async () => {
  const fixture = await openFixture()
  const writes = Array.from({ length: 300 }, (_, index) =>
    fixture.store.write(async (tx) => {
      const payload = { why: `${index}` }
      await fixture.journal.append(tx, { kind: 'company.paused', subject: ana, origin: 'system', payload })
      if (index % 7 === 3) throw new Error('of the work')
    }),
  )
  const kept = (await Promise.allSettled(writes)).filter((end) => end.status === 'fulfilled').length
  const { store, vault } = fixture
  expect(await verifyChain({ read: store.read, chainKey: vault.chainKey, anchors: [] })).toMatchObject({ events: kept })
  const events = await fixture.journal.page({ after: 0, limit: 1000 })
  expect(events.map((event) => event.seq)).toEqual(Array.from({ length: kept }, (_, index) => index + 1))
  expect(events.every((event) => event.payload !== null)).toBe(true)
})

test('the first event of a subject that is rolled back does not leave a key that nobody has', async () => {
  const fixture = await openFixture()
  const { store, journal } = fixture
  const payload = { why: 'x' }
  const twice = store.write(async (tx) => {
    await journal.append(tx, { kind: 'company.paused', subject: ana, origin: 'system', payload })
    await journal.append(tx, { kind: 'company.paused', subject: ana, origin: 'system', payload })
    throw new Error('of the work')
  })
  await expect(twice).rejects.toThrow('of the work')
  await pause(fixture, 'kept', ana)
  expect(await journal.at([1])).toMatchObject([{ payload: { why: 'kept' } }])
})

test('what was forgotten reads as null, and takes no more events', async () => {
  const fixture = await openFixture()
  await pause(fixture, 'about ana', ana)
  await pause(fixture, 'about us')
  await fixture.store.write((tx) => fixture.vault.destroyKey(tx, ana))
  const events = await fixture.journal.page({ after: 0, limit: 9 })
  expect(events.map((event) => event.payload)).toEqual([null, { why: 'about us' }])
  expect((await faultFrom(pause(fixture, 'again', ana))).code).toBe('vault.forgotten')
})

test('a payload that somebody changed reads as null, not as nonsense', async () => {
  const fixture = await openFixture()
  await pause(fixture, 'true')
  const [row] = await fixture.store.read.selectFrom('events').selectAll().execute()
  const changed = Buffer.from(row?.payload ?? [])
  changed[20] = (changed[20] as number) ^ 1
  tamper(fixture.path, (connection) => connection.prepare('UPDATE events SET payload = ?').run(changed))
  expect(await fixture.journal.at([1])).toMatchObject([{ seq: 1, payload: null }])
})

test('listeners hear of events after the COMMIT, in order, with what a reader would get', async () => {
  const fixture = await openFixture()
  const heard: StoredEvent[] = []
  const stop = fixture.journal.onCommitted((event) => heard.push(event))
  await Promise.all([pause(fixture, 'a'), pause(fixture, 'b', ana)])
  const gone = fixture.store.write(async (tx) => {
    await fixture.journal.append(tx, { kind: 'company.resumed', subject: ana, origin: 'system', payload: { why: '' } })
    throw new Error('of the work')
  })
  await expect(gone).rejects.toThrow()
  stop()
  await pause(fixture, 'unheard')
  expect(heard.map((event) => ({ ...event }))).toEqual(await fixture.journal.at([1, 2]))
})

test('events are found by number, however many are asked for', async () => {
  const fixture = await openFixture()
  await fixture.events(30)
  expect((await fixture.journal.at([7, 3, 99, 3])).map((event) => event.seq)).toEqual([3, 7])
  const many = Array.from({ length: 2500 }, (_, index) => 2500 - index)
  expect((await fixture.journal.at(many)).map((event) => event.seq)).toEqual(
    Array.from({ length: 30 }, (_, index) => index + 1),
  )
  expect(await fixture.journal.at([])).toEqual([])
})

test('pages are filtered by run, subject and kind, and bounded', async () => {
  const fixture = await openFixture()
  await fixture.events(9)
  const { store, journal } = fixture
  await store.write((tx) => journal.append(tx, { kind: 'run.held', subject: ana, origin: 'system', run, payload: {} }))
  const found = async (query: object) =>
    (await journal.page({ after: 0, limit: 100, ...query })).map((event) => event.seq)
  expect(await found({ subject: ana })).toEqual([2, 5, 8, 10])
  expect(await found({ run })).toEqual([10])
  expect(await found({ kind: 'company.paused', after: 7 })).toEqual([8, 9])
  expect(await found({ kind: 'company.paused', subject: ana, limit: 2 })).toEqual([2, 5])
})

test('a secret is masked in every event, whatever it looks like', async () => {
  const fixture = await openFixture()
  const secrets = { quote: 'say "hi"\n', number: '12345678', word: 'hunter2', longer: 'hunter2-and-more' }
  await fixture.store.write(async (tx) => {
    for (const [name, value] of Object.entries(secrets)) await fixture.vault.setSecret(tx, name, value)
  })
  const why = Object.values(secrets).join(' | ')
  await pause(fixture, why)
  const output = { [secrets.word]: 12345678, count: 1234 }
  await fixture.store.write((tx) =>
    fixture.journal.append(tx, { kind: 'run.done', subject: ana, origin: 'system', run, payload: { output } }),
  )
  const [first, second] = await fixture.journal.at([1, 2])
  expect(first?.payload).toEqual({ why: '[secret quote] | [secret number] | [secret word] | [secret longer]' })
  expect(second?.payload).toEqual({ output: { '[secret word]': '[secret number]', count: 1234 } })
})

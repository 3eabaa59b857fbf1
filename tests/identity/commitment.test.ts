import assert from 'node:assert/strict'
import fc from 'fast-check'
import { afterEach, beforeEach, test } from 'vitest'
import { type CommitmentState, nextCommitment } from '../../src/identity/commitment.ts'
import type { CommitmentId, IdentityId } from '../../src/values/id.ts'
import { instant } from '../../src/values/time.ts'
import { faultOf, openCompany, start, type TestCompany } from './company.ts'

let company: TestCompany
beforeEach(async () => {
  company = await openCompany()
})
afterEach(() => company.close())

const day = 86_400_000
const promise = (identity: IdentityId, what: string, due?: number): Promise<CommitmentId> =>
  company.store.write((tx) =>
    company.identities.commitments.make(tx, {
      identity,
      by: 'us',
      what,
      origin: 'operator',
      ...(due === undefined ? {} : { dueAt: instant(start + due * day) }),
    }),
  )
const end = (how: 'keep' | 'drop', id: CommitmentId): Promise<IdentityId> =>
  company.store.write((tx) => company.identities.commitments[how](tx, id, { why: 'sent', origin: 'operator' }))
const words = async (rows: readonly { readonly made: number }[]): Promise<unknown[]> => {
  const events = await company.journal.at(rows.map((row) => row.made))
  return rows.map(
    (row) => (events.find((event) => event.seq === row.made)?.payload as { readonly what: string } | undefined)?.what,
  )
}

test('a commitment is open until it is kept or dropped, and that happens once', async () => {
  const { identities, person, events } = company
  const ana = await person('Ana')
  const draft = await promise(ana, ' send the draft ', 3)
  const call = await promise(ana, 'call back')
  assert.equal(await end('keep', draft), ana)
  assert.equal(await end('drop', call), ana)
  const before = await events()
  for (const how of ['keep', 'drop'] as const) assert.equal(await faultOf(end(how, draft)), 'commitment.over')
  assert.equal(await events(), before)
  assert.equal((await identities.commitments.get(draft))?.state, 'kept')
  assert.deepEqual(await identities.commitments.open([ana], 10), [])
  assert.equal(await faultOf(end('keep', 'cmt_nobody' as CommitmentId)), 'input.unknown')
})

test('what is over stays what it is, whatever happens', () => {
  for (const state of ['kept', 'dropped'] as const) {
    for (const happened of ['kept', 'dropped'] as const) {
      assert.equal(nextCommitment({ state, ended: 1 }, { happened, seq: 2 }), undefined)
      assert.deepEqual(nextCommitment({ state: 'open' }, { happened, seq: 2 }), { state: happened, ended: 2 })
    }
  }
})

test('the open ones come with the one that is due first in front, and those without a day last', async () => {
  const { identities, person } = company
  const ana = await person('Ana')
  const bo = await person('Bo')
  await promise(ana, 'some day')
  await promise(ana, 'in May', 60)
  await promise(bo, 'long ago', -9)
  await promise(ana, 'tomorrow', 1)
  assert.deepEqual(await words(await identities.commitments.open([ana, bo], 10)), [
    'long ago',
    'tomorrow',
    'in May',
    'some day',
  ])
  assert.deepEqual(await words(await identities.commitments.open([ana], 1)), ['tomorrow'])
  const [first] = await identities.commitments.due({ limit: 1 })
  const after = { dueAt: first!.dueAt!, id: first!.id }
  assert.deepEqual(await words(await identities.commitments.due({ after, limit: 10 })), [
    'tomorrow',
    'in May',
    'some day',
  ])
  company.clock.pass(1000)
  await promise(bo, 'some other day')
  const [, , , third] = await identities.commitments.due({ limit: 4 })
  const undated = { dueAt: null, id: third!.id }
  assert.deepEqual(await words(await identities.commitments.due({ after: undated, limit: 4 })), ['some other day'])
  const until = instant(start + 2 * day)
  assert.deepEqual(await words(await identities.commitments.due({ until, limit: 10 })), ['long ago', 'tomorrow'])
})

test('a commitment without words or without end is refused', async () => {
  const ana = await company.person('Ana')
  assert.equal(await faultOf(promise(ana, '  ')), 'input.invalid')
  assert.equal(await faultOf(promise(ana, 'x'.repeat(1001))), 'input.too-large')
  assert.equal(await faultOf(promise('idn_nobody' as IdentityId, 'x')), 'identity.unknown')
})

test('of any history, the journal alone gives the rows that are there', async () => {
  const { store, journal, person } = company
  const ana = await person('Ana')
  const steps = fc.array(fc.tuple(fc.constantFrom('make', 'keep', 'drop'), fc.nat(5)), { maxLength: 14 })
  await fc.assert(
    fc.asyncProperty(steps, async (history) => {
      const made: CommitmentId[] = []
      for (const [step, which] of history) {
        const id = made[which]
        if (step === 'make') made.push(await promise(ana, 'x'))
        else if (id !== undefined) await end(step as 'keep' | 'drop', id).catch(() => undefined)
      }
      const told = new Map<string, CommitmentState>()
      for (const event of await journal.page({ after: 0, limit: 1000, subject: ana })) {
        if (event.payload === null) continue
        if (event.kind === 'commitment.made') told.set(event.payload.commitment, { state: 'open' })
        if (event.kind !== 'commitment.kept' && event.kind !== 'commitment.dropped') continue
        const happened = event.kind === 'commitment.kept' ? 'kept' : 'dropped'
        const after = nextCommitment(told.get(event.payload.commitment)!, { happened, seq: event.seq })
        assert.ok(after, 'nothing is told twice')
        told.set(event.payload.commitment, after)
      }
      const rows = await store.read.selectFrom('commitments').selectAll().execute()
      assert.deepEqual(
        new Map(rows.map((row) => [row.id as string, row.state])),
        new Map([...told].map(([id, { state }]) => [id, state])),
      )
    }),
    { numRuns: 15 },
  )
})

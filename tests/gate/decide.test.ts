import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'vitest'
import type { Verdict } from '../../src/gate/gate.ts'
import type { GateReason } from '../../src/gate/gate-state.ts'
import type { GateId } from '../../src/values/id.ts'
import { contentHash } from '../../src/values/json.ts'
import { instant } from '../../src/values/time.ts'
import { faultOf, start } from '../identity/company.ts'
import { approved, newGate, openDesk, type TestDesk } from './desk.ts'

let desk: TestDesk
beforeEach(async () => {
  desk = await openDesk()
})
afterEach(() => desk.company.close())

const rejected: Verdict = { verdict: 'rejected', reason: 'off topic' }
const returned: Verdict = { verdict: 'returned', comment: 'shorter, please' }
const edited: Verdict = { verdict: 'edited', content: { subject: 'Hi', body: 'World' } }

test('an opened gate keeps its card in the journal and its binding in the row', async () => {
  const { company, open } = desk
  const readers = await company.audience()
  const gate = await open({ card: { recipients: { audience: readers, count: 12 } } })
  const row = await company.store.read.selectFrom('gates').selectAll().where('id', '=', gate).executeTakeFirstOrThrow()
  const content = { subject: 'Hello', body: 'World' }
  assert.equal(row.binding, contentHash({ content, actions: ['mail.send'], audience: readers }))
  assert.deepEqual([row.state, row.audience_id, row.max_recipients], ['open', readers, 12])
  const [event] = await company.journal.at([row.opened_seq])
  assert.equal(event?.kind === 'gate.opened' && event.payload?.card.ask, 'Approve the letter.')
})

test('opening a gate again changes nothing, answered or not', async () => {
  const { company, gates, open, run, decide } = desk
  const at = await run('r')
  const gate = await open({ at })
  await decide(gate, approved)
  const before = await company.events()
  await company.store.write((tx) => gates.open(tx, newGate(gate, at, { content: 'other' })))
  assert.equal(await company.events(), before)
  assert.equal(await company.store.write((tx) => gates.stateOf(tx, gate)), 'approved')
  assert.equal(await company.store.write((tx) => gates.stateOf(tx, 'gat_none' as GateId)), undefined)
})

test('a gate cannot cover what its card does not name', async () => {
  await assert.rejects(desk.open({ gate: { covers: ['mail.send', 'billing.charge'] } }), TypeError)
})

test('an approval covers the shown content, an edit the edited, and only for the named actions', async () => {
  const { company, gates, open, run, decide } = desk
  const at = await run('r')
  const first = await open({ at, card: { recipients: { count: 3 } } })
  const second = await open({ at, card: { content: null } })
  const third = await open({ at })
  await decide(first, edited)
  await decide(second, approved)
  await decide(third, rejected)
  const found = await company.store.write((tx) => gates.approvals(tx, at.run, 'mail.send'))
  assert.deepEqual(
    found.map((approval) => [approval.gate, approval.content, approval.covers, approval.maxRecipients, approval.at]),
    [
      [second, contentHash(null), ['mail.send'], null, start],
      [first, contentHash({ subject: 'Hi', body: 'World' }), ['mail.send'], 3, start],
    ],
  )
  const exact = await company.store.write((tx) => gates.approvals(tx, at.run, 'mail.send', contentHash(null)))
  assert.deepEqual(
    exact.map((approval) => approval.gate),
    [second],
  )
  assert.deepEqual(await company.store.write((tx) => gates.approvals(tx, at.run, 'billing.charge')), [])
  const other = await run('other')
  assert.deepEqual(await company.store.write((tx) => gates.approvals(tx, other.run, 'mail.send')), [])
})

test('the decision says what was approved or why not, with the origin of what was shown', async () => {
  const { company, open, decide } = desk
  const verdicts = [approved, edited, returned, rejected]
  const said: unknown[] = []
  for (const verdict of verdicts) {
    const gate = await open()
    const row = (await decide(gate, verdict)) as { state: string }
    assert.equal(row.state, 'open')
    const [event] = (await company.journal.page({ after: 0, limit: 100, kind: 'gate.decided' })).slice(-1)
    const payload = event?.kind === 'gate.decided' ? event.payload : undefined
    said.push([event?.origin, payload?.verdict, payload?.content, payload?.comment])
  }
  assert.deepEqual(said, [
    ['external', 'approved', { subject: 'Hello', body: 'World' }, null],
    ['external', 'edited', { subject: 'Hi', body: 'World' }, null],
    ['operator', 'returned', null, 'shorter, please'],
    ['operator', 'rejected', null, 'off topic'],
  ])
})

test('a gate is answered once, also when two answer at the same moment', async () => {
  const { open, decide } = desk
  const gate = await open()
  const ended = await Promise.allSettled([decide(gate, approved), decide(gate, rejected), decide(gate, edited)])
  assert.deepEqual(
    ended.map((end) => end.status),
    ['fulfilled', 'rejected', 'rejected'],
  )
  await assert.rejects(decide(gate, rejected), /gat_\w+ was approved already, at 2026-03-01T00:00:00Z/)
  assert.equal(await faultOf(decide(gate, rejected)), 'gate.decided')
})

test('a decision that is rolled back leaves the gate open', async () => {
  const { company, gates, open, decide } = desk
  const gate = await open()
  const broken = company.store.write(async (tx) => {
    await gates.decide(tx, gate, approved)
    throw new RangeError('the rest failed')
  })
  await assert.rejects(broken, RangeError)
  assert.equal(await company.store.write((tx) => gates.stateOf(tx, gate)), 'open')
  await decide(gate, rejected)
})

test('only content can be edited and only work can be sent back', async () => {
  const { open, decide } = desk
  const reasons: GateReason[] = ['review', 'policy', 'budget', 'doubt', 'graft', 'stale', 'undo']
  const table: Record<string, string[]> = {}
  for (const reason of reasons) {
    const answers: string[] = []
    for (const verdict of [edited, returned, rejected]) {
      const gate = await open({ card: { reason } })
      answers.push(
        await decide(gate, verdict).then(
          () => 'yes',
          () => faultOf(decide(gate, verdict)),
        ),
      )
    }
    await decide(await open({ card: { reason } }), approved)
    table[reason] = answers
  }
  assert.deepEqual(table, {
    review: ['yes', 'yes', 'yes'],
    policy: ['yes', 'yes', 'yes'],
    budget: ['gate.cannot-edit', 'gate.cannot-return', 'yes'],
    doubt: ['gate.cannot-edit', 'gate.cannot-return', 'yes'],
    graft: ['gate.cannot-edit', 'yes', 'yes'],
    stale: ['gate.cannot-edit', 'gate.cannot-return', 'yes'],
    undo: ['gate.cannot-edit', 'gate.cannot-return', 'yes'],
  })
})

test('an unknown gate is named only when it has the form of one', async () => {
  await assert.rejects(desk.decide('gat_none' as GateId, approved), /There is no gate called "gat_none"/)
  await assert.rejects(desk.decide('\u001b[2J' as GateId, approved), /There is no gate called "of that id"/)
})

test('what belongs together in a transaction of many is found by its event, not by the state of others', async () => {
  const { company, gates, open } = desk
  const at = await Promise.all(Array.from({ length: 20 }, (_, n) => open({ name: `g${n}`, card: { content: n } })))
  await Promise.all(at.map((gate) => company.store.write((tx) => gates.decide(tx, gate, approved))))
  const rows = await company.store.read.selectFrom('decisions').select(['gate_id', 'content_hash']).execute()
  const hashes = new Map(rows.map((row) => [row.gate_id, row.content_hash]))
  for (const [n, gate] of at.entries()) assert.equal(hashes.get(gate), contentHash(n))
})

test('a gate whose time is over takes no answer, swept or not; one that waits does', async () => {
  const { company, open, decide } = desk
  const dueAt = instant(start + 1000)
  const strict = await open({ card: { dueAt, otherwise: 'reject' } })
  const patient = await open({ card: { dueAt, otherwise: 'wait' } })
  company.clock.pass(1000)
  assert.equal(await faultOf(decide(strict, approved)), 'gate.expired')
  await decide(patient, approved)
})

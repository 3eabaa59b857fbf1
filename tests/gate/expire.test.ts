import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'vitest'
import { maxBatchOfGates } from '../../src/gate/gate.ts'
import type { GateId } from '../../src/values/id.ts'
import { instant } from '../../src/values/time.ts'
import { faultOf, start } from '../identity/company.ts'
import { approved, newGate, openDesk, type TestDesk } from './desk.ts'

let desk: TestDesk
beforeEach(async () => {
  desk = await openDesk()
})
afterEach(() => desk.company.close())

test('gates end at their time, never as an approval, and those that wait stay open', async () => {
  const { company, gates, open } = desk
  const at = (ms: number, otherwise: 'reject' | 'wait') => ({ card: { dueAt: instant(start + ms), otherwise } })
  await open(at(10, 'wait'))
  const late = await open(at(300, 'reject'))
  const early = await open(at(200, 'reject'))
  await open()
  assert.equal(await gates.nextDue(), start + 200)
  const expire = () => company.store.write((tx) => gates.expire(tx))
  assert.deepEqual(await expire(), [])
  company.clock.pass(200)
  assert.deepEqual(
    (await expire()).map((row) => [row.id, row.state]),
    [[early, 'open']],
  )
  assert.equal(await gates.nextDue(), start + 300)
  company.clock.pass(1000)
  assert.deepEqual(
    (await expire()).map((row) => row.id),
    [late],
  )
  assert.equal(await gates.nextDue(), undefined)
  assert.deepEqual(await expire(), [])
  const rows = await company.store.read.selectFrom('decisions').select(['verdict', 'by', 'content_hash']).execute()
  assert.deepEqual(
    rows.map((row) => [row.verdict, row.by, row.content_hash]),
    [
      ['expired', 'system', null],
      ['expired', 'system', null],
    ],
  )
  assert.equal(await faultOf(desk.decide(early, approved)), 'gate.decided')
})

test('an answer and the end of its time at one moment: one of them counts', async () => {
  const { company, gates, open, decide } = desk
  const gate = await open({ card: { dueAt: instant(start + 1), otherwise: 'reject' } })
  const answered = decide(gate, approved)
  company.clock.pass(5)
  const [answer, ended] = await Promise.allSettled([answered, company.store.write((tx) => gates.expire(tx))])
  const rows = await company.store.read.selectFrom('decisions').selectAll().execute()
  assert.equal(rows.length, 1)
  const expired = ended.status === 'fulfilled' ? ended.value.length : 0
  assert.equal(expired, answer.status === 'fulfilled' ? 0 : 1)
})

test('a flood of ended gates is worked off in pieces', async () => {
  const { company, gates, run } = desk
  const at = await run('r')
  const count = maxBatchOfGates + 5
  await company.store.write(async (tx) => {
    for (let n = 0; n < count; n += 1) {
      const card = { dueAt: instant(start), otherwise: 'reject' } as const
      await gates.open(tx, newGate(`gat_${n}` as GateId, at, card))
    }
  })
  const sizes: number[] = []
  while ((await gates.nextDue()) !== undefined) {
    sizes.push((await company.store.write((tx) => gates.expire(tx))).length)
  }
  assert.deepEqual(sizes, [maxBatchOfGates, 5])
})

import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'vitest'
import type { GateId } from '../../src/values/id.ts'
import { faultOf } from '../identity/company.ts'
import { approved, openDesk, type TestDesk } from './desk.ts'

let desk: TestDesk
beforeEach(async () => {
  desk = await openDesk()
})
afterEach(() => desk.company.close())

const batch = { card: { kind: 'batch' } } as const

test('gates of a batch are answered at once, each with a decision of its own', async () => {
  const { company, gates, open } = desk
  const ids = [await open(batch), await open(batch), await open(batch)]
  const rows = await company.store.write((tx) => gates.decideBatch(tx, [...ids, ids[0]!], approved))
  assert.deepEqual(
    rows.map((row) => row.id),
    ids,
  )
  const decisions = await company.store.read.selectFrom('decisions').select('verdict').execute()
  assert.deepEqual(
    decisions.map((row) => row.verdict),
    ['approved', 'approved', 'approved'],
  )
})

test('one that asks for a decision of its own stops the whole batch', async () => {
  const { company, gates, open } = desk
  const inBatch = await open(batch)
  const confirm = await open()
  const decide = (ids: GateId[]) => company.store.write((tx) => gates.decideBatch(tx, ids, approved))
  assert.equal(await faultOf(decide([inBatch, confirm])), 'gate.one-by-one')
  assert.equal(await faultOf(decide([inBatch, 'gat_none' as GateId])), 'input.unknown')
  assert.equal(await company.store.write((tx) => gates.stateOf(tx, inBatch)), 'open')
  await decide([inBatch])
  assert.equal(await faultOf(decide([inBatch])), 'gate.decided')
  assert.deepEqual(await decide([]), [])
})

test('a batch takes no edit and has a size', async () => {
  const { company, gates, open } = desk
  const gate = await open(batch)
  const edit = company.store.write((tx) => gates.decideBatch(tx, [gate], { verdict: 'edited', content: 1 }))
  assert.equal(await faultOf(edit), 'gate.cannot-edit')
  const many = Array.from({ length: 201 }, (_, n) => `gat_${n}` as GateId)
  assert.equal(await faultOf(company.store.write((tx) => gates.decideBatch(tx, many, approved))), 'input.too-large')
})

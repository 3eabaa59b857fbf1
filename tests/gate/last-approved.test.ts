import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'vitest'
import { approved, openDesk, type TestDesk } from './desk.ts'

let desk: TestDesk
beforeEach(async () => {
  desk = await openDesk()
})
afterEach(() => desk.company.close())

test('the last approved content of a task is that of the newest decision, after edits', async () => {
  const { company, gates, open, run, decide } = desk
  assert.equal(await gates.lastApproved('newsletter', 'edit'), undefined)
  const first = await open({ at: await run('a'), card: { content: 'first' } })
  company.clock.pass(10)
  const second = await open({ at: await run('b'), card: { content: 'second' } })
  const third = await open({ at: await run('c', 'invoice'), card: { content: 'invoice' } })
  const money = await open({ at: await run('d'), card: { content: 'money', reason: 'budget' } })
  await decide(second, approved)
  await decide(first, { verdict: 'edited', content: 'first, edited' })
  await decide(third, approved)
  await decide(money, approved)
  await decide(await open({ at: await run('e') }), { verdict: 'rejected', reason: 'no' })
  assert.equal((await gates.lastApproved('newsletter', 'edit'))?.content, 'first, edited')
  assert.equal((await gates.lastApproved('invoice', 'edit'))?.content, 'invoice')
  assert.equal(await gates.lastApproved('newsletter', 'draft'), undefined)
})

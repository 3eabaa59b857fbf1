import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'vitest'
import { derivedId } from '../../src/values/id.ts'
import { usd } from '../../src/values/money.ts'
import { days, instant } from '../../src/values/time.ts'
import { approved, openDesk, type TestDesk } from './desk.ts'

let desk: TestDesk
beforeEach(async () => {
  desk = await openDesk()
})
afterEach(() => desk.company.close())

test('no query of this folder walks through a table', async () => {
  const { company, gates, grants, open, run, decide } = desk
  const { store, clock } = company
  const at = await run('r')
  const card = { kind: 'batch', dueAt: instant(clock.now() + 5), otherwise: 'reject' } as const
  await decide(await open({ at, card }), approved)
  const [second] = [await open({ at, card }), await open({ at, card })]
  await store.write((tx) => gates.decideBatch(tx, [second], approved))
  await gates.nextDue()
  clock.pass(10)
  const subject = await company.person('Ana')
  await store.write(async (tx) => {
    assert.equal((await gates.expire(tx)).length, 1)
    await gates.stateOf(tx, second)
    await gates.approvals(tx, at.run, 'mail.send')
    await gates.approvals(tx, at.run, 'mail.send', 'hash')
    const asked = { action: 'x.y', subject, payee: 'acme' }
    const limits = { maxAmount: usd(1), maxUses: 1, lasts: days(1), externalOk: false, why: 'x' }
    const grant = await grants.give(tx, { ...asked, risk: 'chargeable', ...limits })
    const effectKey = derivedId('eff', 'x')
    const use = { ...asked, risk: 'chargeable', amount: usd(1), origin: 'system', effectKey } as const
    assert.equal(await grants.use(tx, use), grant)
    await grants.use(tx, { action: 'x.y', risk: 'outward', subject, origin: 'external', effectKey })
    await grants.withdraw(tx, grant)
  })
  await gates.lastApproved('newsletter', 'edit')
  await grants.list({ limit: 5, after: derivedId('grn', 'x') })
  const plans = company.plans()
  assert.ok(plans.length > 20)
  // The vault loads all secrets; what is read out of a subquery of bounded size is no table.
  const walks = plans.filter((line) => /^SCAN (?!secrets|r\b)/.test(line))
  assert.deepEqual(walks, [])
})

test('the partial indexes are taken by the queries they were made for', async () => {
  const { company, gates, open } = desk
  await open()
  await gates.nextDue()
  await company.store.write((tx) => gates.expire(tx))
  await company.store.write((tx) =>
    desk.grants.use(tx, {
      ...{ action: 'x.y', risk: 'outward', subject: 'idn_company' as never, origin: 'system' },
      effectKey: derivedId('eff', 'x'),
    }),
  )
  const plans = company.plans().join('\n')
  assert.equal(plans.match(/SEARCH gates USING INDEX gates_due \(due_at<\?\)/g)?.length, 1)
  assert.match(plans, /SEARCH gates USING INDEX gates_due \(due_at>\?\) -- select "due_at"/)
  assert.match(plans, /SEARCH grants USING INDEX grants_by_action \(action=\? AND expires_at>\?\)/)
})

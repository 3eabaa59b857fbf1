import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { type GatePolicy, type Requirement, requirement } from '../../src/gate/policy.ts'
import { effectKinds, type Risk, risks } from '../../src/values/risk.ts'

const order: Requirement[] = ['none', 'batch', 'confirm']

test('without a policy, risk alone says what an action requires', () => {
  const table: Record<Risk, Requirement> = {
    ...{ read: 'none', internal: 'none', outward: 'batch' },
    ...{ chargeable: 'confirm', contractual: 'confirm' },
  }
  for (const risk of risks) {
    for (const effect of effectKinds) assert.equal(requirement({ risk, effect, action: 'x.y' }), table[risk])
  }
})

test('a policy fits by action, by port or by risk, and the strictest that fits counts', () => {
  const ask = (...configPolicies: GatePolicy[]) =>
    requirement({ risk: 'outward', effect: 'reversible', action: 'mail.send', configPolicies })
  assert.equal(ask({ action: 'mail.send', requires: 'confirm' }), 'confirm')
  assert.equal(ask({ action: 'mail.*', requires: 'confirm' }), 'confirm')
  assert.equal(ask({ risk: 'outward', requires: 'none' }), 'none')
  assert.equal(ask({ requires: 'none' }, { action: 'mail.send', requires: 'confirm' }), 'confirm')
  for (const action of ['mail', 'mail.sen', 'mailer.*', 'send', '.*']) {
    assert.equal(ask({ action, requires: 'confirm' }), 'batch')
  }
})

test('no policy loosens what charges, binds or cannot be taken back, and each may tighten', () => {
  const policy = fc.record(
    {
      action: fc.constantFrom('mail.send', 'mail.*', 'x.y'),
      risk: fc.constantFrom(...risks),
      requires: fc.constantFrom(...order),
    },
    { requiredKeys: ['requires'] },
  )
  fc.assert(
    fc.property(
      fc.constantFrom(...risks),
      fc.constantFrom(...effectKinds),
      fc.array(policy),
      (risk, effect, configPolicies) => {
        const asked = { risk, effect, action: 'mail.send' }
        const usual = requirement(asked)
        const found = requirement({ ...asked, configPolicies })
        if (risk === 'chargeable' || risk === 'contractual') assert.equal(found, 'confirm')
        if (risk === 'outward' && effect === 'irreversible') assert.ok(order.indexOf(found) >= order.indexOf(usual))
        const strict = requirement({ ...asked, configPolicies: [...configPolicies, { requires: 'confirm' }] })
        assert.equal(strict, 'confirm')
      },
    ),
  )
})

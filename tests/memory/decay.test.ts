import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { decayed } from '../../src/memory/decay.ts'
import { tellingKinds } from '../../src/memory/texts.ts'
import { days } from '../../src/values/time.ts'

const kinds = fc.constantFrom<string>(...tellingKinds, 'something.new')

test('what is old weighs less, and never nothing', () => {
  fc.assert(
    fc.property(kinds, fc.nat(20_000), fc.nat(20_000), (kind, one, other) => {
      const [young, old] = [Math.min(one, other), Math.max(one, other)]
      assert.ok(decayed(kind, days(young)) >= decayed(kind, days(old)))
      assert.ok(decayed(kind, days(old)) >= 0.05 && decayed(kind, days(young)) <= 1)
    }),
  )
})

test('a fact and a promise weigh the same at any age, and the future is not more than now', () => {
  for (const kind of ['identity.fact-recorded', 'commitment.made']) assert.equal(decayed(kind, days(9999)), 1)
  assert.equal(decayed('interaction.recorded', days(-5)), 1)
})

test('a quarter old, a conversation weighs half of what it can lose', () => {
  assert.equal(decayed('interaction.recorded', days(90)), 0.1 + 0.9 / 2)
})

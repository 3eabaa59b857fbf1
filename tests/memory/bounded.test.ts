import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'vitest'
import { instant } from '../../src/values/time.ts'
import { openRemembering, type Remembering } from './company.ts'

let company: Remembering
beforeEach(async () => {
  company = await openRemembering()
})
afterEach(() => company.close())

test('no query of a snapshot walks through a table or sorts one', async () => {
  const ana = await company.person('Ana')
  const { facts, pins, commitments } = company.identities
  await company.store.write(async (tx) => {
    for (let count = 0; count < 600; count += 1)
      await facts.record(tx, { identity: ana, key: `k${count}`, value: 'blue', origin: 'operator' })
    await pins.pin(tx, { identity: ana, key: 'k3', origin: 'operator' })
    await commitments.make(tx, { identity: ana, by: 'us', what: 'x', dueAt: instant(9), origin: 'operator' })
    await commitments.make(tx, { identity: ana, by: 'us', what: 'y', origin: 'operator' })
  })
  await company.say(ana, 'Something blue.')
  const before = company.plans().length
  const { lines } = await company.memory.snapshot({ identity: ana, purpose: 'k5 and blue', budget: 4000 })
  assert.ok(lines.some((line) => line.text.startsWith('k5: blue')))
  // Whoever is merged walks up and down a tree of few.
  const plans = company.plans().slice(before)
  const bad = plans.filter(
    (line) => !line.includes('WITH RECURSIVE') && /^SCAN (?!secrets|events|retired)|TEMP B-TREE/.test(line),
  )
  assert.deepEqual(bad, [])
  assert.ok(plans.length > 5)
})

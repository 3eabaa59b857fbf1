import assert from 'node:assert/strict'
import { test } from 'vitest'
import { openBacklog } from '../../src/memory/distil/backlog.ts'
import { instant } from '../../src/values/time.ts'
import { openDistilling } from './company.ts'

test('no query of distilling walks or sorts a table that grows', async () => {
  const company = await openDistilling()
  const { person, say, learn, store, plans } = company
  const ana = await person('Ana')
  await say(ana, 'I am vegan.')
  await learn(ana)
  const backlog = openBacklog(store)
  await backlog.first()
  await backlog.identities(instant(8e15), 5)
  const bad = plans().filter((line) => /^SCAN (?!secrets|CONSTANT)|TEMP B-TREE/.test(line))
  assert.deepEqual(bad, [])
  await company.close()
})

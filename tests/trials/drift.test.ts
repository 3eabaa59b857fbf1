import { expect, onTestFinished, test } from 'vitest'
import { watchingDrift } from '../../src/os/trials/watching-drift.ts'
import { days } from '../../src/values/time.ts'
import { openTrial } from './company.ts'

// Turns that lead nowhere: an answer that misses its form would shut the account, and let all the others wait.
const lost = { tools: [{ name: 'nobody', input: {} }] }

test('a version that does worse than in the four weeks before is told once, and one that does the same is not', async () => {
  let failing = false
  const company = await openTrial((version) => (failing ? lost : { output: { body: `by v${version}` } }))
  onTestFinished(() => company.close())
  const chore = watchingDrift(company.kernel)
  const told = () => company.kernel.journal.page({ after: 0, limit: 100, kind: 'agent.drifting' })
  await chore.perform()
  await company.startAll(25)
  await company.clock.advance(days(28))
  await company.startAll(25)
  await chore.perform()
  expect(await told()).toEqual([])
  await company.clock.advance(days(28))
  failing = true
  await company.startAll(25)
  await chore.perform()
  await chore.perform()
  expect((await told()).map(({ payload }) => payload)).toEqual([
    expect.objectContaining({ agent: 'writer', version: 4, because: ['failure'], runs: 25 }),
  ])
})

test('what versions only practise hides no drift', async () => {
  let failing = false
  const company = await openTrial((version) => (failing ? lost : { output: { body: `by v${version}` } }))
  onTestFinished(() => company.close())
  const chore = watchingDrift(company.kernel)
  await company.startAll(30)
  await company.clock.advance(days(28))
  for (let at = 0; at < 20; at += 1)
    await company.call('agents.replay', { agent: 'writer', version: '4', runs: 30, limit: 10_000_000 })
  await company.os.idle()
  await company.clock.advance(days(1))
  failing = true
  await company.startAll(25)
  await chore.perform()
  const told = await company.kernel.journal.page({ after: 0, limit: 100, kind: 'agent.drifting' })
  expect(told.map(({ payload }) => payload)).toEqual([
    expect.objectContaining({ agent: 'writer', because: ['failure'] }),
  ])
})

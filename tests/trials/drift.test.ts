import { expect, onTestFinished, test } from 'vitest'
import { watchingDrift } from '../../src/os/trials/watching-drift.ts'
import { days } from '../../src/values/time.ts'
import { openTrial } from './company.ts'

test('a version that does worse than in the four weeks before is told once, and one that does the same is not', async () => {
  let failing = false
  const company = await openTrial((version) => (failing ? { text: 'nothing' } : { output: { body: `by v${version}` } }))
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

import { afterEach, expect, test } from 'vitest'
import { openTrial, type TrialCompany } from './company.ts'

let company: TrialCompany
afterEach(() => company?.close())

const fails = (version: number, share = 1, random = () => 0) =>
  version === 4 && random() < share ? { text: 'no answer at all' } : { output: { body: `by v${version}` } }

test('a canary takes its share from the others, and says how little it knows', async () => {
  company = await openTrial()
  const shown = await company.canary('4', 10)
  expect(shown.versions.map((one) => [one.version, one.share])).toEqual([
    [4, 10],
    [3, 90],
  ])
  await company.work(30)
  const [trial] = (await company.show()).trials
  expect(trial).toMatchObject({ kind: 'canary', version: 4, baseline: 3, share: 10, state: 'running', of: 600 })
  expect(trial?.says).toMatch(/^too little to tell: \d+ of at most 600 runs$/)
  const [failure] = trial!.measures
  expect(failure!.trial.runs + failure!.base.runs).toBe(30)
})

test('a version that fails is withdrawn by itself; the operator is told, and can take it back', async () => {
  company = await openTrial((version) => fails(version))
  await company.canary('4', 50)
  const runs = await company.work(100, async () => company.kernel.trials.open('writer') === undefined)
  expect(runs).toBeLessThan(60)
  const shown = await company.show()
  expect(shown.trials[0]).toMatchObject({ state: 'withdrawn', by: 'system', because: ['failure'] })
  expect(shown.history[0]).toMatchObject({ cause: 'withdraw', by: 'system' })
  expect(shown.history[0]?.why).toMatch(/^At trial, after \d+ runs: it fails more often$/)
  expect(shown.versions.map((one) => [one.version, one.share, one.withdrawn])).toEqual([
    [4, 0, true],
    [3, 100, false],
  ])
  const inbox = await company.call<{ trials: { says: string }[] }>('gates.list')
  expect(inbox.trials.map((one) => one.says)).toEqual([
    expect.stringContaining('withdrawn by itself: worse in failure'),
  ])
  const after = await company.run('write')
  expect(await company.body(after)).toBe('by v3')
  await company.call('releases.undo', { agent: 'writer', why: 'It was the provider' })
  expect((await company.show()).versions.map((one) => one.share)).toEqual([50, 50])
})

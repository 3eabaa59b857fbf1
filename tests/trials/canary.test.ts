import { afterEach, expect, test } from 'vitest'
import { Refusal } from '../../src/values/fault.ts'
import type { GateId, RunId } from '../../src/values/id.ts'
import { openAgain, openTrial, type TrialCompany } from './company.ts'

let company: TrialCompany
afterEach(() => company?.close())

const broken = (version: number) =>
  version === 4 ? { text: 'no answer at all' } : { output: { body: `by v${version}` } }
const faultOf = async (asked: Promise<unknown>) => {
  const error = await asked.then(
    () => undefined,
    (caught: unknown) => caught,
  )
  return error instanceof Refusal ? error.fault : undefined
}
const shares = async () => (await company.show()).versions.map((one) => [one.version, one.share])

test('a canary takes its share from the others, and says how little it knows', async () => {
  company = await openTrial()
  await company.canary('4', 10)
  expect(await shares()).toEqual([
    [4, 10],
    [3, 90],
  ])
  await company.work(12)
  const [trial] = (await company.show()).trials
  expect(trial).toMatchObject({ kind: 'canary', version: 4, baseline: 3, share: 10, state: 'running', of: 600 })
  expect(trial?.says).toMatch(/^too little to tell: \d+ of at most 600 runs$/)
  const [failure] = trial!.measures
  expect(failure!.trial.runs + failure!.base.runs).toBe(12)
})

test('a version that fails is withdrawn by itself; the operator is told, and can take it back', async () => {
  company = await openTrial(broken)
  await company.canary('4', 50)
  const before = await company.run('twice')
  const pinned = await company.pin(before)
  const runs = await company.work(100, () => company.kernel.trials.open('writer') === undefined)
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
  // No new run takes it, and no run changed hands on its way.
  for (let at = 0; at < 6; at += 1) expect(await company.body(await company.run('write'))).toBe('by v3')
  expect(await company.pin(before)).toBe(pinned)
  await company.call('releases.undo', { agent: 'writer', why: 'It was the provider' })
  expect(await shares()).toEqual([
    [4, 50],
    [3, 50],
  ])
})

test('what the operator says of the work counts for the version that made it, when it is said', async () => {
  company = await openTrial((version) => ({ output: { body: `one two three by v${version}` } }))
  await company.canary('4', 50)
  const pins = new Map<RunId, string | undefined>()
  const runs = Array.from({ length: 8 }, (_none, at) => company.os.start('twice', { about: `${at}` }, 'operator'))
  for (const run of await Promise.all(runs)) pins.set(run, await company.pin(run))
  await company.os.idle()
  const gates = await company.gates()
  for (const [at, { id }] of gates.entries()) {
    if (at === 0) await company.os.decide(id, { verdict: 'edited', content: { body: 'one two four' } })
    else if (at === 1) await company.os.decide(id, { verdict: 'returned', comment: 'Shorter' })
    else await company.os.decide(id as GateId, { verdict: 'approved' })
  }
  await company.judge()
  const rows = await company.kernel.store.read.selectFrom('trial_observations').selectAll().execute()
  const said = rows.filter(({ measure }) => measure === 'edit' || measure === 'rejection')
  expect(said.filter(({ measure, value }) => measure === 'rejection' && value === 1)).toHaveLength(1)
  const edit = said.find(({ measure, value }) => measure === 'edit' && value > 0)
  expect(edit?.value).toBe(0.5)
  const [trial] = await company.os.trials.history('writer')
  for (const { run_id, arm } of said) expect(arm).toBe(pins.get(run_id) === trial?.hash ? 'trial' : 'base')
})

test('one trial of an agent at a time; promoting, releasing otherwise and stopping end it', async () => {
  company = await openTrial()
  await company.canary('4', 10)
  const again = await faultOf(company.canary('4', 20))
  expect([again?.code, again?.message]).toEqual([
    'release.not-possible',
    'writer cannot be put on trial: it is at trial already (canary).',
  ])
  const say = (name: string, input: object = {}) => company.call(name, { agent: 'writer', why: 'a test', ...input })
  // Other shares of the same two versions change nothing of the comparison.
  await say('releases.set', {
    shares: [
      { version: '3', share: 70 },
      { version: '4', share: 30 },
    ],
  })
  expect(company.kernel.trials.open('writer')?.state).toBe('running')
  await say('releases.promote', { version: '4' })
  expect((await company.show()).trials[0]).toMatchObject({ state: 'promoted', by: 'operator' })
  expect(await shares()).toEqual([
    [4, 100],
    [3, 0],
  ])
  await company.canary('3', 5)
  await say('releases.stop')
  expect((await company.show()).trials[0]).toMatchObject({ state: 'stopped', by: 'operator' })
  expect(await shares()).toEqual([
    [4, 100],
    [3, 0],
  ])
  expect((await faultOf(say('releases.stop')))?.code).toBe('release.not-possible')
})

test('a trial goes on where it stood when the process died', async () => {
  company = await openTrial()
  await company.canary('4', 50)
  await company.work(10)
  const [before] = (await company.show()).trials
  await company.close()
  company = await openAgain(company.folder)
  await company.judge()
  expect((await company.show()).trials[0]).toEqual(before)
  await company.work(2)
  const [after] = (await company.show()).trials
  expect(after!.measures[0]!.trial.runs + after!.measures[0]!.base.runs).toBe(12)
})

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { minutes, seconds } from '../../src/values/time.ts'
import { typeAt } from '../cli/type-at.ts'
import { openAgain, openTrial, type TrialCompany } from './company.ts'

let company: TrialCompany
afterEach(() => company?.close())

const say = (name: string, input: object = {}) =>
  company.call<{ trial: { id: string; resumed: boolean } | null }>(name, {
    agent: 'writer',
    why: 'a test',
    ...input,
  })
const trial = async () => (await company.show()).trials[0]!
const shares = async () => (await company.show()).versions.map((one) => [one.version, one.share])
const seen = async () => {
  const { measures } = await trial()
  return measures[0]!.trial.runs + measures[0]!.base.runs
}

test('taking a promotion back lets the trial go on where it stood, with all that it has shown', async () => {
  company = await openTrial()
  await company.canary('4', 50)
  await company.work(10)
  const before = await trial()
  await company.clock.advance(seconds(1))
  await say('releases.promote', { version: '4' })
  await company.work(5)
  await company.clock.advance(seconds(1))
  expect((await say('releases.undo')).trial).toEqual({ id: before.id, resumed: true })
  expect(await trial()).toEqual(before)
  expect(await shares()).toEqual([
    [4, 50],
    [3, 50],
  ])
  // It is judged on from there, also by the process after this one.
  await company.close()
  company = await openAgain(company.folder)
  await company.clock.advance(minutes(1))
  await company.work(4)
  expect(await seen()).toBe(14)
})

test('a run that began while its version was promoted is not compared', async () => {
  company = await openTrial()
  await company.canary('4', 50)
  await company.clock.advance(seconds(1))
  await say('releases.promote', { version: '4' })
  await company.os.start('write', { about: 'tea' }, 'operator')
  await company.clock.advance(seconds(1))
  await say('releases.undo')
  await company.os.idle()
  expect(await seen()).toBe(0)
})

test('what was proposed is proposed again', async () => {
  company = await openTrial()
  await company.canary('4', 50)
  const { kernel } = company
  const open = kernel.trials.open('writer')!
  const proposed = { to: 'proposed', by: 'system', version: 4, because: ['cost'], runs: 80 } as const
  await kernel.store.write((tx) => kernel.trials.move(tx, open, proposed))
  for (let times = 0; times < 2; times += 1) {
    await say('releases.promote', { version: '4' })
    await say('releases.undo')
    expect(await trial()).toMatchObject({ state: 'proposed', because: ['cost'] })
  }
  const inbox = await company.call<{ trials: { version: number }[] }>('gates.list')
  expect(inbox.trials.map(({ version }) => version)).toEqual([4])
})

test('a shadow that was promoted looks on again, out of the same purse', async () => {
  company = await openTrial()
  await say('releases.shadow', { version: '4', limit: 10_000_000 })
  await say('releases.promote', { version: '4' })
  expect((await say('releases.undo')).trial?.resumed).toBe(true)
  expect(await trial()).toMatchObject({ kind: 'shadow', state: 'running', limit: 10_000_000 })
  await company.work(1)
  await company.judge()
  await company.os.idle()
  await company.judge()
  expect(await seen()).toBe(2)
})

test('a release that ended no trial brings none back, and none goes on beside another', async () => {
  company = await openTrial()
  await company.canary('4', 50)
  const { id } = await trial()
  await say('releases.promote', { version: '4' })
  await company.canary('3', 5)
  const { store, trials } = company.kernel
  const first = (await trials.history('writer')).find((one) => one.id === id)!
  const back = { to: 'running', version: 4, because: [], runs: 0 } as const
  expect(await store.write((tx) => trials.resume(tx, first, back))).toBe(false)
  expect((await say('releases.undo')).trial).toBeNull()
  expect((await trial()).state).toBe('stopped')
  // And one more back, where the other was at trial.
  expect((await say('releases.undo')).trial).toEqual({ id, resumed: true })
})

test('what the system has withdrawn stays ended, and the answer says so', async () => {
  company = await openTrial((version) => (version === 4 ? { text: 'nothing' } : { output: { body: 'by v3' } }))
  await company.canary('4', 50)
  await company.work(100, () => company.kernel.trials.open('writer') === undefined)
  writeFileSync(join(company.folder, 'soloist.config.ts'), '')
  const said = await typeAt(company, ['release', 'undo', 'writer', '--why', 'It was the provider'])
  expect(said.out).toContain('The trial that it ended stays ended.\nNext: soloist release canary writer VERSION')
  expect((await trial()).state).toBe('withdrawn')
  await say('releases.set', { shares: [{ version: '3', share: 100 }] })
  await company.canary('4', 50)
  await say('releases.stop')
  const again = await typeAt(company, ['release', 'undo', 'writer', '--why', 'Let it go on'])
  expect(again.out).toContain('The trial that it ended goes on, with all that it has shown.')
})

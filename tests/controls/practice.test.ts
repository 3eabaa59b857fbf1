import { expect, test } from 'vitest'
import { judging } from '../../src/os/trials/judging.ts'
import { type Reply, scriptedModel } from '../../src/testing/scripted-model.ts'
import type { RunId } from '../../src/values/id.ts'
import { usd } from '../../src/values/money.ts'
import { minutes } from '../../src/values/time.ts'
import { openWith, saysVersion, writeEval } from '../evals/company.ts'
import { lived, writer } from '../releases/company.ts'

type Company = Awaited<ReturnType<typeof openWith>>

const control = (company: Company, scope: string, rule: object) =>
  company.call<{ id: string }>('controls.set', { scope, rule, why: 'a test' })
const throttle = (company: Company, runs: number) => control(company, 'company', { kind: 'throttle', runs })
const stateOf = async ({ kernel }: Company, run: RunId) => (await kernel.readRun(run)).state
const startEval = (company: Company) =>
  company.os.evals.start({ eval: 'says', answers: 'models', record: false, limit: usd(1) })

test('evals and replays use up no run of an hour, and wait for none', async () => {
  const company = await openWith()
  writeEval(company.folder, saysVersion('v4'))
  await company.run('write')
  await throttle(company, 2)
  for (let times = 0; times < 2; times += 1) expect(await company.evaluate()).toMatchObject({ verdict: 'passed' })
  await company.call('agents.replay', { agent: 'writer', version: '4', runs: 1 })
  await company.os.idle()
  expect(await stateOf(company, await company.run('write'))).toBe('done')
  // Two of work in this hour: a third waits, and practice still does not.
  expect(await stateOf(company, await company.run('write'))).toBe('running')
  expect(await company.evaluate()).toMatchObject({ verdict: 'passed' })
  const { runs } = await company.call<{ runs: RunId[] }>('agents.replay', { agent: 'writer', version: '4', runs: 1 })
  await company.os.idle()
  expect(await stateOf(company, runs[0]!)).toBe('done')
})

test('a throttle that is narrowed while practice is under way counts only work', async () => {
  const company = await openWith()
  writeEval(company.folder, saysVersion('v4'))
  await company.evaluate()
  await company.evaluate()
  await throttle(company, 1)
  const run = await company.run('write')
  expect(await stateOf(company, run)).toBe('done')
  const next = await company.os.start('write', { about: 'tea' }, 'operator')
  await company.evaluate()
  await throttle(company, 2)
  await company.os.idle()
  expect(await stateOf(company, next)).toBe('done')
})

test('what practice spends counts in an hour of dollars', async () => {
  const model = scriptedModel(() => ({ output: { body: 'v4' }, usage: { tokensIn: 10, tokensOut: 10 } }), {
    price: { perMillionIn: usd(1), perMillionOut: usd(100) },
  })
  const company = await openWith({ model })
  writeEval(company.folder, saysVersion('v4'))
  const { cost } = await company.evaluate()
  const worst = await company.kernel.store.read.selectFrom('reservations').select('amount').executeTakeFirstOrThrow()
  await control(company, 'company', { kind: 'throttle', runs: null, usd: worst.amount + cost - 1 })
  expect(await stateOf(company, await company.run('write'))).toBe('running')
})

test('a stop stops an eval too, and so does a pause', async () => {
  const company = await openWith()
  writeEval(company.folder, saysVersion('v4'))
  const stop = await control(company, 'company', { kind: 'stop' })
  const { run } = await startEval(company)
  await company.os.idle()
  expect([await company.os.evals.result(run), company.model.calls.length]).toEqual([null, 0])
  await company.os.pause('a test')
  await company.call('controls.lift', { control: stop.id })
  await company.os.idle()
  expect([await company.os.evals.result(run), company.model.calls.length]).toEqual([null, 0])
  await company.os.resume('on')
  await company.os.idle()
  expect(await company.os.evals.result(run)).toMatchObject({ verdict: 'passed' })
})

test('under a downgrade an eval still asks the tier of the version, and its judge; work does not', async () => {
  const answer =
    (tier: string) =>
    ({ prompt }: { readonly prompt: string }): Reply =>
      prompt.includes('Be kind.') ? { output: { score: 1, reason: tier } } : { output: { body: `v4 by ${tier}` } }
  const standard = scriptedModel(answer('standard'), { name: 'one/standard' })
  const cheap = scriptedModel(answer('cheap'), { name: 'one/cheap' })
  const company = await openWith({ models: { standard: [standard], cheap: [cheap] } })
  const kind = "cases: [{ name: 'tea', input: { about: 'tea' } }], scorers: [rubric({ criteria: 'Be kind.' })]"
  writeEval(company.folder, `${kind}, pass: { mean: 1 }`)
  await control(company, 'company', { kind: 'downgrade', tier: 'cheap' })
  expect(await company.evaluate()).toMatchObject({ verdict: 'passed', cases: [{ scores: [{ reason: 'standard' }] }] })
  expect([standard.calls.length, cheap.calls.length]).toEqual([2, 0])
  expect(await company.body(await company.run('write'))).toBe('v4 by cheap')
})

test('under a downgrade a replay asks the tier of the version, and a shadow does as the work beside it', async () => {
  const answer = (tier: string) => (): Reply => ({ output: { body: `by ${tier}` } })
  const standard = scriptedModel(answer('standard'), { name: 'one/standard' })
  const cheap = scriptedModel(answer('cheap'), { name: 'one/cheap' })
  const folder = await lived([writer(3), writer(4)])
  const company = await openWith({ folder, models: { standard: [standard], cheap: [cheap] } })
  // The latest is what is replayed.
  await company.clock.advance(minutes(1))
  await company.run('write')
  await control(company, 'company', { kind: 'downgrade', tier: 'cheap' })
  const { replay } = await company.call<{ replay: string }>('agents.replay', { agent: 'writer', version: '4', runs: 1 })
  await company.os.idle()
  expect(await company.call('agents.replayed', { replay })).toMatchObject({ states: { same: 1 } })
  expect([standard.calls.length, cheap.calls.length]).toEqual([2, 0])
  await company.call('releases.shadow', { agent: 'writer', version: '3', limit: 10_000_000, why: 'a try' })
  await company.run('write')
  const chore = judging(company.kernel, () => undefined)
  while ((await chore.nextDue()) !== undefined) await chore.perform()
  await company.os.idle()
  expect([standard.calls.length, cheap.calls.length]).toEqual([2, 2])
})

import { afterEach, expect, test } from 'vitest'
import type { ReplayPlan } from '../../src/os/trials/replay.ts'
import type { Replayed } from '../../src/os/trials/replayed.ts'
import { seconds } from '../../src/values/time.ts'
import { openTrial, type TrialCompany } from './company.ts'

let company: TrialCompany
afterEach(() => company?.close())

const replay = (more: object = {}) =>
  company.call<ReplayPlan>('agents.replay', { agent: 'writer', version: '3', runs: 10, ...more })

test('a version does the last tasks again, and what it would have changed is listed', async () => {
  company = await openTrial((version, prompt) => ({
    output: { body: prompt.includes('coffee') ? 'the same' : `by v${version}` },
  }))
  await company.clock.advance(seconds(1))
  await company.run('write', 'coffee')
  await company.clock.advance(seconds(1))
  const last = await company.run('write', 'tea')
  const plan = await replay({ runs: 2, limit: 1_000_000 })
  expect(plan).toMatchObject({ tasks: 2, skipped: 0, limit: 1_000_000 })
  expect(plan.estimate).toBeGreaterThan(0)
  await company.os.idle()
  const report = await company.call<Replayed>('agents.replayed', { replay: plan.replay! })
  expect(report.states).toMatchObject({ same: 1, changed: 1 })
  const changed = report.items.find(({ state }) => state === 'changed')
  expect(changed).toMatchObject({ run: last, before: { version: 4, fault: null }, after: { version: 3 }, edited: 0.5 })
  expect(changed?.differences).toEqual([expect.objectContaining({ part: 'body', before: 'by v4', after: 'by v3' })])
  expect(report.spent).toBeGreaterThan(0)
  const runs = await company.call<{ items: { workflow: string }[] }>('runs.list')
  expect(new Set(runs.items.map((run) => run.workflow))).toEqual(new Set(['write']))
})

test('a dry run says what it would cost and does nothing', async () => {
  company = await openTrial()
  const asked = company.model.calls.length
  expect(await replay({ dryRun: true })).toMatchObject({ replay: null, tasks: 2, runs: [] })
  await company.os.idle()
  expect(company.model.calls.length).toBe(asked)
})

test('what it may cost is a limit that it never passes', async () => {
  company = await openTrial()
  const plan = await replay({ limit: 1 })
  await company.os.idle()
  const report = await company.call<Replayed>('agents.replayed', { replay: plan.replay! })
  expect(report.states).toMatchObject({ failed: 2 })
  expect(report.items.map(({ after }) => after?.fault)).toEqual(['budget.exhausted', 'budget.exhausted'])
  expect(report.spent).toBe(0)
})

test('a replay that is cancelled keeps what was done and does no more', async () => {
  company = await openTrial()
  const plan = await replay()
  const cancelled = await company.call('agents.cancelReplay', { replay: plan.replay!, why: 'enough' })
  expect(cancelled).toMatchObject({ cancelled: 2 })
  const asked = company.model.calls.length
  await company.os.idle()
  expect(company.model.calls.length).toBe(asked)
  expect((await company.call<Replayed>('agents.replayed', { replay: plan.replay! })).states.cancelled).toBe(2)
})

import { APICallError } from '@ai-sdk/provider'
import { expect, test } from 'vitest'
import { hours, pure } from '../../src/index.ts'
import { type Reply, scriptedModel } from '../../src/testing/scripted-model.ts'
import { usd } from '../../src/values/money.ts'
import { Given, Text } from '../releases/company.ts'
import { openWith, saysVersion, writeEval } from './company.ts'

const cache = { maxAge: hours(2), across: 'company' } as const
const rules = pure({ name: 'rules', does: 'Writes.', input: Given, output: Text, run: () => ({ body: 'v4 by rules' }) })
const gone: Reply = { error: new APICallError({ message: 'no', url: 'x', requestBodyValues: {}, statusCode: 429 }) }

async function open(more: Parameters<typeof openWith>[0]) {
  const provider = { down: false }
  const model = scriptedModel(({ index }) => (provider.down ? gone : { output: { body: `v4 ${index + 1}` } }))
  const company = await openWith({ model, ...more })
  writeEval(company.folder, saysVersion('v4'))
  const seat = async () => {
    const { run } = await company.os.evals.start({ eval: 'says', answers: 'models', record: false, limit: usd(1) })
    await company.os.idle()
    return run
  }
  const work = async () => {
    const run = await company.os.start('write', { about: 'tea' }, 'external')
    await company.os.idle()
    return run
  }
  return { company, provider, seat, work }
}

test('while nobody answers an eval waits: neither what was kept nor its rules sit it for a version', async () => {
  for (const more of [{ cache }, { fallback: rules }]) {
    const { company, provider, seat, work } = await open({ more })
    expect(await company.body(await work())).toBe('v4 1')
    provider.down = true
    const run = await seat()
    expect(await company.os.evals.result(run)).toBeNull()
    expect((await company.kernel.readRun(run)).state).toBe('running')
    provider.down = false
    await company.clock.advance(hours(1))
    await company.os.idle()
    expect(await company.os.evals.result(run)).toMatchObject({ verdict: 'passed' })
  }
})

test('what is said at an eval stands in for nobody', async () => {
  const { company, provider, seat, work } = await open({ more: { cache } })
  await seat()
  expect(await company.kernel.store.read.selectFrom('answers').selectAll().execute()).toEqual([])
  provider.down = true
  expect(await company.body(await work())).toBeUndefined()
})

test('nor does a replay go on by rules', async () => {
  const { company, provider, work } = await open({ more: { fallback: rules } })
  await work()
  provider.down = true
  const { replay } = await company.call<{ replay: never }>('agents.replay', { agent: 'writer', version: '4', runs: 1 })
  await company.os.idle()
  expect(await company.call('agents.replayed', { replay })).toMatchObject({ states: { waiting: 1 } })
})

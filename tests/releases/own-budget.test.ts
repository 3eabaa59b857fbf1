import { expect, test } from 'vitest'
import { usd } from '../../src/index.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'
import { openWith, refusal, saysVersion, writeEval } from '../evals/company.ts'
import { lived, writer } from './company.ts'

// The worst case of a turn is some 0.1 dollars; less than 0.0256 pay no answer.
const price = { perMillionIn: usd(1), perMillionOut: usd(100) }
const model = () => scriptedModel(() => ({ output: { body: 'v4' } }), { price })

test('a version that takes a task over has its own budget for it, not what is left of the one before', async () => {
  const folder = await lived([writer(4, { budget: { cost: usd(1) } })])
  const before = await openWith({ folder, version: 3, more: { budget: { cost: usd(0.01) } }, model: model() })
  const run = await before.run('write')
  expect((await before.gates()).map(({ reason }) => reason)).toEqual(['budget'])
  await before.os.moveVersion(run, 'writer', '4', 'it may spend more')
  await before.os.idle()
  expect(await before.body(run)).toBe('v4')
})

test('in an eval nobody is asked for more than a version may spend', async () => {
  const company = await openWith({ more: { budget: { cost: usd(0.01), whenSpent: 'ask' } }, model: model() })
  writeEval(company.folder, saysVersion('v4'))
  expect((await refusal(company.evaluate({ limit: usd(5) }))).code).toBe('budget.exhausted')
  expect(await company.gates()).toEqual([])
})

test('what the fault of a spent budget tells the operator to do helps', async () => {
  const company = await openWith({ more: { budget: { cost: usd(0.01), whenSpent: 'stop' } }, model: model() })
  const run = await company.run('write')
  const { id } = await company.kernel.store.read.selectFrom('tasks').select('id').executeTakeFirstOrThrow()
  const failed = (await company.kernel.journal.page({ after: 0, limit: 100, run })).find(
    (event) => event.kind === 'task.failed',
  )
  expect(failed?.payload?.fault.next).toContain(`soloist budget set agent:${id} `)
  await company.call('budgets.set', { scope: `agent:${id}`, limit: usd(1) })
  await company.os.retry(id)
  await company.os.idle()
  expect(await company.body(run)).toBe('v4')
})

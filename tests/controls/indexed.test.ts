import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { keptSchema } from '../../scripts/dump-schema.ts'
import { usd } from '../../src/index.ts'
import { unindexed } from '../../src/testing/index-check.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'
import { hours } from '../../src/values/time.ts'
import { openControlled } from './company.ts'

test('no query about controls, or about what they allow, walks through what grows', async () => {
  const sqls = new Set<string>()
  const model = scriptedModel(() => ({ output: { body: 'fine' } }), {
    name: 'one/model',
    price: { perMillionIn: usd(1), perMillionOut: usd(100) },
  })
  const company = await openControlled({ models: { quality: [model] } }, { onQuery: (sql) => sqls.add(sql) })
  const { id } = await company.control('company', { kind: 'throttle', runs: 1, usd: 150_000 })
  await company.control('workflow:letters', { kind: 'throttle', runs: 2, usd: 150_000 })
  await company.control('agent:writer', { kind: 'throttle', usd: 150_000 })
  await company.control('provider:one', { kind: 'throttle', usd: 150_000 })
  for (const name of ['letters', 'letters', 'letters', 'talk']) await company.start(name)
  await company.pass(hours(2))
  await company.call('controls.lift', { control: id })
  await company.os.idle()
  await company.call('controls.list', { history: true })
  await company.call('budgets.forecast')
  await company.call('runs.list')
  await company.close()
  await openControlled({ models: { quality: [model] } }, { ...company, onQuery: (sql) => sqls.add(sql) })
  const connection = new DatabaseSync(':memory:')
  onTestFinished(() => connection.close())
  connection.exec(keptSchema())
  expect([...sqls].filter((sql) => sql.includes('"admissions"')).length).toBeGreaterThan(6)
  // What was claimed when a company opens is given back whole, once.
  const ours = [...sqls].filter((sql) => !sql.startsWith('update "tasks" set "lease_until"'))
  expect(unindexed(connection, ours)).toEqual([])
})

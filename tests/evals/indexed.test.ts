import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { keptSchema } from '../../scripts/dump-schema.ts'
import { unindexed } from '../../src/testing/index-check.ts'
import type { GateId } from '../../src/values/id.ts'
import { usd } from '../../src/values/money.ts'
import { echo, flows, lived, openIn, writer } from '../releases/company.ts'
import { saysVersion, writeEval } from './company.ts'

test('no query about evals and confidence walks through what grows', async () => {
  const sqls = new Set<string>()
  const folder = await lived([writer(3), writer(4)])
  const company = await openIn(folder, { workflows: flows(writer(4)) }, echo(), (sql) => sqls.add(sql))
  onTestFinished(() => company.close())
  writeEval(folder, saysVersion('v4'))
  const { run } = await company.os.evals.start({ eval: 'says', answers: 'models', record: false, limit: usd(1) })
  await company.os.idle()
  await company.os.evals.result(run)
  await company.os.evals.list()
  await company.os.release('writer', [{ version: '4', share: 100 }], 'it passes')
  await company.os.release('writer', [{ version: '3', share: 100 }], 'it worked')
  await company.run('twice')
  const { confirm } = await company.call<{ confirm: { id: GateId }[] }>('gates.list')
  await company.os.decide(confirm[0]!.id, { verdict: 'approved' })
  await company.call('agents.confidence', { agent: 'writer' })
  const connection = new DatabaseSync(':memory:')
  onTestFinished(() => connection.close())
  connection.exec(keptSchema())
  for (const table of ['eval_results', 'confidence_points', 'pins'])
    expect([...sqls].filter((sql) => sql.includes(`"${table}"`)).length, table).toBeGreaterThan(1)
  expect(unindexed(connection, sqls)).toEqual([])
})

import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { keptSchema } from '../../scripts/dump-schema.ts'
import { unindexed } from '../../src/testing/index-check.ts'
import type { GateId } from '../../src/values/id.ts'
import { echo, flows, lived, openIn, writer } from './company.ts'

test('no query about versions and releases walks through what grows', async () => {
  const sqls = new Set<string>()
  const folder = await lived([writer(3), writer(4)])
  const company = await openIn(folder, { workflows: flows(writer(4)) }, echo(), (sql) => sqls.add(sql))
  onTestFinished(() => company.close())
  const say = (name: string, input: object = {}) => company.call(name, { agent: 'writer', why: 'a test', ...input })
  await say('releases.set', { shares: [{ version: '4', share: 100 }] })
  const run = await company.run('twice')
  await say('releases.withdraw', { version: '4' })
  const inbox = await company.call<{ confirm: { id: GateId }[] }>('gates.list')
  await company.os.decide(inbox.confirm[0]!.id, { verdict: 'approved' })
  await company.os.idle()
  await say('releases.move', { run, version: '3' })
  await company.os.idle()
  await say('releases.undo')
  await company.call('agents.list')
  await company.call('agents.show', { agent: 'writer', version: '4' })
  await company.call('agents.diff', { agent: 'writer', from: '3', to: '4' })
  await company.call('releases.show', { agent: 'writer' })
  const connection = new DatabaseSync(':memory:')
  onTestFinished(() => connection.close())
  connection.exec(keptSchema())
  expect([...sqls].filter((sql) => sql.includes('"releases"')).length).toBeGreaterThan(1)
  expect(unindexed(connection, sqls)).toEqual([])
})

import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { keptSchema } from '../../scripts/dump-schema.ts'
import { unindexed } from '../../src/testing/index-check.ts'
import type { GateId } from '../../src/values/id.ts'
import { openTrial } from './company.ts'

test('no query about trials and replays walks through what grows', async () => {
  const sqls = new Set<string>()
  const company = await openTrial(undefined, {}, (sql) => sqls.add(sql))
  onTestFinished(() => company.close())
  const say = (name: string, input: object = {}) => company.call(name, { agent: 'writer', why: 'a test', ...input })
  await company.canary('4', 50)
  await company.run('twice')
  const inbox = await company.call<{ confirm: { id: GateId }[] }>('gates.list')
  await company.os.decide(inbox.confirm[0]!.id, { verdict: 'approved' })
  await company.work(1)
  await say('releases.stop')
  await say('releases.shadow', { version: '4', limit: 10_000_000 })
  await company.work(1)
  await company.judge()
  await company.os.idle()
  await company.judge()
  const [trial] = (await company.show()).trials
  await company.call('agents.replayed', { replay: trial!.id })
  await company.call('gates.list')
  await say('releases.promote', { version: '4' })
  const replay = await company.call<{ replay: string }>('agents.replay', { agent: 'writer', version: '3', runs: 2 })
  await company.os.idle()
  await company.call('agents.cancelReplay', { replay: replay.replay, why: 'a test' })
  await company.call('agents.replays', { agent: 'writer' })
  await company.call('agents.replays', { cursor: replay.replay })
  const connection = new DatabaseSync(':memory:')
  onTestFinished(() => connection.close())
  connection.exec(keptSchema())
  expect([...sqls].filter((sql) => sql.includes('"trial_observations"')).length).toBeGreaterThan(1)
  expect(unindexed(connection, sqls)).toEqual([])
})

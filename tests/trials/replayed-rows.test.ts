import { expect, onTestFinished, test } from 'vitest'
import { seconds } from '../../src/values/time.ts'
import { kept, replayed } from '../replay/replay.ts'
import { openTrial } from './company.ts'

test('replaying the events of trials, shadows and replays gives the rows that are there', async () => {
  const company = await openTrial()
  onTestFinished(() => company.close())
  const say = (name: string, input: object) => company.call(name, { agent: 'writer', why: 'a test', ...input })
  await company.canary('4', 50)
  await company.work(4)
  await say('releases.stop', {})
  await say('releases.shadow', { version: '4', limit: 10_000_000 })
  await company.work(2)
  await company.judge()
  await company.os.idle()
  await say('releases.promote', { version: '4' })
  await company.clock.advance(seconds(1))
  await say('releases.undo', {})
  await say('releases.promote', { version: '4' })
  await company.call('agents.replay', { agent: 'writer', version: '3', runs: 3, liveReads: true })
  await company.os.idle()
  const rows = await kept(company.kernel)
  expect([rows.trials, rows.replays, rows.repeats].map((some) => some.length)).toEqual([2, 1, 5])
  expect(await replayed(company.kernel)).toEqual(rows)
})

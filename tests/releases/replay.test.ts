import { expect, onTestFinished, test } from 'vitest'
import { foldDrawn } from '../replay/fold-releases.ts'
import { kept, replayed } from '../replay/replay.ts'
import { readJournal } from '../replay/told.ts'
import { flows, lived, openIn, writer } from './company.ts'

test('replaying the events of releases, withdrawals and moves gives the rows that are there', async () => {
  const company = await openIn(await lived([writer(3), writer(4)]), { workflows: flows(writer(4)) })
  onTestFinished(() => company.close())
  const say = (name: string, input: object) => company.call(name, { agent: 'writer', why: 'a test', ...input })
  await say('releases.set', {
    shares: [
      { version: '3', share: 1 },
      { version: '4', share: 99 },
    ],
  })
  await say('releases.set', { shares: [{ version: '4', share: 100 }] })
  const held = await company.run('twice')
  const moved = await company.run('twice')
  await say('releases.withdraw', { version: '4' })
  for (const look of await company.gates()) await company.os.decide(look.id, { verdict: 'approved' })
  await company.os.idle()
  await say('releases.move', { run: moved, version: '3' })
  await say('releases.undo', {})
  await say('releases.set', { shares: 'code' })
  await company.os.idle()
  expect(await replayed(company.kernel)).toEqual(await kept(company.kernel))
  const drawn = foldDrawn(await readJournal(company.kernel))
  expect([drawn.get(`${held} writer`), drawn.get(`${moved} writer`)]).toEqual([
    await company.pin(held),
    await company.pin(moved),
  ])
})

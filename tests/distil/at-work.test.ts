import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'vitest'
import { openMemory } from '../../src/memory/memory.ts'
import { days, hours } from '../../src/values/time.ts'
import { began, openAtWork } from './at-work.ts'

test('history is distilled when it is thirty days old, a day at a time', async () => {
  const { person, say, pass, events, chore, clock } = await openAtWork()
  const ana = await person('Ana', 'ana@example.org')
  await say(ana, 'I am vegan.')
  await clock.advance(hours(3))
  await say(ana, 'I am allergic to nuts.')
  await clock.advance(hours(20))
  await say(ana, 'My name is Ana Adams.')
  // The first two are of one day, which ends at midnight.
  assert.equal(await chore.nextDue(), began + hours(12) + days(30))
  await pass(days(29))
  assert.equal((await events('memory.distilled')).length, 0)
  await pass(hours(13))
  assert.deepEqual(
    (await events('memory.distilled')).map(({ payload }) => payload?.read),
    [2],
  )
  await pass(days(1))
  assert.deepEqual(
    (await events('memory.distilled')).map(({ payload }) => payload?.read),
    [2, 1],
  )
})

test('where nothing waits, the company sleeps until what comes next can be old', async () => {
  const { chore } = await openAtWork({ memory: { distilAfter: days(10) } })
  assert.equal(await chore.nextDue(), began + days(10))
})

test('while the company is paused nothing is distilled', async () => {
  const { person, say, os, chore, clock, pass, events } = await openAtWork()
  await say(await person('Ana', 'ana@example.org'), 'I am vegan.')
  await os.pause('a look around')
  await clock.advance(days(40))
  assert.equal(await chore.nextDue(), undefined)
  await os.resume('done')
  await pass(hours(1))
  assert.equal((await events('memory.distilled')).length, 1)
})

test('each identity goes on where it stopped, and a long history in several stretches', async () => {
  const { person, say, pass, events, facts } = await openAtWork()
  const [ana, bo] = [await person('Ana', 'ana@example.org'), await person('Bo', 'bo@example.org')]
  for (let count = 0; count < 250; count += 1)
    await say(ana, `Letter ${count} about the spring festival and the bread.`)
  await say(bo, 'I am vegan.')
  await pass(days(31))
  const told = (await events('memory.distilled')).map(({ subject, payload }) => [subject, payload?.read])
  assert.deepEqual(told, [
    [ana, 100],
    [ana, 100],
    [ana, 50],
    [bo, 1],
  ])
  const known = await facts(ana)
  assert.equal((known['count.messages'] as { them: number }).them, 250)
  assert.deepEqual(known['count.topics'], ['bread', 'festival', 'letter', 'spring'])
})

test('the desk shows what would be learned, learns it when asked, and tells how it stands', async () => {
  const { person, say, call, facts, clock } = await openAtWork()
  const ana = await person('Ana', 'ana@example.org')
  const seq = await say(ana, 'I am vegan.')
  await say(ana, 'See you.')
  const early = await call('memory.distil', { dryRun: true })
  assert.deepEqual(early, { dryRun: true, read: 0, facts: [], dropped: {}, asked: [], more: false })
  await clock.advance(hours(1))
  const wish = { identity: 'ana@example.org', olderThanDays: 0 }
  const would = (await call('memory.distil', { ...wish, dryRun: true })) as {
    facts: { key: string; sources: number[] }[]
  }
  assert.deepEqual(
    would.facts.map(({ key, sources }) => [key, sources]),
    [
      ['count.messages', []],
      ['said.diet.vegan', [seq]],
    ],
  )
  assert.deepEqual(await facts(ana), {})
  const did = await call('memory.distil', wish)
  assert.deepEqual(did, { ...would, dryRun: false })
  const status = (await call('memory.status')) as Record<string, unknown>
  assert.deepEqual(status.distilled, {
    identities: 1,
    stretches: 1,
    read: 2,
    facts: 2,
    dropped: { 'interaction.recorded': 1 },
  })
  assert.deepEqual([status.nextAt, status.ripe], [null, 0])
})

test('what is past its time leaves recall, after it was distilled, and stays away from an index made anew', async () => {
  const { person, say, pass, events, kernel, call, folder } = await openAtWork({
    memory: { retention: { 'interaction.recorded': days(60) } },
  })
  const ana = await person('Ana', 'ana@example.org')
  const { passages } = kernel.memory
  const found = async (word: string) => {
    await passages.catchUp()
    return (await passages.match([word], {}, 9)).length
  }
  // It happened long ago and was taken in now: not distilled yet, it stays.
  const old = await say(ana, 'The marmalade of long ago.', { at: began - days(400) })
  await say(ana, 'The honey of today, by mail.', { externalId: 'mail-1' })
  await pass(days(2))
  assert.equal(await found('marmalade'), 1)
  await pass(days(29))
  assert.deepEqual([await found('marmalade'), await found('honey')], [0, 1])
  const [retired] = await events('memory.retired')
  assert.equal(retired?.payload?.kind, 'interaction.recorded')
  const [original] = await kernel.journal.at([old])
  assert.match((original?.payload as { text: string } | undefined)?.text ?? '', /marmalade/)
  const rows = async () => (await kernel.store.read.selectFrom('interactions').select('external_id').execute()).length
  assert.equal(await rows(), 1)
  await pass(days(40))
  assert.equal(await found('honey'), 0)
  // Its channel may deliver it again: it is not taken in twice.
  assert.equal(await rows(), 1)
  const anew = openMemory(kernel, join(folder, 'anew.db'))
  await anew.passages.catchUp()
  assert.deepEqual(await anew.passages.match(['honey', 'marmalade'], {}, 9), [])
  await anew.close()
  const told = (await events('memory.retired')).length
  await pass(days(5))
  assert.equal((await events('memory.retired')).length, told)
  const status = (await call('memory.status')) as { retention: { kind: string }[] }
  assert.deepEqual(status.retention[0]?.kind, 'interaction.recorded')
})

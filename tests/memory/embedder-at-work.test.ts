import { expect, onTestFinished, test } from 'vitest'
import { openChores } from '../../src/os/chores.ts'
import { embedding } from '../../src/os/embedding.ts'
import { minutes, seconds } from '../../src/values/time.ts'
import { openAtWork } from '../distil/at-work.ts'
import { lettersEmbedder } from './letters.ts'

async function atWork(more: Parameters<typeof lettersEmbedder>[0] = {}) {
  const letters = lettersEmbedder(more)
  const company = await openAtWork({ memory: { embedder: letters } })
  const { kernel, clock } = company
  const chore = embedding(kernel, kernel.memory.embedder!)
  const chores = openChores([chore], clock)
  onTestFinished(() => chores.close())
  const ana = await company.person('Ana', 'ana@example.org')
  /** All that the chore does until nothing is left to do. */
  const all = async () => {
    for (;;) {
      const due = await chore.nextDue()
      if (due === undefined || due > clock.now() + minutes(1)) return
      await clock.advance(seconds(1))
      await chore.perform()
    }
  }
  return { ...company, letters, chore, chores, ana, all }
}

test('vectors are made while nobody asks, and a question then makes none but its own', async () => {
  const { say, ana, letters, all, kernel } = await atWork()
  for (let at = 0; at < 40; at += 1) await say(ana, `Row ${at} of the garden.`)
  await all()
  expect(letters.given.slice(40)).toEqual(['row', 'garden'])
  await kernel.memory.recall({ query: 'garden', identity: ana, budget: 300 })
  expect(letters.given.slice(42)).toEqual(['garden'])
})

test('what is said later gets its vector at the next look', async () => {
  const { say, ana, letters, all, chore, clock } = await atWork()
  await say(ana, 'Row of the garden.')
  await all()
  expect(await chore.nextDue()).toBe(clock.now() + minutes(15))
  await say(ana, 'Another row.')
  await clock.advance(minutes(15))
  await all()
  expect(letters.given).toEqual(['They: Row of the garden.', 'row', 'garden', 'They: Another row.', 'another'])
})

test('an embedder rests when nobody has asked it for five minutes, and when the company closes', async () => {
  let rested = 0
  const { kernel, clock, say, ana } = await atWork({ rest: () => (rested += 1) })
  await say(ana, 'Row of the garden.')
  const ask = () => kernel.memory.recall({ query: 'garden', budget: 300 })
  await ask()
  await clock.advance(minutes(4))
  await ask()
  await clock.advance(minutes(4))
  expect(rested).toBe(0)
  await clock.advance(minutes(1))
  expect(rested).toBe(1)
  await ask()
  await kernel.memory.close()
  expect(rested).toBe(2)
})

test('while the company is paused no embedder is asked, and recall answers by words', async () => {
  const { say, ana, letters, chore, os, kernel } = await atWork()
  await say(ana, 'Row of the garden.')
  await os.pause('a look around')
  expect(await chore.nextDue()).toBeUndefined()
  const { lines, explained } = await kernel.memory.recall({ query: 'garden', budget: 300, explain: true })
  expect(lines).toHaveLength(1)
  expect(explained?.meaning?.fault?.code).toBe('company.paused')
  expect(letters.given).toEqual([])
})

test('no secret reaches an embedder, neither in a text nor in a question', async () => {
  const { say, ana, letters, all, kernel } = await atWork()
  await kernel.store.write((tx) => kernel.vault.setSecret(tx, 'shop.key', 'swordfish-92'))
  await say(ana, 'The garden opens with swordfish-92.')
  await all()
  await kernel.memory.recall({ query: 'What opens with swordfish-92?', budget: 300 })
  expect(letters.given.filter((text) => text.includes(' '))).toHaveLength(2)
  expect(letters.given.join()).not.toContain('swordfish')
  expect(letters.given.join()).toContain('[secret shop.key]')
})

test('an embedder that fails is told as trouble, and asked again when it may have been mended', async () => {
  let broken = true
  const sound = lettersEmbedder()
  const { say, ana, chores, clock } = await atWork({
    embed: async (texts, signal) => {
      if (broken) throw new Error('out of order')
      return sound.embed(texts, signal)
    },
  })
  await say(ana, 'Row of the garden.')
  chores.work()
  await until(() => chores.troubles().size > 0)
  expect(chores.troubles().get('embed')).toMatchObject({ code: 'embedder.failed' })
  broken = false
  await clock.advance(seconds(60))
  await until(() => chores.troubles().size === 0)
  expect(sound.given).toEqual(['They: Row of the garden.'])
})

test('a company that closes does not wait for an embedder that does not answer', async () => {
  let asked = false
  const { say, ana, chores } = await atWork({
    embed: () => {
      asked = true
      return new Promise(() => {})
    },
  })
  await say(ana, 'Row of the garden.')
  chores.work()
  await until(() => asked)
  await chores.close()
})

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve))
}

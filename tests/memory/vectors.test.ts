import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { embedAhead } from '../../src/memory/embed-passages.ts'
import type { Embedder } from '../../src/memory/embedder.ts'
import type { IdentityId } from '../../src/values/id.ts'
import { instant } from '../../src/values/time.ts'
import { openRemembering, type Remembering } from './company.ts'
import { lettersEmbedder } from './letters.ts'

let company: Remembering
let ana: IdentityId
let ben: IdentityId
beforeEach(async () => {
  company = await openRemembering()
  ;[ana, ben] = [await company.person('Ana'), await company.person('Ben')]
})
afterEach(() => company.close())

const passages = () => company.memory.passages
/** Makes all vectors that are lacking; gives how many. */
async function embedAll(embedder: Embedder): Promise<number> {
  await passages().catchUp()
  let made = 0
  for (let after = 0; ; ) {
    const done = await embedAhead(passages(), { embedder, clock: company.clock }, after)
    if (done.upTo === after) return made
    made += done.made
    after = done.upTo
  }
}
/** How many vectors the file has. */
function count(): number {
  const db = new DatabaseSync(company.path, { readOnly: true })
  try {
    return Number(db.prepare('SELECT count(*) AS count FROM vectors').get()?.count)
  } finally {
    db.close()
  }
}

test('ahead of questions every passage gets its vector once, a few at a time', async () => {
  for (let at = 0; at < 50; at += 1) await company.say(ana, `Row ${at} of the garden.`)
  let most = 0
  const letters = lettersEmbedder()
  const embed: Embedder['embed'] = (texts, signal) => {
    most = Math.max(most, texts.length)
    return letters.embed(texts, signal)
  }
  expect(await embedAll({ ...letters, embed })).toBe(50)
  expect(most).toBe(16)
  expect(await embedAll({ ...letters, embed })).toBe(0)
  await company.say(ana, 'One more.')
  expect(await embedAll({ ...letters, embed })).toBe(1)
  expect(await embedAll(lettersEmbedder({ name: 'test/other' }))).toBe(51)
  expect(count()).toBe(51)
})

test('a vector comes back as it was made', async () => {
  await company.say(ana, 'Row of the garden.')
  const embedder = lettersEmbedder()
  await embedAll(embedder)
  const kept = await passages().vectors.of(embedder.name, [1, 2, 3])
  expect([...kept]).toEqual([
    [1, (await embedder.embed(['They: Row of the garden.'], new AbortController().signal))[0]],
  ])
})

test('vectors are forgotten with their owner, to the last byte of the file', async () => {
  await company.say(ana, 'The deposit is 250 euros.')
  await company.say(ben, 'The deposit is 990 euros.')
  const embedder = lettersEmbedder()
  await embedAll(embedder)
  const [vector] = [...(await passages().vectors.of(embedder.name, [1])).values()]
  const bytes = Buffer.from(vector!.buffer).toString('latin1')
  expect(company.bytes()).toContain(bytes)
  await passages().forget([ana])
  expect(company.bytes()).not.toContain(bytes)
  expect(count()).toBe(1)
})

test('vectors go with what is retired', async () => {
  await company.say(ana, 'The deposit is 250 euros.')
  await company.say(ana, 'The deposit is 990 euros.', { at: company.clock.now() + 1e9 })
  await embedAll(lettersEmbedder())
  const upTo = await passages().catchUp()
  await passages().retire({ kind: 'interaction.recorded', before: instant(company.clock.now() + 1e8), upTo })
  expect(count()).toBe(1)
})

test('an index that is made anew has no vectors of the one before', async () => {
  await company.say(ana, 'The deposit is 250 euros.')
  await embedAll(lettersEmbedder())
  const db = new DatabaseSync(company.path)
  db.exec("UPDATE state SET value = 'older' WHERE name = 'version'")
  db.close()
  const again = await company.reopen()
  await again.passages.catchUp()
  expect(count()).toBe(0)
})

test('a vector that comes too late for a text that was forgotten is not kept, whoever has its number now', async () => {
  await company.say(ana, 'The deposit is 250 euros.')
  await passages().catchUp()
  const letters = lettersEmbedder()
  const embedder: Embedder = {
    ...letters,
    async embed(texts, signal) {
      await passages().forget([ana])
      await company.say(ben, 'The deposit is 990 euros.')
      await passages().catchUp()
      return letters.embed(texts, signal)
    },
  }
  await embedAhead(passages(), { embedder, clock: company.clock }, 0)
  expect((await passages().read([1]))[0]?.identity).toBe(ben)
  expect(count()).toBe(0)
})

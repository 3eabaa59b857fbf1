import { renameSync, rmSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Library, openLibrary, policy } from './company.ts'

let library: Library
beforeEach(async () => {
  library = await openLibrary()
})
afterEach(() => library.close())

const inForce = async (knowledge = library.knowledge) =>
  [...(await knowledge.current()).values()].map(({ path, body }) => [path, body])

test('a file with a head is knowledge, one without is a document', async () => {
  library.write('prices.md', policy('An hour is 80 euros.'))
  library.write('notes/march.md', '# March\n\nNothing.')
  library.write('diary.md', '---\ntitle: A diary\ntags: [private]\n---\nDear diary.')
  library.write('said.md', '---\nkind: document\ntitle: None of them\n---\nText.')
  const [file] = (await library.knowledge.current()).values()
  expect(await inForce()).toEqual([['prices.md', 'An hour is 80 euros.']])
  expect(file).toMatchObject({
    kind: 'policy',
    title: 'Prices',
    when: null,
    origin: 'operator',
    head: { kind: 'policy', scope: 'invoices' },
    text: policy('An hour is 80 euros.'),
  })
  expect(library.knowledge.wrong().size).toBe(0)
})

test('a version is kept by its content, and a change names what was before', async () => {
  library.write('prices.md', policy('80'))
  const first = (await library.knowledge.current()).get('prices.md')
  library.write('prices.md', policy('90'))
  const second = (await library.knowledge.current()).get('prices.md')
  library.write('prices.md', policy('80'))
  const third = (await library.knowledge.current()).get('prices.md')
  expect(third?.hash).toBe(first?.hash)
  expect(await library.knowledge.version(second?.hash ?? '')).toMatchObject({ body: '90', path: 'prices.md' })
  expect(await library.knowledge.version('0'.repeat(64))).toBeUndefined()
  const changes = await library.events('knowledge.changed')
  expect(changes.map(({ payload }) => [payload?.before, payload?.hash, payload?.by])).toEqual([
    [null, first?.hash, 'file'],
    [first?.hash, second?.hash, 'file'],
    [second?.hash, first?.hash, 'file'],
  ])
  const published = await library.events('artifact.published')
  expect(published.map(({ payload }) => [payload?.kind, payload?.name, payload?.version])).toEqual([
    ['knowledge', 'prices.md', 1],
    ['knowledge', 'prices.md', 2],
  ])
})

test('what did not change is not written down again, also not after a new start', async () => {
  library.write('prices.md', policy('80'))
  await library.knowledge.current()
  const events = await library.company.events()
  utimesSync(join(library.folder, 'prices.md'), 1_700_000_000, 1_700_000_000)
  await library.knowledge.current()
  expect(await inForce(library.reopened())).toEqual([['prices.md', '80']])
  expect(await library.company.events()).toBe(events)
})

test('a file that is moved is gone here and new there, and both are in the journal', async () => {
  library.write('prices.md', policy('80'))
  await library.knowledge.current()
  renameSync(join(library.folder, 'prices.md'), join(library.folder, 'fees.md'))
  expect(await inForce()).toEqual([['fees.md', '80']])
  rmSync(join(library.folder, 'fees.md'))
  expect(await inForce()).toEqual([])
  const changes = await library.events('knowledge.changed')
  expect(changes.map(({ payload }) => [payload?.path, payload?.hash === null])).toEqual([
    ['prices.md', false],
    ['fees.md', false],
    ['prices.md', true],
    ['fees.md', true],
  ])
})

test('those who ask at the same time get the same, and one change is one event', async () => {
  library.write('prices.md', policy('80'))
  const answers = await Promise.all(Array.from({ length: 20 }, () => library.knowledge.current()))
  expect(new Set(answers.map((files) => files.get('prices.md')?.body))).toEqual(new Set(['80']))
  expect(await library.events('knowledge.changed')).toHaveLength(1)
})

test('a file that goes wrong leaves in force what was before, and says where and what to write', async () => {
  library.write('prices.md', policy('80'))
  await library.knowledge.current()
  library.write('prices.md', policy('90').replace('scope', 'scop'))
  expect(await inForce()).toEqual([['prices.md', '80']])
  expect(library.knowledge.wrong().get('prices.md')).toMatchObject({
    code: 'knowledge.invalid',
    message: 'prices.md, line 4: it has a key "scop" that means nothing. Did you mean "scope"?',
  })
  const again = library.reopened()
  expect(await inForce(again)).toEqual([['prices.md', '80']])
  expect([...again.wrong().keys()]).toEqual(['prices.md'])
  library.write('prices.md', policy('90'))
  expect(await inForce()).toEqual([['prices.md', '90']])
  expect(library.knowledge.wrong().size).toBe(0)
})

test('knowledge whose head was taken away stays in force until its file says that it is none', async () => {
  library.write('prices.md', policy('80'))
  await library.knowledge.current()
  library.write('prices.md', 'An hour is 80 euros.')
  expect(await inForce()).toEqual([['prices.md', '80']])
  expect(library.knowledge.wrong().get('prices.md')?.next).toContain('kind: document')
  library.write('prices.md', '---\nkind: document\n---\nAn hour is 80 euros.')
  expect(await inForce()).toEqual([])
  expect(library.knowledge.wrong().size).toBe(0)
})

test('of a rule the sentence is read first', async () => {
  library.write(
    'sources.md',
    '---\nkind: rule\ntitle: Sources\nalways: name the source of a number\n---\nReaders check.',
  )
  expect(await inForce()).toEqual([['sources.md', 'Always: name the source of a number\n\nReaders check.']])
})

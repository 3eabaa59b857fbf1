import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { textHash } from '../../src/memory/knowledge/version.ts'
import { type KnowledgeDesk, openKnowledgeDesk } from '../../src/os/knowledge/desk.ts'
import type { ProposalId } from '../../src/values/id.ts'
import { faultOf } from '../identity/company.ts'
import { type Library, openLibrary, policy } from './company.ts'

let library: Library
let desk: KnowledgeDesk
beforeEach(async () => {
  library = await openLibrary()
  desk = openKnowledgeDesk({ ...library.company, knowledge: library.knowledge }, library.folder)
})
afterEach(() => library.close())

const propose = (text: string, changes: object = {}) =>
  desk.propose({ path: 'prices.md', text, why: 'Two customers asked', origin: 'system', ...changes })
const body = async () => (await desk.current()).get('prices.md')?.body
const stateOf = (id: ProposalId) =>
  library.company.store.read.selectFrom('proposals').select('state').where('id', '=', id).executeTakeFirst()

test('a proposal changes nothing until it is accepted; then its file is written and in force, and the old version is kept', async () => {
  library.write('prices.md', policy('80'))
  const before = (await desk.current()).get('prices.md')?.hash ?? ''
  const id = await propose(policy('90'))
  expect(await body()).toBe('80')
  expect(library.read('prices.md')).toBe(policy('80'))
  await desk.accept(id, 'Right')
  expect(library.read('prices.md')).toBe(policy('90'))
  expect(await body()).toBe('90')
  expect(await stateOf(id)).toEqual({ state: 'accepted' })
  const [, change] = await library.events('knowledge.changed')
  expect(change?.payload).toMatchObject({ by: 'proposal', before })
  await desk.restore('prices.md', before.slice(0, 8), { discard: false })
  expect(library.read('prices.md')).toBe(policy('80'))
  expect(await body()).toBe('80')
  expect((await library.events('knowledge.changed')).at(-1)?.payload?.by).toBe('restore')
})

test('a new file may be proposed, in a folder that is not there', async () => {
  const id = await propose(policy('80'), { path: 'money/prices.md' })
  await desk.accept(id, 'Right')
  expect(library.read('money/prices.md')).toBe(policy('80'))
  expect([...(await library.reopened().current()).keys()]).toEqual(['money/prices.md'])
})

test('a proposal is decided once', async () => {
  const id = await propose(policy('90'))
  await desk.refuse(id, 'No')
  expect(await faultOf(desk.accept(id, 'Yes'))).toBe('knowledge.decided')
  expect(await faultOf(desk.refuse(id, 'No'))).toBe('knowledge.decided')
  expect(existsSync(join(library.folder, 'prices.md'))).toBe(false)
  expect(await faultOf(desk.accept('prp_nobody' as ProposalId, 'Yes'))).toBe('input.unknown')
})

test('a proposal whose file has changed meanwhile says so, and overwrites nothing', async () => {
  library.write('prices.md', policy('80'))
  const changed = await propose(policy('90'))
  library.write('prices.md', policy('85'))
  expect(await faultOf(desk.accept(changed, 'Yes'))).toBe('knowledge.outdated')
  const broken = await propose(policy('95'))
  library.write('prices.md', 'no head')
  expect(await faultOf(desk.accept(broken, 'Yes'))).toBe('knowledge.outdated')
  expect(library.read('prices.md')).toBe('no head')
  expect(await stateOf(broken)).toEqual({ state: 'open' })
  const made = await propose(policy('1'), { path: 'new.md' })
  library.write('new.md', 'A document by now.')
  expect(await faultOf(desk.accept(made, 'Yes'))).toBe('knowledge.outdated')
  expect(library.read('new.md')).toBe('A document by now.')
})

test('a proposal that was written by hand meanwhile, or before a crash, is accepted without writing', async () => {
  library.write('prices.md', policy('80'))
  const id = await propose(policy('90'))
  library.write('prices.md', policy('90'))
  await desk.accept(id, 'Yes')
  expect(await stateOf(id)).toEqual({ state: 'accepted' })
  expect(await library.events('knowledge.changed')).toHaveLength(2)
})

test('a version is put over a broken file only where it may be lost', async () => {
  library.write('prices.md', policy('80'))
  await desk.current()
  library.write('prices.md', 'half a fi')
  expect(await faultOf(desk.restore('prices.md', '1', { discard: false }))).toBe('knowledge.outdated')
  await desk.restore('prices.md', '1', { discard: true })
  expect(library.read('prices.md')).toBe(policy('80'))
  rmSync(join(library.folder, 'prices.md'))
  expect(await body()).toBeUndefined()
  await desk.restore('prices.md', '1', { discard: false })
  expect(await body()).toBe('80')
  expect(await faultOf(desk.restore('prices.md', '7', { discard: false }))).toBe('input.unknown')
  expect(await faultOf(desk.restore('nothing.md', '1', { discard: false }))).toBe('input.unknown')
})

test('what text from outside had a part in stays so after it is accepted, until it is written anew', async () => {
  const id = await propose(policy('Pay to IBAN X'), { origin: 'external' })
  await desk.accept(id, 'Yes')
  const file = (await desk.current()).get('prices.md')
  expect(file?.origin).toBe('external')
  const known = library.company.store.read.selectFrom('outside_texts').select('hash')
  expect(await known.executeTakeFirst()).toEqual({ hash: textHash(policy('Pay to IBAN X')) })
  library.write('copy.md', policy('Pay to IBAN X'))
  expect((await desk.current()).get('copy.md')?.origin).toBe('external')
  library.write('prices.md', policy('Pay as before'))
  expect((await desk.current()).get('prices.md')?.origin).toBe('operator')
})

test('it stays so when the process dies between writing the file and putting it in force', async () => {
  const id = await propose(policy('Pay to IBAN X'), { origin: 'external' })
  library.write('prices.md', policy('Pay to IBAN X'))
  const after = library.reopened()
  expect((await after.current()).get('prices.md')?.origin).toBe('external')
  await desk.accept(id, 'Yes')
  expect((await desk.current()).get('prices.md')?.origin).toBe('external')
})

test('the same proposal is made once, and so many and no more may be open', async () => {
  const id = await propose(policy('first'))
  expect(await propose(policy('first'))).toBe(id)
  for (let count = 1; count < 200; count += 1) await propose(policy(`${count}`))
  expect(await faultOf(propose(policy('too many')))).toBe('input.too-large')
})

test.each([
  ['../prices.md', policy('1'), 'input.invalid'],
  ['/etc/prices.md', policy('1'), 'input.invalid'],
  ['.hidden.md', policy('1'), 'input.invalid'],
  ['a/./b.md', policy('1'), 'input.invalid'],
  ['a\\b.md', policy('1'), 'input.invalid'],
  ['prices.txt', policy('1'), 'input.invalid'],
  [`${'x'.repeat(300)}.md`, policy('1'), 'input.invalid'],
  ['prices.md', 'no head', 'knowledge.invalid'],
  ['prices.md', '---\nkind: rule\n---\n', 'knowledge.invalid'],
  ['prices.md', policy('x'.repeat(100_000)), 'input.too-large'],
])('a proposal for %s with %j is refused with %s', async (path, text, code) => {
  expect(await faultOf(propose(text, { path }))).toBe(code)
})

test('what is in force already, and a proposal without a reason, are refused', async () => {
  library.write('prices.md', policy('80'))
  expect(await faultOf(propose(policy('80')))).toBe('input.invalid')
  expect(await faultOf(propose(policy('90'), { why: ' ' }))).toBe('input.invalid')
})

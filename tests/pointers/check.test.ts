import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { textHash } from '../../src/adapters/ports/documents.ts'
import { minutes } from '../../src/values/time.ts'
import { openWeb, type Web } from '../adapters/web-server.ts'
import { type Desk, openDesk } from './desk.ts'
import { foldPointers } from './fold.ts'

let desk: Desk
let web: Web
beforeEach(async () => {
  web = await openWeb((request, response) => response.writeHead(request.url === '/there' ? 200 : 410).end('There'))
  desk = await openDesk([web.host])
})
afterEach(async () => {
  await desk.close()
  await web.close()
})

const states = async () => (await desk.rows()).map((row) => [row.external_id, row.state])
const check = async () => desk.pointers.check(await desk.rows())

test('each artifact is unchanged, changed, gone, or it is told why that is not known', async () => {
  for (const name of ['a', 'b', 'c']) desk.write(`knowledge/${name}.md`, name)
  for (const name of ['a', 'b', 'c']) await desk.see('folder', `${name}.md`, { contentHash: textHash(name) })
  await desk.see('feeds', 'd', { url: `${web.url}/there` })
  await desk.see('feeds', 'e', { url: `${web.url}/gone` })
  await desk.see('feeds', 'f', { url: 'http://127.0.0.1:1/x' })
  await desk.see('crm', 'g')
  expect(new Set((await states()).map(([, state]) => state))).toEqual(new Set(['unchecked']))
  desk.write('knowledge/b.md', 'B, now')
  rmSync(join(desk.company.folder, 'knowledge/c.md'))
  await check()
  expect(await states()).toEqual([
    ['a.md', 'unchanged'],
    ['b.md', 'changed'],
    ['c.md', 'gone'],
    ['d', 'unchecked'],
    ['e', 'gone'],
    ['f', 'unchecked'],
    ['g', 'unchecked'],
  ])
  const events = await desk.company.kernel.journal.page({ after: 0, limit: 9, kind: 'identity.pointers-checked' })
  const [event] = events
  expect(events).toHaveLength(1)
  const checked = event?.kind === 'identity.pointers-checked' ? (event.payload?.checked ?? []) : []
  expect(checked.map(({ why }) => why)).toEqual([
    null,
    null,
    null,
    'it is there; whether it changed cannot be told',
    'the server answered 410',
    expect.stringContaining('is not an address on the public internet'),
    expect.stringContaining('no adapter in the config is called crm'),
  ])
})

test('a dead pointer is kept with since when, and seen again it is alive', async () => {
  const { clock } = desk.company
  desk.write('knowledge/a.md', 'a')
  await desk.see('folder', 'a.md', { contentHash: textHash('a') })
  rmSync(join(desk.company.folder, 'knowledge/a.md'))
  await check()
  const died = clock.now()
  await clock.advance(minutes(90))
  await check()
  expect(await desk.rows()).toMatchObject([{ state: 'gone', state_since: died, content_hash: textHash('a') }])
  desk.write('knowledge/a.md', 'a again')
  await desk.see('folder', 'a.md', { contentHash: textHash('a again') })
  expect(await desk.rows()).toMatchObject([{ state: 'unchecked', state_since: null, checked_seq: null }])
  await check()
  expect(await desk.rows()).toMatchObject([{ state: 'unchanged', state_since: clock.now() }])
})

test('opening what is gone says so, and writes it down once', async () => {
  const id = await desk.see('folder', 'never.md', { contentHash: 'h' })
  expect(await desk.open(id)).toBe('pointer.gone: folder:never.md is gone: There is no document never.md.')
  await desk.open(id)
  expect(await states()).toEqual([['never.md', 'gone']])
  const { journal } = desk.company.kernel
  expect(await journal.page({ after: 0, limit: 9, kind: 'identity.pointers-checked' })).toHaveLength(1)
})

test('an adapter that throws, or gives no answer at all, leaves it unchecked', async () => {
  const { kernel, clock } = desk.company
  const [open] = kernel.adapters.values()
  const provider = open?.adapter.provider as { look?: unknown; open?: unknown }
  const before = { ...provider }
  const id = await desk.see('folder', 'a.md', { contentHash: 'h' })
  provider.look = async () => {
    throw new Error('the disk sings')
  }
  await check()
  expect(await states()).toEqual([['a.md', 'unchecked']])
  provider.open = () => new Promise(() => undefined)
  const opening = desk.open(id)
  while (clock.waiting().length === 0) await new Promise((resolve) => setImmediate(resolve))
  await clock.advance(minutes(1))
  expect(await opening).toContain('adapter.unreachable: folder does not answer: it took longer than')
  provider.look = () => new Promise(() => undefined)
  const checking = check()
  while (clock.waiting().length === 0) await new Promise((resolve) => setImmediate(resolve))
  await clock.advance(minutes(10))
  await checking
  expect(await states()).toEqual([['a.md', 'unchecked']])
  Object.assign(provider, before)
})

test('what is seen anew while it is looked at is not called changed for what it was before', async () => {
  const [open] = desk.company.kernel.adapters.values()
  const provider = open?.adapter.provider as { look?: unknown }
  const before = { ...provider }
  await desk.see('folder', 'a.md', { contentHash: 'old' })
  provider.look = async () => {
    await desk.see('folder', 'a.md', { contentHash: 'new' })
    return 'new'
  }
  await check()
  expect(await desk.rows()).toMatchObject([{ state: 'unchecked', content_hash: 'new', checked_seq: null }])
  Object.assign(provider, before)
})

test('replaying the events gives the same pointers', async () => {
  desk.write('knowledge/a.md', 'a')
  await desk.see('folder', 'a.md', { contentHash: textHash('a') })
  await desk.see('folder', 'b.md', { contentHash: textHash('b') })
  await check()
  await desk.company.clock.advance(minutes(5))
  desk.write('knowledge/a.md', 'aa')
  await check()
  await desk.see('folder', 'b.md', { contentHash: textHash('bb') })
  const events = await desk.company.kernel.journal.page({ after: 0, limit: 1000 })
  expect(foldPointers(events)).toEqual(await desk.rows())
})

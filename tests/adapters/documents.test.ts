import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { folder } from '../../src/adapters/documents/folder.ts'
import type { Written } from '../../src/adapters/ports/documents.ts'
import { callUnder, type OpenWorld, openWorld } from '../../src/testing/adapter-world.ts'

const adapter = folder({ folder: 'docs' })
let world: OpenWorld
let docs: string
beforeEach(async () => {
  world = await openWorld(adapter)
  docs = join(world.folder, 'docs')
  await mkdir(join(docs, 'sub'))
  await writeFile(join(docs, 'b.md'), '# The letter B\n')
  await writeFile(join(docs, 'sub', 'a.md'), '---\ntitle: A title\n---\ntext')
  await writeFile(join(docs, 'picture.png'), '')
  await writeFile(join(docs, '.hidden.md'), 'secret')
  await writeFile(join(world.folder, 'outside.md'), 'secret')
})
afterEach(() => world.close())

async function run(name: 'list' | 'read' | 'write', input: unknown, key = 'eff_a') {
  const performance = adapter.actions[name]
  if (!performance || performance.idempotency === 'parts') throw new TypeError(name)
  return performance.do(world.client, input, callUnder(key))
}
const write = (path: string, text: string, key?: string) => run('write', { path, text }, key) as Promise<Written>
const undo = (written: Written) => adapter.actions.write?.undo?.(world.client, written, callUnder('eff_u'))
const onDisk = (path: string): Promise<string> => readFile(join(docs, path), 'utf8')

test('documents are listed by path with their titles; hidden files and pictures are not documents', async () => {
  expect(await run('list', {})).toMatchObject({
    documents: [
      { path: 'b.md', title: 'The letter B', size: 15 },
      { path: 'sub/a.md', title: 'A title' },
    ],
    more: false,
  })
  expect(await run('list', { max: 1 })).toMatchObject({ documents: [{ path: 'b.md' }], more: true })
  expect(await run('list', { under: 'sub/' })).toMatchObject({ documents: [{ path: 'sub/a.md' }], more: false })
  expect(await run('list', { under: 'nowhere' })).toEqual({ documents: [], more: false })
})

test('a document is read with the hash that sha256sum gives', async () => {
  expect(await run('read', { path: 'b.md' })).toMatchObject({
    text: '# The letter B\n',
    hash: '7941a5eb57c432b3138d9e2e412e08d7b8e1812c3e3cdf8aa2b813de6dd1f0df',
  })
})

test.each([
  '../outside.md',
  '/etc/hosts.md',
  'sub/../../outside.md',
  '.hidden.md',
  'sub/.x/y.md',
  'a\0.md',
  '..\\outside.md',
  `${'a'.repeat(300)}.md`,
  'picture.png',
  '',
])('the path %j is refused, to read, to write and to list', async (path) => {
  const outside = { fault: { code: 'document.outside' } }
  await expect(run('read', { path })).rejects.toMatchObject(outside)
  await expect(write(path, 'x')).rejects.toMatchObject(outside)
  expect(await readFile(join(world.folder, 'outside.md'), 'utf8')).toBe('secret')
})

test('links that lead out of the folder are refused, whether a file, a folder or a link to nowhere', async () => {
  const elsewhere = await mkdtemp(join(tmpdir(), 'soloist-elsewhere-'))
  try {
    await writeFile(join(elsewhere, 'x.md'), 'secret')
    await symlink(join(elsewhere, 'x.md'), join(docs, 'file.md'))
    await symlink(elsewhere, join(docs, 'folder'))
    await symlink(join(elsewhere, 'new.md'), join(docs, 'nowhere.md'))
    for (const path of ['file.md', 'folder/x.md', 'folder/new.md', 'nowhere.md']) {
      await expect(run('read', { path })).rejects.toMatchObject({ fault: { code: 'document.outside' } })
      await expect(write(path, 'x')).rejects.toMatchObject({ fault: { code: 'document.outside' } })
    }
    await expect(run('list', { under: 'folder' })).rejects.toMatchObject({ fault: { code: 'document.outside' } })
    expect(await readFile(join(elsewhere, 'x.md'), 'utf8')).toBe('secret')
    expect(JSON.stringify(await run('list', {}))).not.toContain('file.md')
  } finally {
    await rm(elsewhere, { recursive: true })
  }
})

test('a missing document and one that is too large are clear faults', async () => {
  await expect(run('read', { path: 'none.md' })).rejects.toMatchObject({ fault: { code: 'document.missing' } })
  await writeFile(join(docs, 'huge.md'), 'x'.repeat(1_000_001))
  await expect(run('read', { path: 'huge.md' })).rejects.toMatchObject({ fault: { code: 'input.too-large' } })
})

test('a write that is repeated after a crash still knows what was there before it', async () => {
  const first = await write('b.md', 'new')
  expect(first.before).toBe('# The letter B\n')
  expect(await write('b.md', 'new')).toEqual(first)
  await undo(first)
  expect(await onDisk('b.md')).toBe('# The letter B\n')
})

test('a write that is repeated does not overwrite what the operator wrote since', async () => {
  await write('b.md', 'new')
  await writeFile(join(docs, 'b.md'), "the operator's")
  await expect(write('b.md', 'new')).rejects.toThrow('not known')
  expect(await onDisk('b.md')).toBe("the operator's")
})

test('other content under the same key is refused', async () => {
  await write('b.md', 'new')
  await expect(write('b.md', 'newer')).rejects.toMatchObject({ fault: { code: 'effect.key-reused' } })
  expect(await onDisk('b.md')).toBe('new')
})

test('undoing a new document removes it, and leaves alone what was changed since', async () => {
  const made = await write('sub/new.md', 'new')
  await writeFile(join(docs, 'sub/new.md'), 'changed')
  await expect(undo(made)).rejects.toMatchObject({ fault: { code: 'document.changed' } })
  await writeFile(join(docs, 'sub/new.md'), 'new')
  await undo(made)
  await expect(run('read', { path: 'sub/new.md' })).rejects.toMatchObject({ fault: { code: 'document.missing' } })
})

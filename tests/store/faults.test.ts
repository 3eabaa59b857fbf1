import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openSqlite } from '../../src/store/sqlite.ts'
import type { Store } from '../../src/store/store.ts'
import { startChild } from './child.ts'
import { faultFrom, faultOf, tempFolder } from './open-store.ts'

const isRoot = process.getuid?.() === 0
const nobody = 65534

/** A small disk of its own: a tmpfs, which only root may mount. */
function smallDisk(size: string): string | undefined {
  const folder = tempFolder()
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder]).status !== 0) return undefined
  onTestFinished(() => {
    spawnSync('umount', ['-l', folder])
  })
  return folder
}

const note = (store: Store, key: string): Promise<unknown> =>
  store.write((tx) =>
    tx.db
      .insertInto('meta')
      .values({ name: key, value: 'x'.repeat(20_000) })
      .execute(),
  )

const notes = async (store: Store): Promise<string[]> =>
  (await store.read.selectFrom('meta').select('name').orderBy('name').execute()).map((row) => row.name)

test('a full disk is a fault, loses nothing that was confirmed, and work goes on when there is room', async (context) => {
  const disk = smallDisk('3m')
  if (!disk) return context.skip('needs the right to mount a tmpfs')
  const path = join(disk, 'company.db')
  const filler = join(disk, 'filler')
  writeFileSync(filler, Buffer.alloc(1_000_000))
  const store = openSqlite(path)
  onTestFinished(() => store.close())

  const confirmed: string[] = []
  let refused: unknown
  for (let index = 0; index < 200 && !refused; index += 1) {
    const key = String(index).padStart(4, '0')
    await note(store, key).then(
      () => confirmed.push(key),
      (error: unknown) => {
        refused = error
      },
    )
  }
  expect(refused).toMatchObject({ fault: { code: 'store.full', retry: 'later', about: { path } } })
  expect(confirmed.length).toBeGreaterThan(5)
  expect(await notes(store)).toEqual(confirmed)

  const together = await Promise.allSettled(['a', 'b', 'c'].map((key) => note(store, key)))
  for (const end of together) expect(end).toMatchObject({ reason: { fault: { code: 'store.full' } } })
  expect(await notes(store)).toEqual(confirmed)

  rmSync(filler)
  await note(store, 'after')
  expect(await notes(store)).toEqual([...confirmed, 'after'])
})

test('a work that goes on after the disk was full writes nothing on its own', async (context) => {
  const disk = smallDisk('3m')
  if (!disk) return context.skip('needs the right to mount a tmpfs')
  const store = openSqlite(join(disk, 'company.db'))
  onTestFinished(() => store.close())
  const big = { value: 'x'.repeat(30_000_000) }
  const stubborn = store.write(async (tx) => {
    await tx.db.insertInto('meta').values({ name: 'before', value: '' }).execute()
    await tx.db
      .insertInto('meta')
      .values({ name: 'big', ...big })
      .execute()
      .catch(() => {})
    await tx.db.insertInto('meta').values({ name: 'after', value: '' }).execute()
  })
  const neighbour = store.write((tx) => tx.db.insertInto('meta').values({ name: 'neighbour', value: '' }).execute())
  const ended = await Promise.allSettled([stubborn, neighbour])
  // Either all of a transaction is there or nothing; SQLite decides whether the statement or the whole batch is undone.
  const kept = await notes(store)
  expect(kept.includes('before')).toBe(kept.includes('after'))
  expect(kept.includes('after')).toBe(ended[0]?.status === 'fulfilled')
  expect(kept.includes('neighbour')).toBe(ended[1]?.status === 'fulfilled')
  await store.write((tx) => tx.db.insertInto('meta').values({ name: 'later', value: '' }).execute())
})

test('a new store on a full disk is a fault', (context) => {
  const disk = smallDisk('1m')
  if (!disk) return context.skip('needs the right to mount a tmpfs')
  writeFileSync(join(disk, 'filler'), Buffer.alloc(1_020_000))
  expect(faultOf(() => openSqlite(join(disk, 'company.db'))).code).toBe('store.full')
})

test.each([
  ['a folder', 0o755, undefined],
  ['a file', 0o777, 0o444],
  ['a folder with a company', 0o755, 0o666],
])('%s that this user may not write is a fault, and is left as it was', async (_what, folderMode, fileMode) => {
  const folder = tempFolder()
  const inner = join(folder, 'company')
  const path = join(inner, 'company.db')
  mkdirSync(inner)
  if (fileMode !== undefined) await openSqlite(path).close()
  if (fileMode !== undefined) chmodSync(path, fileMode)
  chmodSync(folder, 0o755)
  chmodSync(inner, isRoot ? folderMode : folderMode & 0o555)
  const before = readdirSync(inner)
  // Loaded first: as nobody the process may not even read our sources.
  const child = startChild(`
    import { openSqlite } from 'SRC/store/sqlite.ts'
    if (process.getuid() === 0) { process.setgid(${nobody}); process.setuid(${nobody}) }
    try {
      const store = openSqlite(${JSON.stringify(path)})
      await store.write((tx) => tx.db.insertInto('meta').values({ name: 'a', value: '' }).execute())
    } catch (error) {
      process.stdout.write(error.fault.code + '\\n')
    }`)
  expect(await child.line()).toBe('store.unwritable')
  await child.ended
  expect(readdirSync(inner)).toEqual(before)
})

test.each([
  ['that is something else', (path: string) => writeFileSync(path, 'Dear diary, '.repeat(1000))],
  ['that was cut', (path: string) => truncateSync(path, statSync(path).size - 20_000)],
  ['whose pages were overwritten', (path: string) => overwrite(path, 4096, 60_000)],
])('a file %s is a fault', async (_what, damage) => {
  const path = join(tempFolder(), 'company.db')
  const store = openSqlite(path)
  for (const key of ['a', 'b', 'c']) await note(store, key)
  await store.close()
  damage(path)
  const before = readFileSync(path)
  const useIt = async (): Promise<void> => {
    const damaged = openSqlite(path)
    try {
      await damaged.read.selectFrom('meta').selectAll().execute()
      await note(damaged, 'd')
    } finally {
      await damaged.close()
    }
  }
  expect((await faultFrom(useIt())).code).toBe('store.corrupt')
  expect(readFileSync(path).equals(before)).toBe(true)
})

test('a folder that is not there is a fault', () => {
  expect(faultOf(() => openSqlite(join(tempFolder(), 'nowhere', 'company.db'))).code).toBe('store.unwritable')
})

function overwrite(path: string, from: number, length: number): void {
  const bytes = readFileSync(path)
  bytes.fill(0x5a, from, Math.min(bytes.length, from + length))
  writeFileSync(path, bytes)
}

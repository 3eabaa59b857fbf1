import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { takeLock } from '../../src/store/lock.ts'
import { startChild } from './child.ts'
import { faultOf, tempFolder } from './open-store.ts'

const holder = (path: string): string => `
  import { takeLock } from 'SRC/store/lock.ts'
  takeLock(${JSON.stringify(path)})
  process.stdout.write('locked\\n')
  process.stdin.resume()
`

function companyWithLock(): { folder: string; path: string } {
  const folder = tempFolder()
  mkdirSync(join(folder, '.soloist'))
  return { folder, path: join(folder, '.soloist', 'lock.db') }
}

test('a second process is refused while the first one lives, and let in when it was killed', async () => {
  const { folder, path } = companyWithLock()
  const child = startChild(holder(path))
  expect(await child.line()).toBe('locked')
  expect(child.process.exitCode).toBeNull()

  const refused = faultOf(() => takeLock(path))
  expect(refused.code).toBe('store.owned')
  expect(refused.message).toBe(`The company in ${folder} is already open in another process.`)

  child.process.kill('SIGKILL')
  expect(await child.ended).toBe('SIGKILL')
  takeLock(path).release()
})

test('the same process cannot take the lock twice', () => {
  const { path } = companyWithLock()
  const lock = takeLock(path)
  expect(faultOf(() => takeLock(path)).code).toBe('store.owned')
  lock.release()
  lock.release()
  takeLock(path).release()
})

test('a failed attempt in the same process does not free the lock for others', async () => {
  const { path } = companyWithLock()
  const lock = takeLock(path)
  expect(faultOf(() => takeLock(path)).code).toBe('store.owned')
  const child = startChild(holder(path))
  expect(await child.ended).toBe(1)
  expect(child.stderr()).toContain('store.owned')
  lock.release()
})

test('a lock in a folder that is not there is refused', () => {
  expect(faultOf(() => takeLock(join(tempFolder(), 'nowhere', 'lock.db'))).code).toBe('store.unwritable')
})

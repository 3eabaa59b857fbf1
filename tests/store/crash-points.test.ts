import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { crashPoints } from '../../src/store/crash-points.ts'
import { startChild } from './child.ts'
import { tempFolder } from './open-store.ts'

const writer = (path: string): string => `
  import { crashPoints } from 'SRC/store/crash-points.ts'
  import { openSqlite } from 'SRC/store/sqlite.ts'
  const store = openSqlite(${JSON.stringify(path)}, { crash: crashPoints(process.env) })
  for (let index = 1; index <= 5; index += 1) {
    await store.write((tx) => tx.db.insertInto('rates').values({ key: 'k' + index, window_at: 0, count: 1 }).execute())
  }
  await store.close()`

function written(path: string): number {
  const connection = new DatabaseSync(path)
  const { rows } = connection.prepare('SELECT count(*) AS rows FROM rates').get() ?? {}
  connection.close()
  return rows as number
}

test.each([
  ['before:commit:3', 'SIGKILL', 2],
  ['after:commit:3', 'SIGKILL', 3],
  ['before:commit:1', 'SIGKILL', 0],
  ['after:commit:5', 'SIGKILL', 5],
  ['before:commit:6', 0, 5],
  ['before:call:1', 0, 5],
])('SOLOIST_CRASH=%s ends the process by %s with %i writes done', async (spec, ending, writes) => {
  const path = join(tempFolder(), 'company.db')
  const child = startChild(writer(path), { env: { SOLOIST_CRASH: spec } })
  expect(await child.ended).toBe(ending)
  expect(written(path)).toBe(writes)
})

test('how many moments were reached is in the file', async () => {
  const folder = tempFolder()
  const count = join(folder, 'count')
  const child = startChild(writer(join(folder, 'company.db')), { env: { SOLOIST_CRASH_COUNT: count } })
  expect(await child.ended).toBe(0)
  expect(JSON.parse(readFileSync(count, 'utf8'))).toEqual({ commit: 5, call: 0 })
})

test('without a word in the environment there are no crash points', () => {
  expect(crashPoints({})).toBeUndefined()
})

test.each(['commit:3', 'before:commit:0', 'before:lunch:1', 'before:commit:'])('%s is not a moment', (spec) => {
  expect(() => crashPoints({ SOLOIST_CRASH: spec })).toThrow(TypeError)
})

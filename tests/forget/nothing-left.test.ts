import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { days } from '../../src/index.ts'
import { found, newCompany, openIn, passphrase } from './company.ts'
import { plant } from './plant.ts'

test('whoever is forgotten stands in no file of the company, in none made afterwards, and the journal verifies', async () => {
  const ana = await newCompany()
  const { os, folder } = ana
  const { texts, ids, run, round } = await plant(ana)
  const before = found([folder], texts)
  expect(before.length).toBeGreaterThan(20)
  expect(await os.store.read.selectFrom('runs').select('state').where('id', 'in', [run, round]).execute()).toEqual([
    { state: 'done' },
    { state: 'done' },
  ])
  const letters = readdirSync(join(folder, 'outbox')).length
  expect(letters).toBe(3)

  const done = await os.forget(ids[1]!, { dryRun: false, cancelRuns: false })
  expect(done.identities).toEqual(ids)
  expect(done.pointers).toHaveLength(1)
  expect(done.finished).toMatchObject({ clean: true, unreached: [] })
  expect(found([folder], texts)).toEqual([])
  expect(readdirSync(join(folder, 'outbox'))).toHaveLength(1)
  expect(await os.verify()).toMatchObject({ events: expect.any(Number) })

  const home = dirname(folder)
  await os.export(join(home, 'after.soloist'), { move: false, passphrase })
  expect(existsSync(join(home, 'forgotten.jsonl'))).toBe(true)
  expect(found([home], texts)).toEqual([])
  await os.close()
  expect(found([home], texts)).toEqual([])
  const again = await openIn(folder, { backup: { every: days(1), to: '../backups', keep: 3 } })
  await again.os.backups.take()
  await again.os.close()
  expect(found([home], texts)).toEqual([])
  const database = new DatabaseSync(join(folder, '.soloist/company.db'), { readOnly: true })
  expect(database.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }])
  expect(database.prepare('PRAGMA foreign_key_check').all()).toEqual([])
  database.close()
})

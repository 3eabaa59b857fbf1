import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { migrations } from '../../src/store/migrations/all.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { maintained } from '../../src/telemetry/upkeep-event.ts'

test('maintenance that was open before is about its adapter, and is closed once as ever', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'soloist-upkeep-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'company.db')
  await openSqlite(path, { migrations: migrations.slice(0, 8) }).close()
  const before = new DatabaseSync(path)
  const event = `(at, kind, version, subject, origin, payload, mac) VALUES (1, 'maintenance.opened', 1, 's', 'system', x'00', zeroblob(32))`
  before.exec(`INSERT INTO events (seq, ${event.slice(1).replace('VALUES (', 'VALUES (1, ')}`)
  before.exec(`INSERT INTO events (seq, ${event.slice(1).replace('VALUES (', 'VALUES (2, ')}`)
  before.exec(`INSERT INTO maintenance VALUES (1, 'buttondown', 'adapter.refused', 1, 2, 2)`)
  before.close()
  await openSqlite(path).close()
  const after = new DatabaseSync(path)
  onTestFinished(() => after.close())
  expect(after.prepare('SELECT about, code FROM maintenance').all()).toEqual([
    { about: 'adapter:buttondown', code: 'adapter.refused' },
  ])
  expect(() => after.exec('UPDATE maintenance SET closed_at = 3')).toThrow('maintenance is closed once')
})

test('an event of maintenance is read whenever it was written', () => {
  expect(maintained({ adapter: 'buttondown' })).toBe('adapter:buttondown')
  expect(maintained({ about: 'workflow:letter' })).toBe('workflow:letter')
})

import { chmodSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { nodeFinding, roomFinding } from '../../src/os/doctor/machine.ts'
import { anchorFinding, storeFile, walFinding } from '../../src/os/doctor/store-file.ts'
import { systemClock } from '../../src/store/clock.ts'
import { takeLock } from '../../src/store/lock.ts'
import { fakeClock } from '../../src/testing/clock.ts'
import { instant } from '../../src/values/time.ts'
import { tamper } from '../telemetry/journal-fixture.ts'
import { contents, found, patient, well } from './patient.ts'

test('a company that is well is found to be, from outside and from inside', async () => {
  const { examine } = await patient()
  const diagnosis = await examine()
  expect(found(diagnosis)).toEqual([])
  expect(diagnosis.well).toBe(true)
  expect(well(diagnosis)).toEqual(
    expect.arrayContaining([
      'config',
      "agents' instructions",
      'key of the vault',
      'store',
      'anchors',
      'opening',
      'mode',
    ]),
  )
  expect(well(diagnosis).join()).toMatch(/journal \(\d+ events\)/)
})

test('looking changes no file, whether the company can be opened or not', async () => {
  const { folder, places, examine } = await patient()
  const before = contents(folder)
  await examine()
  expect(contents(folder)).toEqual(before)
  rmSync(places.vaultKey)
  delete before['.soloist/vault.key']
  expect(found(await examine())).toContain('vault.missing-key')
  expect(contents(folder)).toEqual(before)
})

test('a config that does not load is said, and the store is still checked', async () => {
  const { folder, examine } = await patient()
  writeFileSync(join(folder, 'soloist.config.ts'), 'export default {')
  const diagnosis = await examine()
  expect(found(diagnosis)).toEqual(['config.broken'])
  expect(well(diagnosis)).toEqual(expect.arrayContaining(['store', 'key of the vault', 'files', 'disk']))
})

test('a key that is not the one is said once, and the store is still checked', async () => {
  const { places, examine } = await patient()
  writeFileSync(places.vaultKey, `${'ab'.repeat(32)}\n`)
  const diagnosis = await examine()
  expect(found(diagnosis)).toEqual(['vault.wrong-key'])
  expect(well(diagnosis)).toContain('store')
})

test('an owner that does not answer is said, and the store is still checked', async () => {
  const { places, examine } = await patient()
  const lock = takeLock(places.lock)
  onTestFinished(() => lock.release())
  const diagnosis = await examine()
  expect(found(diagnosis)).toEqual(['store.owned'])
  expect(well(diagnosis)).toEqual(expect.arrayContaining(['store', 'config']))
})

test('a store that is damaged is said, and the rest is still checked', async () => {
  const { places, examine } = await patient()
  const bytes = readFileSync(places.database)
  writeFileSync(places.database, bytes.fill(0x5a, 4096, bytes.length - 4096))
  const diagnosis = await examine()
  expect(found(diagnosis)).toContain('store.corrupt')
  expect(well(diagnosis)).toEqual(expect.arrayContaining(['config', 'files']))
})

test('a row that refers to nothing is damage too', async () => {
  const { places, examine } = await patient()
  tamper(places.database, (connection) => connection.exec('DELETE FROM plans'))
  const diagnosis = await examine()
  expect(found(diagnosis)).toContain('store.corrupt')
})

test('an event that was changed is found by its number', async () => {
  const { places, examine } = await patient()
  tamper(places.database, (connection) => connection.exec("UPDATE events SET kind = 'run.done' WHERE seq = 3"))
  const broken = (await examine()).checks.find(({ fault }) => fault?.code === 'journal.broken')
  expect(broken?.fault?.message).toContain('event 3')
})

test('a store of a newer Soloist, and one that would be migrated first, are not opened', async () => {
  const { places, examine } = await patient()
  const older = await storeFile(places, {}, systemClock(), 99)
  expect(older).toMatchObject({ isOld: true })
  expect(older.findings.map(({ fault }) => fault?.code)).toContain('doctor.pending-migration')
  const connection = new DatabaseSync(places.database)
  connection.exec('PRAGMA user_version = 1000')
  connection.close()
  const diagnosis = await examine()
  expect(found(diagnosis)).toEqual(['store.newer'])
  expect(well(diagnosis)).not.toContain('opening')
})

test('a clock that was set back is said', async () => {
  const { examine } = await patient()
  expect(found(await examine({ clock: fakeClock(instant(Date.UTC(2020, 0))) }))).toEqual(['doctor.clock-back'])
})

test('instructions that are gone are named', async () => {
  const { folder, examine } = await patient()
  rmSync(join(folder, 'agents/sorter.md'))
  expect(found(await examine())).toContain('agent.missing-instructions')
})

test('a skill that an agent has and the folder has not is named', async () => {
  const { folder, examine } = await patient()
  const file = join(folder, 'soloist.config.ts')
  writeFileSync(file, readFileSync(file, 'utf8').replace('instructions:', "skills: ['sorting'],\n  instructions:"))
  expect(found(await examine())).toContain('skill.missing')
})

test('--fix closes what lies open, makes what is missing and removes what was left behind, and says so', async () => {
  const { folder, places, examine } = await patient()
  const desk = join(places.store, 'desk.json')
  const draft = join(places.store, 'company.db.migrating')
  const partial = join(folder, 'old.soloist.0a0b.partial')
  chmodSync(places.vaultKey, 0o644)
  writeFileSync(desk, '{"url":"http://127.0.0.1:9","pid":999999999}')
  writeFileSync(draft, '')
  writeFileSync(partial, '', { mode: 0o600 })
  rmSync(places.agents, { recursive: true })
  const ill = await examine()
  expect(found(ill, 'look').sort()).toEqual([...Array(3).fill('doctor.left-behind'), 'doctor.no-folder'])
  expect(found(ill, 'wrong')).toEqual(expect.arrayContaining(['doctor.open-mode', 'agent.missing-instructions']))
  const { mended, ...after } = await examine({ fix: true })
  expect(statSync(places.vaultKey).mode & 0o777).toBe(0o600)
  expect([existsSync(desk), existsSync(draft), existsSync(places.agents)]).toEqual([false, false, true])
  expect(mended).toHaveLength(5)
  expect(mended.join('\n')).toMatch(/vault\.key can be read by you alone now \(mode 0600\)/)
  // What may be the only copy of a company is never removed.
  expect(existsSync(partial)).toBe(true)
  expect(found({ ...after, mended })).toEqual(expect.arrayContaining(['doctor.left-behind']))
  expect(found({ ...after, mended })).not.toContain('doctor.open-mode')
})

test('a machine is too old, a disk too full, a log too long or an anchor too old from a limit on', async () => {
  expect(nodeFinding('22.1.0').fault?.code).toBe('doctor.old-node')
  expect(nodeFinding('26.0.0').fault).toBeNull()
  expect(roomFinding('/x', 90e6)).toMatchObject({ level: 'wrong', fault: { code: 'doctor.low-disk' } })
  expect(roomFinding('/x', 900e6)).toMatchObject({ level: 'look' })
  expect(roomFinding('/x', 9e9)).toMatchObject({ level: 'ok' })
  expect(walFinding('/x-wal', 300 * 2 ** 20).fault?.code).toBe('doctor.large-wal')
  expect(walFinding('/x-wal', 200 * 2 ** 20).fault).toBeNull()
  expect((await anchorFinding('/x', 5001)).fault?.code).toBe('doctor.no-anchor')
  expect((await anchorFinding('/x', 5000)).fault).toBeNull()
})

import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { importCompany } from '../../src/os/archive/import.ts'
import { movingRow } from '../../src/os/sealed.ts'
import type { FakeClock } from '../../src/testing/clock.ts'
import { companyIdentity } from '../../src/values/id.ts'
import { minutes } from '../../src/values/time.ts'
import { faultFrom } from '../store/open-store.ts'
import {
  draftBeside,
  draftIn,
  newCompany,
  openCompanyIn,
  passphrase,
  postInVain,
  stateOf,
  type TestCompany,
  writeLetter,
} from './company.ts'

const beside = (opened: TestCompany, name: string): string => join(dirname(opened.folder), name)
const move = (opened: TestCompany, name = 'ana.soloist') =>
  opened.os.export(beside(opened, name), { move: true, passphrase })

test('a move seals the source: it takes no more writes, and does not open again', async () => {
  const ana = await newCompany()
  await writeLetter(ana, 'Dear Bob')
  await move(ana)
  expect(await faultFrom(ana.os.start('letters', { text: 'one more' }, 'operator'))).toMatchObject({
    code: 'store.sealed',
  })
  await ana.os.close()
  expect(await faultFrom(openCompanyIn(ana.folder))).toMatchObject({
    code: 'store.sealed',
    about: { at: '2026-03-13T09:00:00Z' },
  })
})

test('a moved company goes on where it stopped, in its epoch, and ends what was on its way out under the same key', async () => {
  const ana = await newCompany()
  await postInVain(ana, 'Dear Bob')
  const moving = move(ana)
  // The move waits for the call that hangs, until the adapter's own time is up.
  await (ana.kernel.clock as FakeClock).advance(minutes(2))
  const { lastSeq } = await moving
  await ana.os.close()
  const imported = await importCompany(beside(ana, 'ana.soloist'), beside(ana, 'moved'), passphrase)
  expect(imported).toEqual({ folder: beside(ana, 'moved'), lastSeq, epoch: 1, kind: 'move', paused: false })
  const moved = await openCompanyIn(beside(ana, 'moved'))
  expect(await moved.os.mode()).toMatchObject({ mode: 'normal' })
  expect((await stateOf(moved)).events[lastSeq - 1]).toMatchObject({ kind: 'company.exported' })
  expect((await stateOf(moved)).events[lastSeq]).toMatchObject({ kind: 'company.imported' })
  // The call that was cut off is tried again after its pause.
  await (moved.kernel.clock as FakeClock).advance(minutes(10))
  await moved.os.idle()
  expect(moved.office.handedIn).toEqual(ana.office.handedIn)
  expect(await moved.kernel.store.read.selectFrom('runs').select('state').execute()).toEqual([{ state: 'done' }])
  await moved.os.verify()
})

test('a company that its operator paused is still paused after a move', async () => {
  const ana = await newCompany()
  await ana.os.pause('on holiday')
  await move(ana)
  await importCompany(beside(ana, 'ana.soloist'), beside(ana, 'moved'), passphrase)
  const moved = await openCompanyIn(beside(ana, 'moved'))
  expect(await moved.os.mode()).toMatchObject({ mode: 'paused', why: 'on holiday' })
})

test('a move that fails leaves the source at work, unsealed, with no archive and no draft', async () => {
  const ana = await newCompany()
  const { gate } = await writeLetter(ana, 'Dear Bob')
  ana.os.work()
  await ana.os.decide(gate, { verdict: 'approved' })
  const missing = join(beside(ana, 'no-such-folder'), 'ana.soloist')
  expect(await faultFrom(ana.os.export(missing, { move: true, passphrase }))).toMatchObject({
    code: 'store.unwritable',
  })
  expect(readdirSync(dirname(ana.folder))).toEqual(['ana'])
  expect(await ana.os.mode()).toMatchObject({ mode: 'normal' })
  await ana.os.idle()
  expect(ana.office.handedIn).toHaveLength(1)
  await ana.os.close()
  const again = await openCompanyIn(ana.folder)
  expect(await again.kernel.store.read.selectFrom('runs').select('state').execute()).toEqual([{ state: 'done' }])
})

test('when the name is taken at the last moment, nothing is overwritten and the seal is lifted', async () => {
  const ana = await newCompany()
  const archive = beside(ana, 'ana.soloist')
  const moving = move(ana)
  // Then the check at the beginning is over.
  await draftBeside(dirname(archive))
  writeFileSync(archive, 'mine')
  expect(await faultFrom(moving)).toMatchObject({ code: 'archive.occupied' })
  expect(readdirSync(dirname(archive)).sort()).toEqual(['ana', 'ana.soloist'])
  await writeLetter(ana, 'Dear Bob')
  await ana.os.close()
  await openCompanyIn(ana.folder)
})

test('what is decided while the archive is written is in it', async () => {
  const ana = await newCompany()
  const { gate } = await writeLetter(ana, 'Dear Bob')
  const moving = move(ana)
  await draftBeside(dirname(ana.folder))
  await ana.os.decide(gate, { verdict: 'rejected', reason: 'no' })
  const { lastSeq } = await moving
  await importCompany(beside(ana, 'ana.soloist'), beside(ana, 'moved'), passphrase)
  const moved = await openCompanyIn(beside(ana, 'moved'))
  const { events, gates } = await stateOf(moved)
  expect(events[lastSeq - 1]?.kind).toBe('company.exported')
  expect(gates.map((row) => row.state)).toEqual(['rejected'])
})

test('when the process died between the seal and the name, the archive gets its name at the next opening', async () => {
  const ana = await newCompany()
  const archive = beside(ana, 'ana.soloist')
  await move(ana)
  const row = await ana.kernel.store.read
    .selectFrom('meta')
    .select('value')
    .where('name', '=', movingRow)
    .executeTakeFirstOrThrow()
  const { draft } = JSON.parse(row.value) as { draft: string }
  await ana.os.close()
  renameSync(archive, draft)
  expect(await faultFrom(openCompanyIn(ana.folder))).toMatchObject({ code: 'store.sealed' })
  expect(existsSync(archive)).toBe(true)
  expect(existsSync(draft)).toBe(false)
  mkdirSync(beside(ana, 'moved'))
  await importCompany(archive, beside(ana, 'moved'), passphrase)
  await openCompanyIn(beside(ana, 'moved'))
})

test('a company in which something keeps happening is not moved', async () => {
  const ana = await newCompany()
  const { store, journal } = ana.kernel
  const folder = dirname(ana.folder)
  const more = {
    kind: 'company.resumed',
    subject: companyIdentity,
    origin: 'system',
    payload: { why: 'again' },
  } as const
  const seen = new Set<string>()
  let over = false
  const refused = faultFrom(move(ana)).finally(() => {
    over = true
  })
  while (!over) {
    const draft = draftIn(folder, seen)
    if (draft !== undefined) {
      seen.add(draft)
      await store.write((tx) => journal.append(tx, more))
    }
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(await refused).toMatchObject({ code: 'archive.unquiet' })
  expect(seen.size).toBe(5)
  expect(readdirSync(folder)).toEqual(['ana'])
  expect(await ana.os.mode()).toMatchObject({ mode: 'normal' })
})

import { appendFileSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { days } from '../../src/index.ts'
import { importCompany } from '../../src/os/archive/import.ts'
import { found, newCompany, openIn, passphrase, person, startUntilGate } from './company.ts'
import { plant } from './plant.ts'

const backup = { every: days(1), to: '../backups', keep: 3 }
const note = { who: 'zqanarosa@example.org', title: 'On zqtopicofall', text: 'Dear zqnameofall' }
const texts = ['zqanarosa', 'zqtopicofall', 'zqnameofall']

const forgottenIn = async ({ os }: Awaited<ReturnType<typeof openIn>>) =>
  (await os.journal.page({ after: 0, limit: 10, kind: 'identity.forgotten' })).map((event) => event.payload)

test('a backup from before is told of, and whoever restores it with the ledger beside it has forgotten again', async () => {
  const ana = await newCompany({ backup })
  const { os, folder } = ana
  const home = dirname(folder)
  const { texts: planted, ids } = await plant(ana)
  const { path } = await os.backups.take()
  const exported = join(home, 'elsewhere', 'ana.soloist')
  mkdirSync(dirname(exported))
  await os.export(exported, { move: false, passphrase })
  expect(found([dirname(path)], planted).length).toBeGreaterThan(5)

  const done = await os.forget(ids[0]!, { dryRun: false, cancelRuns: false })
  const told = done.archives.map((archive) => [archive.kind, archive.path, archive.there])
  expect(told).toContainEqual(['backup', path, true])
  expect(told).toContainEqual(['export', exported, true])
  const ledger = readFileSync(join(dirname(path), 'forgotten.jsonl'), 'utf8')
  for (const id of ids) expect(ledger).toContain(id)
  expect(readFileSync(join(dirname(exported), 'forgotten.jsonl'), 'utf8')).toBe(ledger)
  await os.close()

  // Another machine: nothing is near it but the archive and its ledger.
  const away = join(home, 'away')
  mkdirSync(away)
  for (const name of ['forgotten.jsonl', path.slice(dirname(path).length + 1)])
    cpSync(join(dirname(path), name), join(away, name))
  const restored = join(home, 'machine', 'ana')
  mkdirSync(dirname(restored))
  await importCompany(join(away, path.slice(dirname(path).length + 1)), restored, passphrase)
  expect(found([restored], planted)).toEqual([])
  cpSync(join(home, 'clock'), join(home, 'machine/clock'))
  const copy = await openIn(restored)
  expect(await forgottenIn(copy)).toEqual(ids.toSorted().map((id) => expect.objectContaining({ id, again: true })))
  expect(existsSync(join(restored, '.soloist/forgotten.jsonl'))).toBe(true)
  await copy.os.resume('to look around')
  await copy.os.idle()
  await copy.os.verify()
})

test('restored beside the company that forgot, what was not over then ends, and a forged ledger forgets nobody', async () => {
  const ana = await newCompany()
  const { os, folder } = ana
  const home = dirname(folder)
  const bob = await person(ana, 'Bob', 'bob@example.org')
  const id = await person(ana, 'Ana zqnameofall', note.who)
  const { run } = await startUntilGate(ana, 'letter', note)
  const archive = join(home, 'ana.soloist')
  await os.export(archive, { move: false, passphrase })
  await os.forget(id, { dryRun: false, cancelRuns: true })
  // The ledger beside the archive is lost, and someone put another one there.
  const line = JSON.stringify({ id: bob, at: 1, mac: 'ab'.repeat(32) })
  writeFileSync(join(home, 'forgotten.jsonl'), `{"id":\n${line}\n`)
  await importCompany(archive, join(home, 'copy'), passphrase)
  expect(found([join(home, 'copy')], texts)).toEqual([])
  const copy = await openIn(join(home, 'copy'))
  expect(await forgottenIn(copy)).toEqual([{ id, pointers: 0, again: true }])
  const { read } = copy.os.store
  expect(await read.selectFrom('runs').select('state').where('id', '=', run).execute()).toEqual([
    { state: 'cancelled' },
  ])
  expect(await read.selectFrom('identities').select('name').where('id', '=', bob).execute()).toEqual([{ name: 'Bob' }])
  await copy.os.resume('to look around')
  await copy.os.idle()
  await copy.os.verify()
})

test('a store that is put back by hand, and a folder that was copied before, forget again when they are opened', async () => {
  const ana = await newCompany()
  const { os, folder } = ana
  const id = await person(ana, 'Ana zqnameofall', note.who)
  await os.close()
  const old = readFileSync(join(folder, '.soloist/company.db'))
  const copied = join(dirname(folder), 'copied')
  cpSync(folder, copied, { recursive: true })
  // As a migration leaves it.
  writeFileSync(join(folder, '.soloist/company.db.schema-7'), old)
  const again = await openIn(folder)
  const { finished } = await again.os.forget(id, { dryRun: false, cancelRuns: false })
  expect(finished?.removedCopies).toEqual([join(folder, '.soloist/company.db.schema-7')])
  expect(found([folder], texts)).toEqual([])
  await again.os.close()

  for (const suffix of ['-wal', '-shm']) rmSync(join(folder, `.soloist/company.db${suffix}`), { force: true })
  writeFileSync(join(folder, '.soloist/company.db'), old)
  expect(found([folder], texts)).not.toEqual([])
  const back = await openIn(folder)
  expect(await forgottenIn(back)).toEqual([{ id, pointers: 0, again: true }])
  expect(found([folder], texts)).toEqual([])

  const copy = await openIn(copied)
  expect(await forgottenIn(copy)).toEqual([{ id, pointers: 0, again: true }])
  expect(found([copied], texts)).toEqual([])
  expect(await copy.os.mode()).toMatchObject({ mode: 'paused' })
})

test('where no ledger can be written beside an archive, that is said', async () => {
  const ana = await newCompany()
  const { os, folder } = ana
  const id = await person(ana, 'Ana', note.who)
  const stick = join(dirname(folder), 'stick')
  mkdirSync(stick)
  await os.export(join(stick, 'ana.soloist'), { move: false, passphrase })
  renameSync(stick, `${stick}-unplugged`)
  const { finished, archives } = await os.forget(id, { dryRun: false, cancelRuns: false })
  expect(finished?.unreached).toEqual([stick])
  expect(archives).toEqual([expect.objectContaining({ path: join(stick, 'ana.soloist'), there: false })])
  appendFileSync(join(folder, '.soloist/forgotten.jsonl'), '\n{"id":"idn_torn')
  await os.close()
  await openIn(folder)
})

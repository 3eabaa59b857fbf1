import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { contentDigest } from '../../src/os/archive/digest.ts'
import { readHeader } from '../../src/os/archive/format.ts'
import { importCompany } from '../../src/os/archive/import.ts'
import { passphraseKey } from '../../src/os/archive/passphrase.ts'
import { placeFiles } from '../../src/os/archive/place-files.ts'
import { seal } from '../../src/store/seal.ts'
import { faultIn } from '../../src/values/fault.ts'
import { faultFrom } from '../store/open-store.ts'
import { lighten, newCompany, openCompanyIn, passphrase, stateOf, tempFolder, writeLetter } from './company.ts'

let made: { readonly bytes: Buffer; readonly state: Awaited<ReturnType<typeof stateOf>> } | undefined

/** An archive in a folder of its own, and the state that an import of it must have. It is exported once. */
async function archived() {
  made ??= await exported()
  const folder = tempFolder()
  const archive = join(folder, 'ana.soloist')
  writeFileSync(archive, made.bytes, { mode: 0o600 })
  return { folder, archive, target: join(folder, 'imported'), state: made.state }
}

async function exported() {
  const ana = await newCompany()
  await writeLetter(ana, 'Dear Bob')
  const archive = join(tempFolder(), 'ana.soloist')
  await ana.os.export(archive, { move: false, passphrase })
  await lighten(archive, ana)
  const state = await stateOf(ana)
  await ana.os.close()
  return { bytes: readFileSync(archive), state }
}

test('a wrong passphrase, an empty one and a file that is no archive are refused, and leave nothing behind', async () => {
  const { folder, archive, target } = await archived()
  expect(await faultFrom(importCompany(archive, target, 'wrong'))).toMatchObject({ code: 'archive.wrong-passphrase' })
  expect(await faultFrom(importCompany(archive, target, ''))).toMatchObject({ code: 'input.invalid' })
  const other = join(folder, 'other')
  writeFileSync(other, 'x'.repeat(100_000))
  expect(await faultFrom(importCompany(other, target, passphrase))).toMatchObject({ code: 'archive.invalid' })
  expect(await faultFrom(importCompany(join(folder, 'nothing'), target, passphrase))).toMatchObject({
    code: 'archive.invalid',
  })
  expect(await faultFrom(importCompany(folder, target, passphrase))).toMatchObject({
    code: expect.stringMatching(/^(archive.invalid|store.unwritable)$/),
  })
  expect(readdirSync(folder).sort()).toEqual(['ana.soloist', 'other'])
})

test('a passphrase is the same however its accents are typed', async () => {
  const ana = await newCompany()
  const folder = tempFolder()
  await ana.os.export(join(folder, 'a'), { move: false, passphrase: 'žlutý kůň'.normalize('NFD') })
  await importCompany(join(folder, 'a'), join(folder, 'b'), 'žlutý kůň'.normalize('NFC'))
})

test('a truncated archive is refused, wherever it ends', async () => {
  const { folder, archive, target } = await archived()
  const { size } = statSync(archive)
  for (const length of [0, 50, 4096, Math.floor(size / 2), size - 4096, size - 1]) {
    const cut = join(folder, 'cut')
    copyFileSync(archive, cut)
    truncateSync(cut, length)
    expect(await faultFrom(importCompany(cut, target, passphrase)), `cut at ${length}`).toMatchObject({
      code: 'archive.invalid',
    })
  }
  expect(readdirSync(folder).sort()).toEqual(['ana.soloist', 'cut'])
})

test('with any bit flipped an archive is refused, or gives exactly the company that was exported', async () => {
  const { folder, archive, state } = await archived()
  const whole = readFileSync(archive)
  const random = lehmer(20260313)
  // Four of five where something stands; an archive of a young company is mostly empty pages.
  const written = [...whole.keys()].filter((index) => whole[index] !== 0)
  let refused = 0
  for (let round = 0; round < 100; round += 1) {
    const flipped = Buffer.from(whole)
    const at = round % 5 === 0 ? random() % whole.length : written[random() % written.length]!
    flipped[at]! ^= 1 << (random() % 8)
    const damaged = join(folder, 'damaged')
    writeFileSync(damaged, flipped)
    const target = join(folder, `company-${round}`)
    const code = await importCompany(damaged, target, passphrase).then(
      () => undefined,
      (error: unknown) => faultIn(error).code,
    )
    if (code === undefined) await expectSame(target, state)
    else {
      expect(code, `bit at ${at}`).toMatch(/^archive\.(invalid|wrong-passphrase)$/)
      expect(readdirSync(folder).filter((name) => name.startsWith(`company-${round}`))).toEqual([])
      refused += 1
    }
  }
  expect(refused).toBeGreaterThan(50)
}, 120_000)

async function expectSame(folder: string, state: Awaited<ReturnType<typeof stateOf>>): Promise<void> {
  const imported = await openCompanyIn(folder)
  const { events, ...rest } = await stateOf(imported)
  const { events: before, ...restBefore } = state
  expect(events.slice(0, before.length)).toEqual(before)
  expect(rest).toEqual(restBefore)
  expect(readFileSync(join(folder, 'soloist.config.ts'), 'utf8')).toBe('export default {}\n')
  await imported.os.verify()
  await imported.os.close()
}

/** Park and Miller's numbers: the same in each run. */
function lehmer(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48271) % 2147483647
    return state
  }
}

/** Changes an archive from within, and makes its digest fit: `under` seals it again, as only who has the passphrase can. */
async function forge(archive: string, sql: string, under?: string): Promise<void> {
  const connection = new DatabaseSync(archive)
  connection.exec(sql)
  const digest = await contentDigest(connection)
  connection.prepare("UPDATE archive SET value = ? WHERE name = 'digest'").run(digest.toString('hex'))
  if (under !== undefined) {
    const stretch = readHeader(connection, archive)
    const key = seal(await passphraseKey(under, stretch), Buffer.concat([Buffer.alloc(32, 7), digest]))
    connection.prepare("UPDATE archive SET value = ? WHERE name = 'key'").run(key.toString('hex'))
  }
  connection.close()
}

test('a changed archive whose digest was made to fit is refused without the passphrase', async () => {
  const { archive, target } = await archived()
  await forge(archive, "UPDATE archive_files SET content = CAST('evil()' AS BLOB) WHERE path = 'soloist.config.ts'")
  expect(await faultFrom(importCompany(archive, target, passphrase))).toMatchObject({
    code: 'archive.invalid',
    message: expect.stringContaining('not what was exported'),
  })
})

test.each([
  '../evil',
  '/tmp/evil',
  'a/../../evil',
  'a//b',
  'agents/..',
  '.soloist/vault.key',
  '.soloist/company.db',
  'C:\\evil',
])('a file that would lie at %s is refused', async (path) => {
  const { folder, archive, target } = await archived()
  await forge(archive, `INSERT INTO archive_files VALUES ('${path}', 420, x'00')`, passphrase)
  expect(await faultFrom(importCompany(archive, target, passphrase))).toMatchObject({ code: 'archive.invalid' })
  expect(readdirSync(folder)).toEqual(['ana.soloist'])
})

test('an archive that asks for more memory than it may is refused', async () => {
  const { archive, target } = await archived()
  await forge(archive, "UPDATE archive SET value = '40' WHERE name = 'scrypt.log2N'")
  expect(await faultFrom(importCompany(archive, target, passphrase))).toMatchObject({ code: 'archive.invalid' })
})

test.each([
  [
    'a view that gives files without end',
    `DROP TABLE archive_files; CREATE VIEW archive_files AS
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT 'f' || i AS path, 420 AS mode, zeroblob(1000000) AS content FROM n`,
  ],
  [
    'a trigger that would act in our name',
    'CREATE TRIGGER evil AFTER INSERT ON events BEGIN DELETE FROM decisions; END',
  ],
  ['a law that was taken away', 'DROP TRIGGER decisions_are_final'],
  ['a table that is none of ours', 'CREATE TABLE more (id INTEGER PRIMARY KEY)'],
])('an archive with %s is refused before anything of it is read', async (_what, sql) => {
  const { folder, archive, target } = await archived()
  const connection = new DatabaseSync(archive)
  connection.exec(sql)
  connection.close()
  expect(await faultFrom(importCompany(archive, target, passphrase))).toMatchObject({
    code: 'archive.invalid',
    message: expect.stringContaining('its tables are not those of a company'),
  })
  expect(readdirSync(folder)).toEqual(['ana.soloist'])
})

test('an archive of a schema that is not known yet is refused with the next step', async () => {
  const { archive, target } = await archived()
  await forge(archive, 'PRAGMA user_version = 99', passphrase)
  expect(await faultFrom(importCompany(archive, target, passphrase))).toMatchObject({
    code: 'store.newer',
    next: expect.stringContaining('Install the newer Soloist'),
  })
})

test.each([
  [
    'more files than any export writes',
    `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20100)
     INSERT INTO archive_files SELECT 'f' || i, 420, x'00' FROM n`,
    'more than any export',
  ],
  [
    'a file that is a folder too',
    "INSERT INTO archive_files VALUES ('x', 420, x'00'), ('x/y', 420, x'00')",
    'cannot stand',
  ],
  [
    'a name that no disk takes',
    "INSERT INTO archive_files VALUES (printf('%.*c', 300, 'n'), 420, x'00')",
    'cannot stand',
  ],
  ['fewer rows than its company had', 'DELETE FROM gate_covers', 'rows of gate_covers'],
])('an archive with %s is refused, and leaves nothing behind', async (_what, sql, why) => {
  const { folder, archive, target } = await archived()
  await forge(archive, sql, passphrase)
  expect(await faultFrom(importCompany(archive, target, passphrase))).toMatchObject({
    code: 'archive.invalid',
    message: expect.stringContaining(why),
  })
  expect(readdirSync(folder)).toEqual(['ana.soloist'])
})

test('a file of an archive never gets more than the rights of a file', async () => {
  const connection = new DatabaseSync(':memory:')
  connection.exec("CREATE TABLE archive_files AS SELECT 'run.sh' AS path, 2541 AS mode, x'00' AS content")
  const folder = tempFolder()
  placeFiles(connection, { folder, storeFolder: '.soloist', archive: 'ana.soloist' })
  connection.close()
  expect(statSync(join(folder, 'run.sh')).mode & 0o7777).toBe(0o755)
})

test('a foreign SQLite file that calls itself an archive is refused', async () => {
  const folder = tempFolder()
  const foreign = join(folder, 'foreign')
  const connection = new DatabaseSync(foreign)
  connection.exec('CREATE TABLE photos (id INTEGER PRIMARY KEY); PRAGMA application_id = 1397705807')
  connection.close()
  expect((await faultFrom(importCompany(foreign, join(folder, 'target'), passphrase))).code).toBe('archive.invalid')
  expect(readdirSync(folder)).toEqual(['foreign'])
})

test('an archive is read through a link, and a target that is a link is refused', async () => {
  const { folder, archive, target } = await archived()
  symlinkSync(archive, join(folder, 'link.soloist'))
  mkdirSync(join(folder, 'elsewhere'))
  symlinkSync(join(folder, 'elsewhere'), join(folder, 'link'))
  expect((await faultFrom(importCompany(archive, join(folder, 'link'), passphrase))).code).toBe('store.unwritable')
  expect(readdirSync(join(folder, 'elsewhere'))).toEqual([])
  await importCompany(join(folder, 'link.soloist'), target, passphrase)
})

import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { importCompany } from '../../src/os/archive/import.ts'
import { startChild } from '../store/child.ts'
import { faultFrom } from '../store/open-store.ts'
import { newCompany, openCompanyIn, passphrase, tempFolder } from './company.ts'

const isRoot = process.getuid?.() === 0
const nobody = 65534
const copy = { move: false, passphrase } as const

test('an empty folder is filled, and one that holds anything is refused and left alone', async () => {
  const ana = await newCompany()
  const folder = tempFolder()
  const archive = join(folder, 'ana.soloist')
  await ana.os.export(archive, copy)
  mkdirSync(join(folder, 'empty'))
  await importCompany(archive, join(folder, 'empty'), passphrase)
  await openCompanyIn(join(folder, 'empty'))

  mkdirSync(join(folder, 'full'))
  writeFileSync(join(folder, 'full/notes.txt'), 'mine')
  writeFileSync(join(folder, 'file'), 'mine')
  expect(await faultFrom(importCompany(archive, join(folder, 'full'), passphrase))).toMatchObject({
    code: 'archive.occupied',
  })
  expect(await faultFrom(importCompany(archive, join(folder, 'file'), passphrase))).toMatchObject({
    code: 'archive.occupied',
  })
  expect(readdirSync(join(folder, 'full'))).toEqual(['notes.txt'])
  expect(readdirSync(folder).sort()).toEqual(['ana.soloist', 'empty', 'file', 'full'])
})

test('an export never overwrites, and an empty passphrase protects nothing', async () => {
  const ana = await newCompany()
  const archive = join(tempFolder(), 'ana.soloist')
  expect(await faultFrom(ana.os.export(archive, { move: false, passphrase: ' ' }))).toMatchObject({
    code: 'input.invalid',
  })
  expect(existsSync(archive)).toBe(false)
  await ana.os.export(archive, copy)
  expect(await faultFrom(ana.os.export(archive, copy))).toMatchObject({ code: 'archive.occupied' })
})

test('an archive holds no other archive, no outbox, no repository and no packages', async () => {
  const ana = await newCompany()
  for (const part of ['outbox', '.git', 'agents/node_modules']) {
    mkdirSync(join(ana.folder, part))
    writeFileSync(join(ana.folder, part, 'a'), 'a')
  }
  await ana.os.export(join(ana.folder, 'first.soloist'), copy)
  await ana.os.export(join(ana.folder, 'second.soloist'), copy)
  const target = join(dirname(ana.folder), 'copy')
  await importCompany(join(ana.folder, 'second.soloist'), target, passphrase)
  expect(readdirSync(target).sort()).toEqual(['.soloist', 'agents', 'soloist.config.ts'])
  expect(readdirSync(join(target, 'agents'))).toEqual(['writer.md'])
})

test('too much to carry, and a link, are refused before anything is written', async () => {
  const ana = await newCompany()
  const archive = join(dirname(ana.folder), 'ana.soloist')
  writeFileSync(join(ana.folder, 'film'), '')
  truncateSync(join(ana.folder, 'film'), 2 ** 29)
  expect(await faultFrom(ana.os.export(archive, copy))).toMatchObject({ code: 'input.too-large' })
  rmSync(join(ana.folder, 'film'))
  symlinkSync('/etc/hostname', join(ana.folder, 'knowledge'))
  expect(await faultFrom(ana.os.export(archive, copy))).toMatchObject({ code: 'input.invalid' })
  expect(readdirSync(dirname(ana.folder))).toEqual(['ana'])
})

test('the anchors go along, so that a tail that was cut is found in the copy too', async () => {
  const ana = await newCompany()
  await ana.anchoring.anchor()
  const target = join(dirname(ana.folder), 'copy')
  await ana.os.export(`${target}.soloist`, copy)
  await importCompany(`${target}.soloist`, target, passphrase)
  const anchors = (folder: string) => readdirSync(join(folder, '.soloist')).includes('anchors.jsonl')
  expect([anchors(ana.folder), anchors(target)]).toEqual([true, true])
})

test.runIf(isRoot)('where this user may not write, export and import say so and leave nothing', async () => {
  const ana = await newCompany()
  const open = mkdtempSync(join(tmpdir(), 'soloist-open-'))
  onTestFinished(() => rmSync(open, { recursive: true, force: true }))
  chmodSync(open, 0o755)
  await ana.os.export(join(open, 'ana.soloist'), copy)
  chmodSync(join(open, 'ana.soloist'), 0o644)
  const child = startChild(
    `const { importCompany } = await import('SRC/os/archive/import.ts')
    await importCompany('${open}/ana.soloist', '${open}/company', '${passphrase}').catch((error) => console.log(error.fault.code))`,
    { uid: nobody },
  )
  expect(await child.line()).toBe('store.unwritable')
  expect(readdirSync(open)).toEqual(['ana.soloist'])
  expect(await faultFrom(ana.os.export('/proc/ana.soloist', copy))).toMatchObject({ code: 'store.unwritable' })
})

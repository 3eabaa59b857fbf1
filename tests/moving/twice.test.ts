import { chmodSync, copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { importCompany } from '../../src/os/archive/import.ts'
import type { FakeClock } from '../../src/testing/clock.ts'
import { type Fault, faultIn } from '../../src/values/fault.ts'
import { minutes } from '../../src/values/time.ts'
import { lighten, newCompany, openCompanyIn, passphrase, postInVain, tempFolder } from '../archive/company.ts'
import { startChild } from '../store/child.ts'
import { faultFrom } from '../store/open-store.ts'

// Where the machine is busy, processes and threads take seconds.
vi.setConfig({ testTimeout: 240_000 })

const isRoot = process.getuid?.() === 0

/** A machine of its own: what it remembers lies in a folder. */
const machine = () => ({ env: { XDG_STATE_HOME: tempFolder() } })

let made: { readonly bytes: Buffer; readonly handedIn: readonly string[] } | undefined

/** An archive that moves a company with an effect on its way out, and what was handed in before. Made once. */
async function movedArchive(): Promise<{ archive: string; handedIn: readonly string[] }> {
  made ??= await moveAway()
  const archive = join(tempFolder(), 'ana.soloist')
  writeFileSync(archive, made.bytes, { mode: 0o600 })
  return { archive, handedIn: made.handedIn }
}

async function moveAway() {
  const source = await newCompany()
  await postInVain(source, 'Dear Bob')
  const archive = join(dirname(source.folder), 'ana.soloist')
  const moving = source.os.export(archive, { move: true, passphrase })
  await (source.kernel.clock as FakeClock).advance(minutes(2))
  await moving
  await lighten(archive, source)
  await source.os.close()
  return { bytes: readFileSync(archive), handedIn: source.office.handedIn }
}

const beside = (archive: string, name: string): string => join(dirname(archive), name)

test('an archive that has moved its company moves it no second time, and says when and where to it did', async () => {
  const { archive } = await movedArchive()
  const here = machine()
  await importCompany(archive, beside(archive, 'first'), passphrase, here)
  const refused = await faultFrom(importCompany(archive, beside(archive, 'second'), passphrase, here))
  expect(refused).toMatchObject({ code: 'archive.used', message: expect.stringContaining(beside(archive, 'first')) })
  expect(existsSync(beside(archive, 'second'))).toBe(false)
  // The archive itself says so, wherever it is carried.
  const elsewhere = faultFrom(importCompany(archive, beside(archive, 'second'), passphrase, machine()))
  expect((await elsewhere).code).toBe('archive.used')
})

test('a copy of the archive that was made before is known on this machine, and on no other', async () => {
  const { archive } = await movedArchive()
  const spare = beside(archive, 'spare.soloist')
  copyFileSync(archive, spare)
  const here = machine()
  await importCompany(archive, beside(archive, 'first'), passphrase, here)
  expect((await faultFrom(importCompany(spare, beside(archive, 'second'), passphrase, here))).code).toBe('archive.used')
  // What no machine without a network can know. docs/guide/moving-house.md says so.
  await importCompany(spare, beside(archive, 'second'), passphrase, machine())
})

test('imported again it is a paused copy of an epoch of its own each time, which asks before anything goes out', async () => {
  const { archive, handedIn } = await movedArchive()
  const here = machine()
  const imports = []
  for (const [name, again] of [
    ['first', false],
    ['second', true],
    ['third', true],
  ] as const)
    imports.push(await importCompany(archive, beside(archive, name), passphrase, { ...here, again }))
  expect(imports.map(({ epoch, paused, kind }) => [epoch, paused, kind])).toEqual([
    [1, false, 'move'],
    [2, true, 'copy'],
    [3, true, 'copy'],
  ])
  const first = await openCompanyIn(beside(archive, 'first'))
  await (first.kernel.clock as FakeClock).advance(minutes(10))
  await first.os.idle()
  // Under the key that the source used: a provider that knows keys takes it for one.
  expect(first.office.handedIn).toEqual(handedIn)
  for (const [index, name] of ['second', 'third'].entries()) {
    const again = await openCompanyIn(beside(archive, name))
    await again.os.resume('the first is lost')
    await (again.kernel.clock as FakeClock).advance(minutes(10))
    await again.os.idle()
    expect(again.office.handedIn).toEqual([])
    const effects = await again.kernel.store.read.selectFrom('effects').select(['state', 'fence']).execute()
    expect(effects).toEqual([{ state: 'unknown', fence: -2 - index }])
    await again.os.verify()
  }
})

test('an import that fails leaves the archive unused', async () => {
  const { archive } = await movedArchive()
  const here = machine()
  const target = beside(archive, 'target')
  expect((await faultFrom(importCompany(archive, target, 'wrong', here))).code).toBe('archive.wrong-passphrase')
  const missing = join(beside(archive, 'no-such-folder'), 'company')
  expect((await faultFrom(importCompany(archive, missing, passphrase, here))).code).toBe('store.unwritable')
  await importCompany(archive, target, passphrase, here)
})

test('of two imports at once one gets the company', async () => {
  const { archive } = await movedArchive()
  const here = machine()
  const results = await Promise.all(
    ['first', 'second'].map((name) =>
      importCompany(archive, beside(archive, name), passphrase, here).then(
        () => 'imported',
        (error: unknown): Fault['code'] => faultIn(error).code,
      ),
    ),
  )
  expect(results.sort()).toEqual(['archive.used', 'imported'])
  expect(readdirSync(dirname(archive)).filter((name) => /first|second/.test(name))).toHaveLength(1)
})

test.runIf(isRoot)('an archive that cannot be written is remembered by the machine alone', async () => {
  const { archive } = await movedArchive()
  chmodSync(dirname(archive), 0o777)
  chmodSync(archive, 0o644)
  const child = startChild(
    `const { importCompany } = await import('SRC/os/archive/import.ts')
    const outcome = (name) => importCompany('${archive}', '${dirname(archive)}/' + name, '${passphrase}').then(() => 'imported', (error) => error.fault.code)
    console.log(await outcome('first'), await outcome('second'))`,
    { uid: 65534, env: { XDG_STATE_HOME: join(dirname(archive), 'state') } },
  )
  expect(await child.line()).toBe('imported archive.used')
})

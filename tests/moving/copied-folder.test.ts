import { cpSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { newCompany, openCompanyIn, postInVain, type TestCompany, writeLetter } from '../archive/company.ts'
import { faultFrom } from '../store/open-store.ts'

const beside = (company: TestCompany, name: string): string => join(dirname(company.folder), name)

function copied(company: TestCompany): string {
  const folder = beside(company, 'copied')
  cpSync(company.folder, folder, { recursive: true })
  return folder
}

const imports = async ({ kernel }: TestCompany) =>
  (await kernel.journal.page({ after: 0, limit: 10, kind: 'company.imported' })).map(({ payload }) => payload)

test('a folder that was copied while its company worked is opened paused, asks about what was on its way out, and sends nothing', async () => {
  const ana = await newCompany()
  await postInVain(ana, 'Dear Bob')
  const copy = await openCompanyIn(copied(ana))
  expect(await copy.os.mode()).toMatchObject({ mode: 'paused', why: expect.stringContaining('copy') })
  expect(await imports(copy)).toMatchObject([{ from: 'a copied folder', epoch: 2 }])
  await copy.os.idle()
  await copy.os.resume('to look around')
  await copy.os.idle()
  expect(copy.office.handedIn).toEqual([])
  expect(await copy.kernel.store.read.selectFrom('effects').select(['state', 'fence']).execute()).toEqual([
    { state: 'unknown', fence: -2 },
  ])
  await copy.os.verify()
})

test('a copy is at home where it was opened first: the next time it is no copy any more', async () => {
  const ana = await newCompany()
  const copy = await openCompanyIn(copied(ana))
  await copy.os.resume('the first is gone')
  await copy.os.close()
  const again = await openCompanyIn(copy.folder)
  expect(await again.os.mode()).toMatchObject({ mode: 'normal' })
  expect(await imports(again)).toHaveLength(1)
})

test('a folder that was only renamed is no copy', async () => {
  const ana = await newCompany()
  await ana.os.close()
  renameSync(ana.folder, beside(ana, 'renamed'))
  const renamed = await openCompanyIn(beside(ana, 'renamed'))
  expect(await renamed.os.mode()).toMatchObject({ mode: 'normal' })
  expect(await imports(renamed)).toEqual([])
})

test('a copied folder that is torn is refused: its store is older than its anchors, or damaged', async () => {
  const ana = await newCompany()
  await writeLetter(ana, 'Dear Bob')
  const older = copied(ana)
  await writeLetter(ana, 'Dear Cid')
  await ana.os.verify()
  cpSync(ana.places.anchors, join(older, '.soloist/anchors.jsonl'))
  expect((await faultFrom(openCompanyIn(older))).code).toBe('journal.broken')
  rmSync(older, { recursive: true })

  const damaged = copied(ana)
  const connection = new DatabaseSync(join(damaged, '.soloist/company.db'))
  connection.exec('PRAGMA foreign_keys = OFF; DELETE FROM runs')
  connection.close()
  expect((await faultFrom(openCompanyIn(damaged))).code).toBe('store.corrupt')
})

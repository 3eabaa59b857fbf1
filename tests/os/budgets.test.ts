import { afterEach, expect, test } from 'vitest'
import { usd } from '../../src/index.ts'
import { operationNamed } from '../../src/os/operations/registry.ts'
import { openTestCompany, type TestCompany } from '../api/company.ts'

let desk: TestCompany
afterEach(() => desk.close())

test("the config's limits of this month are listed before anything is spent, and listing writes nothing", async () => {
  desk = await openTestCompany(undefined, { budgets: { monthly: usd(20), perWorkflow: { newsletter: usd(5) } } })
  const list = async () => (await operationNamed('budgets.list').perform(desk.os, {})) as { items: object[] }
  const rest = { period: '2026-03', spent: 0, reserved: 0 }
  const [company, newsletter] = [
    { ...rest, scope: 'company', limit: 20_000_000, left: 20_000_000 },
    { ...rest, scope: 'workflow:newsletter', limit: 5_000_000, left: 5_000_000 },
  ]
  expect((await list()).items).toEqual([company, newsletter])
  expect(await desk.os.store.read.selectFrom('budgets').selectAll().execute()).toEqual([])
  // What the operator sets for a month stands, not what the config says.
  await operationNamed('budgets.set').perform(desk.os, { scope: 'company', limit: null })
  expect((await list()).items).toEqual([{ ...company, limit: null, left: null }, newsletter])
})

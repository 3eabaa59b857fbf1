import { expect, test } from 'vitest'
import { contentHash } from '../../src/values/json.ts'
import { microUsd } from '../../src/values/money.ts'
import { days, later, milliseconds } from '../../src/values/time.ts'
import { automation, upkeepCompany } from './company.ts'
import { storeRun } from './stored-run.ts'

const full = Boolean(process.env.PROOF)
const tasks = full ? 100_000 : 600

test('a year of tasks is counted once, a page at a time, and then listed without reading them again', async () => {
  const names = Array.from({ length: 20 }, (_, index) => `flow-${index}`)
  const workflows = names.map((name) => automation(name, undefined))
  const company = await upkeepCompany({ workflows })
  const { kernel, clock } = company
  const hashes = workflows.map((workflow) => contentHash(workflow.plan()))
  await kernel.store.write(async (tx) => {
    for (const [index, workflow] of workflows.entries())
      await tx.db
        .insertInto('plans')
        .values({ hash: hashes[index] ?? '', body: JSON.stringify(workflow.plan()) })
        .execute()
  })
  const began = clock.now()
  for (let first = 0; first < tasks; first += 500) {
    await kernel.store.write(async (tx) => {
      for (let index = first; index < Math.min(tasks, first + 500); index += 1) {
        const at = later(began, milliseconds((days(365) * index) / tasks))
        Object.assign(clock, { now: () => at })
        const flow = index % names.length
        const [name = '', plan = ''] = [names[flow], hashes[flow]]
        await storeRun(tx, company, { name, plan, index, failed: index % 50 === 0, cost: microUsd(1000) })
      }
    })
  }
  let [turns, counting] = [0, true]
  const others = (async () => {
    for (; counting; turns += 1) await new Promise((resolve) => setImmediate(resolve))
  })()
  // Two who count at once count it once.
  const [{ items }] = await Promise.all([company.os.upkeep.list('2027-02'), company.os.upkeep.list('2027-02')])
  counting = false
  await others
  // Four events a task, 500 a turn: others had theirs in between.
  expect(turns).toBeGreaterThanOrEqual((4 * tasks) / 500)
  await company.os.upkeep.list('2027-02')
  const rows = await kernel.store.read.selectFrom('upkeep_tally').select(['about', 'runs', 'cost']).execute()
  const sum = (kind: string, field: 'runs' | 'cost') =>
    rows.filter(({ about }) => about.startsWith(kind)).reduce((total, row) => total + row[field], 0)
  expect(items).toHaveLength(40)
  expect([sum('workflow:', 'runs'), sum('agent:', 'runs')]).toEqual([tasks, tasks])
  expect([sum('workflow:', 'cost'), sum('agent:', 'cost')]).toEqual([tasks * 1000, tasks * 1000])
}, 3_600_000)

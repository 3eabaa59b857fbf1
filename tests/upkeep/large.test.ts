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
  const marks: Mark[] = []
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
  const { at } = kernel.journal
  // Each page looks once for what its bills say.
  Object.assign(kernel.journal, { at: (...given: Parameters<typeof at>) => [marks.push('page'), at(...given)][1] })
  const others = turns(marks)
  // Two who count at once count it once.
  const [{ items }] = await Promise.all([company.os.upkeep.list('2027-02'), company.os.upkeep.list('2027-02')])
  others.end()
  // Each of the two reads 500 events, and then others have their turn.
  expect(longestRun(marks)).toBe(2)
  expect(marks.filter((mark) => mark === 'page').length).toBeGreaterThanOrEqual((4 * tasks) / 500)
  await company.os.upkeep.list('2027-02')
  const rows = await kernel.store.read.selectFrom('upkeep_tally').select(['about', 'runs', 'cost']).execute()
  const sum = (kind: string, field: 'runs' | 'cost') =>
    rows.filter(({ about }) => about.startsWith(kind)).reduce((total, row) => total + row[field], 0)
  expect(items).toHaveLength(40)
  expect([sum('workflow:', 'runs'), sum('agent:', 'runs')]).toEqual([tasks, tasks])
  expect([sum('workflow:', 'cost'), sum('agent:', 'cost')]).toEqual([tasks * 1000, tasks * 1000])
}, 3_600_000)

type Mark = 'page' | 'turn'

/** Marks the turns of the event loop that others have. */
function turns(marks: Mark[]): { end(): void } {
  let going = true
  const turn = (): void => {
    marks.push('turn')
    if (going) setImmediate(turn)
  }
  turn()
  return {
    end() {
      going = false
    },
  }
}

/** How many pages are read without a turn of others in between, at most. */
function longestRun(marks: readonly Mark[]): number {
  let [longest, run] = [0, 0]
  for (const mark of marks) {
    run = mark === 'page' ? run + 1 : 0
    longest = Math.max(longest, run)
  }
  return longest
}

import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Scope } from '../../src/budget/budget.ts'
import type { BudgetBench } from '../../src/testing/budget-suite.ts'
import { suiteSpender } from '../../src/testing/budget-suite.ts'
import { derivedId } from '../../src/values/id.ts'
import { microUsd } from '../../src/values/money.ts'
import { openParts } from './sqlite-bench.ts'

/** How many processes are killed in each slot before one runs to the end. */
const { jobs, kills } = process.env.PROOF ? { jobs: 10_000, kills: [5, 5, 5, 5] } : { jobs: 1_000, kills: [1, 1, 0, 0] }
const children: ChildProcess[] = []
const dearest = 1_000
// A quarter of what the jobs could cost at most: half of them run against an empty purse.
const limit = (jobs * dearest) / 4
const company: Scope = { scope: 'company', period: 'life' }

test('jobs that race for one budget, some of them killed, spend it to the end and never beyond', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'soloist-race-'))
  const bench = await openParts(folder)
  try {
    await bench.store.write((tx) => bench.budget.setLimit(tx, company, microUsd(limit)))
    await Promise.all(kills.map((_, slot) => spendSlot(folder, slot, () => withinLimit(bench))))
    await spendTheRest(bench)

    const { spent, reserved } = await bench.budget.spentOn(company)
    expect(Math.max(0, spent - limit)).toBe(0)
    expect(spent).toBeGreaterThanOrEqual(limit - dearest)
    expect(reserved).toBe(0)
    expect(spent).toBe(await booked(bench))
    expect(await bench.budget.spentOn({ scope: 'workflow:race', period: 'life' })).toEqual({
      limit: null,
      spent,
      reserved,
    })
    await killedWhileBothWereOpen(bench)
  } finally {
    for (const child of children.filter((one) => one.exitCode === null && one.signalCode === null)) {
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
    await bench.close()
    rmSync(folder, { recursive: true })
  }
})

/** Runs the jobs of a slot to their end, in one process after another: each but the last is killed. */
async function spendSlot(folder: string, slot: number, check: () => Promise<void>): Promise<void> {
  const script = join(import.meta.dirname, 'spender-process.ts')
  for (let count = 0; ; count += 1) {
    const hang = count < kills[slot]! ? 'hang' : 'end'
    const given = [folder, slot, kills.length, jobs, dearest, hang].map(String)
    const child = fork(script, given, { execPath: process.execPath, execArgv: [] })
    children.push(child)
    const exit = once(child, 'exit')
    if (hang === 'end') {
      expect((await exit)[0]).toBe(0)
      return
    }
    await Promise.race([once(child, 'message'), exit])
    expect(child.exitCode).toBe(null)
    await check()
    child.kill('SIGKILL')
    expect((await exit)[1]).toBe('SIGKILL')
    await check()
  }
}

async function withinLimit({ budget }: BudgetBench): Promise<void> {
  const { spent, reserved } = await budget.spentOn(company)
  expect(spent + reserved).toBeLessThanOrEqual(limit)
}

/** Those that were refused while others held money that they then did not need try again, one at a time. */
async function spendTheRest({ store, budget }: BudgetBench): Promise<void> {
  for (let job = jobs; job < jobs * 2; job += 1) {
    const got = await store.write((tx) =>
      budget.reserve(tx, { ...suiteSpender, task: derivedId('tsk', job) }, [company, workflow], microUsd(dearest)),
    )
    if (!got.ok) return
    await store.write((tx) => budget.settle(tx, got.reservation, microUsd(dearest - 1)))
  }
}

const workflow: Scope = { scope: 'workflow:race', period: 'life' }

async function booked({ store }: BudgetBench): Promise<number> {
  const { sum } = await store.read
    .selectFrom('reservations')
    .select((eb) => eb.fn.sum<number>('actual').as('sum'))
    .executeTakeFirstOrThrow()
  return sum
}

/** The test would prove little if the killed had held nothing. */
async function killedWhileBothWereOpen({ store }: BudgetBench): Promise<void> {
  const rows = await store.read.selectFrom('reservations').select('state').distinct().orderBy('state').execute()
  expect(rows.map((row) => row.state)).toEqual(['released', 'settled', 'unconfirmed'])
}

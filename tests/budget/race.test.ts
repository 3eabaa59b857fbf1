import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Scope } from '../../src/budget/budget.ts'
import type { BudgetBench } from '../../src/testing/budget-suite.ts'
import { microUsd } from '../../src/values/money.ts'
import { openParts } from './sqlite-bench.ts'

/** How many processes are killed in each slot before one runs to the end. */
const { jobs, kills } = process.env.PROOF ? { jobs: 10_000, kills: [5, 5, 5, 5] } : { jobs: 1_000, kills: [1, 1, 0, 0] }
const children: ChildProcess[] = []
const dearest = 1_000
// A quarter of what the jobs could cost at most: many of them run against an empty purse.
const limit = (jobs * dearest) / 4
const company: Scope = { scope: 'company', period: 'life' }
const workflow: Scope = { scope: 'workflow:race', period: 'life' }

test('jobs that race for one budget, some of them killed, spend it to the end and never beyond', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'soloist-race-'))
  const bench = await openParts(folder)
  try {
    await bench.store.write((tx) => bench.budget.setLimit(tx, company, microUsd(limit)))
    const together = barrier(kills.length)
    await Promise.all(kills.map((_, slot) => spendSlot(folder, slot, together, () => withinLimit(bench))))
    const { spent, reserved } = await bench.budget.spentOn(company)
    expect(Math.max(0, spent - limit)).toBe(0)
    expect(spent).toBeGreaterThanOrEqual(limit - dearest)
    expect(reserved).toBe(0)
    expect(spent).toBe(await booked(bench))
    expect(await bench.budget.spentOn(workflow)).toEqual({
      limit: null,
      spent,
      reserved,
    })
    const rows = await bench.store.read.selectFrom('reservations').select('state').distinct().orderBy('state').execute()
    expect(rows.map((row) => row.state)).toEqual(['released', 'settled', 'unconfirmed'])
  } finally {
    for (const child of children.filter((one) => one.exitCode === null && one.signalCode === null)) {
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
    await bench.close()
    rmSync(folder, { recursive: true })
  }
})

/**
 * Runs the jobs of a slot to their end, in one process after another: each but the last is killed. The first of all slots go on from a
 * fifth of their jobs together: all fifths together cost less than there is, so that whoever is slow still finds money.
 */
async function spendSlot(
  folder: string,
  slot: number,
  together: () => Promise<void>,
  check: () => Promise<void>,
): Promise<void> {
  const script = join(import.meta.dirname, 'spender-process.ts')
  for (let count = 0; ; count += 1) {
    const hang = count < kills[slot]! ? 'hang' : 'end'
    const given = [folder, slot, kills.length, jobs, dearest, hang].map(String)
    const child = fork(script, given, { execPath: process.execPath, execArgv: [] })
    children.push(child)
    const exit = once(child, 'exit')
    const [open] = await Promise.race([once(child, 'message'), exit])
    // The first to be killed in a slot holds one reservation and has sent one; later ones when there is still money.
    if (count === 0) expect(open).toEqual({ held: hang === 'hang', sent: hang === 'hang' })
    if (count === 0) await together()
    child.send('go on')
    if (hang === 'end') {
      expect((await exit)[0]).toBe(0)
      return
    }
    expect(child.exitCode).toBe(null)
    await check()
    child.kill('SIGKILL')
    expect((await exit)[1]).toBe('SIGKILL')
    await check()
  }
}

/** Resolves for all once so many have come. */
function barrier(count: number): () => Promise<void> {
  const all = Promise.withResolvers<void>()
  let missing = count
  return () => {
    missing -= 1
    if (missing === 0) all.resolve()
    return all.promise
  }
}

async function withinLimit({ budget }: BudgetBench): Promise<void> {
  const { spent, reserved } = await budget.spentOn(company)
  expect(spent + reserved).toBeLessThanOrEqual(limit)
}

async function booked({ store }: BudgetBench): Promise<number> {
  const { sum } = await store.read
    .selectFrom('reservations')
    .select((eb) => eb.fn.sum<number>('actual').as('sum'))
    .executeTakeFirstOrThrow()
  return sum
}

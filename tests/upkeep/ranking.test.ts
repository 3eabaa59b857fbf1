import { expect, test } from 'vitest'
import type { Standing } from '../../src/os/upkeep/standing.ts'
import { seededYear } from './year.ts'

const full = Boolean(process.env.PROOF)
const seeds = Array.from({ length: full ? 20 : 3 }, (_, index) => index + 1)
const [count, losers] = full ? [40, 14] : [8, 4]

test('planted losers of a year are ranked first, by the debt and by no number alone', async () => {
  const precise: Record<string, number[]> = {}
  for (const seed of seeds) {
    const { company, planted } = await seededYear(seed, count, losers)
    const { items: ranked } = await company.os.upkeep.list('2027-02')
    // By name, which is chance: what is equal by a number must not keep the place that the debt gave it.
    const items = [...ranked].sort((a, b) => (a.automation.about.slice(-17) < b.automation.about.slice(-17) ? -1 : 1))
    for (const [name, number] of Object.entries(rankings)) {
      const first = [...items].sort((a, b) => number(b) - number(a)).slice(0, planted.size)
      const found = first.filter(({ automation }) => planted.has(automation.about)).length
      precise[name] = [...(precise[name] ?? []), found / planted.size]
    }
  }
  const means = Object.fromEntries(Object.entries(precise).map(([name, all]) => [name, mean(all)]))
  if (full)
    process.stdout.write(`${JSON.stringify({ seeds: seeds.length, count, losers, means, debt: precise.debt })}\n`)
  const { debt = 0, ...others } = means
  expect(debt).toBeGreaterThanOrEqual(0.95)
  expect(Math.max(...Object.values(others))).toBeLessThan(0.8)
}, 3_600_000)

/** The debt, and each of the numbers that one could look at instead of it. */
const rankings: Readonly<Record<string, (standing: Standing) => number>> = {
  debt: ({ debt }) => debt,
  cost: ({ month }) => month.cost,
  failures: ({ month }) => month.failures,
  minutes: ({ month }) => month.minutes,
  failing: ({ parts }) => parts.failing,
  overMinutes: ({ parts }) => parts.minutes,
  reworked: ({ parts }) => parts.reworked,
  dear: ({ parts }) => parts.dear,
  unused: ({ parts }) => parts.unused,
  unreviewed: ({ parts }) => parts.unreviewed,
}

const mean = (all: readonly number[]): number => all.reduce((sum, one) => sum + one, 0) / all.length

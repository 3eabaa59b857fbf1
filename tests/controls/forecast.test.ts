import { expect, test } from 'vitest'
import { dailyRate, type Forecast, forecast, type Spending } from '../../src/budget/forecast.ts'
import { usd } from '../../src/index.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'
import { seeded } from '../../src/values/chance.ts'
import { microUsd, type Usd } from '../../src/values/money.ts'
import { days, hours } from '../../src/values/time.ts'
import { flows, openControlled } from './company.ts'

// In the whole proof the share of months within their range is told to a percent.
const months = process.env.PROOF ? 4000 : 400

/** A company whose days are drawn from one truth: quiet weekends, busy days of very different cost. */
function trueDay(random: () => number, weekday: number): Usd {
  const noise = Math.exp(0.8 * (random() + random() + random() - 1.5) * 2)
  return microUsd(Math.round((weekday < 5 ? 1_000_000 : 200_000) * noise))
}

test('nine in ten months of a company whose days are like its past end within the range that was told', () => {
  const random = seeded(7)
  let within = 0
  let [told, came] = [0, 0]
  for (let month = 0; month < months; month += 1) {
    const past = Array.from({ length: 28 }, (_, day) => trueDay(random, day % 7))
    const left = 14
    const future = Array.from({ length: left }, (_, day) => trueDay(random, day % 7)).reduce(
      (sum, cost) => sum + cost,
      0,
    )
    const spending: Spending = { spent: usd(3), days: past, ahead: Array(left).fill(1), scheduled: [], limit: null }
    const foretold = forecast(spending)!
    const end = 3_000_000 + future
    if (end >= foretold.low && end <= foretold.high) within += 1
    told += foretold.likely
    came += end
  }
  const [share, off] = [within / months, told / came - 1]
  process.stdout.write(
    `measured: ${(100 * share).toFixed(1)} % of ${months} months within the range, off by ${(100 * off).toFixed(1)} % in all\n`,
  )
  expect(share).toBeGreaterThan(0.85)
  expect(share).toBeLessThan(0.98)
  expect(Math.abs(off)).toBeLessThan(0.05)
})

const flat = (count: number, cost = 1): Usd[] => Array<Usd>(count).fill(usd(cost))
const known: Spending = {
  spent: usd(10),
  days: flat(28),
  ahead: [0.5, ...Array(10).fill(1)],
  scheduled: [],
  limit: null,
}

test('days that are all alike give what they come to, with no range', () => {
  const told: Forecast = { likely: usd(20.5), low: usd(20.5), high: usd(20.5), reaches: null }
  expect(forecast(known)).toEqual(told)
})

test('a limit is reached on the day that the spending comes to it', () => {
  expect(forecast({ ...known, limit: usd(15) })?.reaches).toEqual({ inDays: 5, earliest: 5 })
  expect(forecast({ ...known, limit: usd(10) })?.reaches).toEqual({ inDays: 0, earliest: 0 })
  expect(forecast({ ...known, limit: usd(21) })?.reaches).toBeNull()
})

test('runs that schedules will start are counted by what such runs cost', () => {
  const perDay = [0, 1, 0, 0, 0, 0, 0, 0, 1]
  expect(forecast({ ...known, scheduled: [{ perDay, costs: flat(4, 3) }] })?.likely).toBe(usd(26.5))
  const often = [{ perDay: [0, 100], costs: flat(4, 0.25) }]
  expect(forecast({ ...known, scheduled: often })?.likely).toBe(usd(45.5))
})

test('under a week, under three days of spending, or with a schedule that never ran, nothing is told', () => {
  expect(forecast({ ...known, days: flat(6) })).toBeUndefined()
  expect(forecast({ ...known, days: [...flat(26, 0), ...flat(2)] })).toBeUndefined()
  expect(forecast({ ...known, scheduled: [{ perDay: [1], costs: [] }] })).toBeUndefined()
  expect(forecast({ ...known, days: flat(7) })).toBeDefined()
  expect([dailyRate(flat(7), 7), dailyRate(flat(6), 7)]).toEqual([usd(1), null])
})

test('the month of a company is told from its books, its schedules and its limits', async () => {
  const model = scriptedModel(() => ({ output: { body: 'fine' }, usage: { tokensIn: 0, tokensOut: 1000 } }), {
    name: 'one/model',
    price: { perMillionIn: usd(1), perMillionOut: usd(100) },
  })
  const spec = { models: { quality: [model] }, budgets: { monthly: usd(2), perWorkflow: { help: usd(9) } } }
  const company = await openControlled(spec)
  const show = () => company.call<{ month: string; items: Line[] }>('budgets.forecast')
  expect((await show()).items).toMatchObject([
    { scope: 'company', month: null, why: expect.stringContaining('0 whole days') },
  ])
  // A letter a day for ten days, of 0.1 dollars each: from the 13th to the 22nd of March.
  for (let day = 0; day < 10; day += 1) {
    await company.start('letters')
    await company.os.idle()
    await company.pass(days(1))
  }
  const { month, items } = await show()
  expect(month).toBe('2026-03')
  expect(items.map((line) => line.scope)).toEqual(['company', 'workflow:letters', 'agent:writer'])
  // The 23rd, ten in the morning: 14 hours of it are left, then eight days.
  const likely = 1_000_000 + Math.round(100_000 * (14 / 24 + 8))
  for (const line of items) {
    expect(line).toMatchObject({ spent: usd(1), perDay: { week: usd(0.1), fourWeeks: null }, why: null })
    expect(Math.abs((line.month?.likely ?? 0) - likely)).toBeLessThan(2)
  }
  await company.call('budgets.set', { scope: 'company', limit: usd(1.5) })
  const [limited] = (await show()).items
  expect(limited?.reaches).toEqual({ on: '2026-03-28', earliest: '2026-03-28' })
})

test('a month that a schedule makes is told by its occurrences', async () => {
  const model = scriptedModel(() => ({ output: { body: 'fine' }, usage: { tokensIn: 0, tokensOut: 1000 } }), {
    name: 'one/model',
    price: { perMillionIn: usd(1), perMillionOut: usd(100) },
  })
  const schedules = [{ name: 'weekly', workflow: flows[2]!, cron: '0 9 * * MON' }]
  const company = await openControlled({ models: { quality: [model] }, schedules })
  await company.start('letters')
  // The Mondays of the 16th and the 23rd; the forecast is made on the 24th, and the 30th is left.
  await company.pass(days(11))
  await company.pass(hours(1))
  const { items } = await company.call<{ items: Line[] }>('budgets.forecast')
  const help = items.find((line) => line.scope === 'workflow:help')
  expect(help?.scheduled).toEqual([{ schedule: 'weekly', runs: 1, each: usd(0.1) }])
  expect(help?.spent).toBe(usd(0.2))
})

interface Line {
  readonly scope: string
  readonly spent: number
  readonly scheduled: readonly object[]
  readonly month: { readonly likely: number } | null
  readonly reaches: object | null
}

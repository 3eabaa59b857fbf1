import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anHour, slotFor } from '../../src/budget/slot.ts'
import { usd } from '../../src/index.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'
import { type Duration, hours, type Instant, instant, minutes } from '../../src/values/time.ts'
import { kept, replayed } from '../replay/replay.ts'
import { begin, openControlled } from './company.ts'

// In CI as many as take some seconds; the whole proof takes minutes.
const full = Boolean(process.env.PROOF)
const price = { perMillionIn: usd(1), perMillionOut: usd(100) }

/** The most of these amounts that fell into any 60 minutes. */
function mostInAnHour(spent: readonly { readonly at: number; readonly amount: number }[]): number {
  const sums = spent.map(({ at }) =>
    spent.filter((one) => one.at >= at && one.at < at + anHour).reduce((sum, one) => sum + one.amount, 0),
  )
  return Math.max(0, ...sums)
}

test('a slot is the first instant at which no 60 minutes hold too many', () => {
  const times = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 12 })
  const property = fc.property(
    times,
    fc.integer({ min: 1, max: 4 }),
    fc.integer({ min: 0, max: 400 }),
    (given, most, from) => {
      // The law holds of what is there; else a throttle came later, and nothing within reach of too many is free.
      const there: number[] = []
      for (const at of given.map((one) => one * 60_000).sort((a, b) => a - b)) {
        if (mostInAnHour([...there, at].map((one) => ({ at: one, amount: 1 }))) <= most) there.push(at)
      }
      const fits = (at: number): boolean => mostInAnHour([...there, at].map((one) => ({ at: one, amount: 1 }))) <= most
      const begin = from * 60_000
      const slot = slotFor(there as Instant[], most, instant(begin))
      let first = begin
      while (!fits(first)) first += 60_000
      expect(slot).toBe(first)
    },
  )
  fc.assert(property, { numRuns: full ? 20_000 : 1000 })
})

type Doing =
  | { readonly do: 'start'; readonly flow: string }
  | { readonly do: 'pass'; readonly by: number }
  | { readonly do: 'restart'; readonly asleep: number }
const doing: fc.Arbitrary<Doing> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('start' as const), flow: fc.constantFrom('letters', 'help') }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('pass' as const), by: fc.integer({ min: 1, max: 50 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('restart' as const), asleep: fc.integer({ min: 0, max: 300 }) }),
  },
)

test(
  'under random calls, costs, pauses and restarts no throttle is exceeded in any 60 minutes, and all runs end',
  async () => {
    const costs = fc.infiniteStream(fc.integer({ min: 1, max: 1000 }))
    const property = fc.asyncProperty(
      fc.array(doing, { minLength: 10, maxLength: 40 }),
      costs,
      async (script, tokens) => {
        const model = scriptedModel(
          () => ({ output: { body: 'fine' }, usage: { tokensIn: 100, tokensOut: tokens.next().value ?? 1 } }),
          { name: 'one/model', price },
        )
        const models = { quality: [model] }
        let company = await openControlled({ models })
        // One call is 0.1 dollars at the most, and a little for what is asked.
        await company.control('company', { kind: 'throttle', runs: 5 })
        await company.control('workflow:letters', { kind: 'throttle', runs: 3, usd: 250_000 })
        await company.control('agent:helper', { kind: 'throttle', usd: 120_000 })
        await company.control('provider:one', { kind: 'throttle', usd: 300_000 })
        for (const one of script) {
          if (one.do === 'start') await company.start(one.flow)
          else if (one.do === 'pass') await company.pass(minutes(one.by))
          else {
            const before = company
            await before.close()
            await before.clock.advance(minutes(one.asleep))
            company = await openControlled({ models }, before)
          }
        }
        await company.pass(hours(60))
        const runs = await company.kernel.store.read.selectFrom('runs').selectAll().execute()
        expect(runs.every((run) => run.state === 'done')).toBe(true)
        const rows = await company.kernel.store.read.selectFrom('reservations').selectAll().execute()
        const spent = (of: (row: (typeof rows)[number]) => boolean): number =>
          mostInAnHour(rows.filter(of).map((row) => ({ at: row.made_at, amount: row.actual ?? row.amount })))
        const letters = new Set<string>(runs.filter((run) => run.workflow === 'letters').map((run) => run.id))
        expect(spent((row) => letters.has(row.run_id))).toBeLessThanOrEqual(250_000)
        expect(spent((row) => row.agent === 'helper')).toBeLessThanOrEqual(120_000)
        expect(spent((row) => row.account === 'one')).toBeLessThanOrEqual(300_000)
        const begun = await company.events('control.admitted')
        const began = (of: readonly { readonly at: number }[]): number =>
          mostInAnHour(of.map(({ at }) => ({ at, amount: 1 })))
        expect(begun).toHaveLength(runs.length)
        expect(began(begun)).toBeLessThanOrEqual(5)
        expect(began(begun.filter((event) => letters.has(event.run ?? '')))).toBeLessThanOrEqual(3)
        await company.close()
      },
    )
    await fc.assert(property, { numRuns: full ? 200 : 3 })
  },
  full ? 3_600_000 : 60_000,
)

async function throttled(rule: object, rest: object = {}) {
  const model = scriptedModel(() => ({ output: { body: 'fine' }, usage: { tokensIn: 100, tokensOut: 10 } }), {
    name: 'one/model',
    price,
  })
  const company = await openControlled({ models: { quality: [model] } })
  const control = await company.control('workflow:letters', { kind: 'throttle', ...rule }, rest)
  return { company, control, model }
}

test('runs above a throttle wait for their hour, in the order in which they were started', async () => {
  const { company } = await throttled({ runs: 2 })
  const runs = [await company.start('letters')]
  await company.pass(minutes(10))
  for (let more = 0; more < 4; more += 1) runs.push(await company.start('letters'))
  await company.os.idle()
  const listed = await company.call<{ items: { heldUpBy: string | null }[] }>('runs.list')
  expect(listed.items.filter((line) => line.heldUpBy === 'throttle of workflow:letters')).toHaveLength(3)
  // What is stopped as well goes on when the operator says so, not with the hour.
  const { id } = await company.control('workflow:letters', { kind: 'stop' })
  const stopped = await company.call<{ items: { heldUpBy: string | null }[] }>('runs.list')
  expect(stopped.items.map((line) => line.heldUpBy)).not.toContain('throttle of workflow:letters')
  await company.call('controls.lift', { control: id })
  const waiting = await company.task(runs[2]!)
  expect(waiting.fault).toMatchObject({
    code: 'control.throttled',
    message: 'workflow:letters may have 2 runs an hour, and had so many: a test.',
  })
  await company.pass(hours(3))
  const begun = await company.events('control.admitted')
  expect(begun.map((event) => event.run)).toEqual(runs)
  const from = begun[0]?.at ?? 0
  expect(begun.map((event) => (event.at - from) / 60_000)).toEqual([0, 10, 60, 70, 120])
  expect(await replayed(company.kernel)).toEqual(await kept(company.kernel))
})

test('what was begun before a throttle was set counts in its hour', async () => {
  const { company, control } = await throttled({ runs: 9 })
  await company.call('controls.lift', { control: control.id })
  for (let count = 0; count < 2; count += 1) await company.start('letters')
  await company.os.idle()
  await company.pass(minutes(20))
  await company.control('workflow:letters', { kind: 'throttle', runs: 2 })
  const third = await company.start('letters')
  await company.os.idle()
  expect((await company.task(third)).dueAt).toBe(company.clock.now() + minutes(40))
})

test('a wider throttle calls what waited for the narrow one, and so does lifting it', async () => {
  const { company } = await throttled({ runs: 1 })
  const runs = [await company.start('letters'), await company.start('letters'), await company.start('letters')]
  await company.os.idle()
  const wide = await company.control('workflow:letters', { kind: 'throttle', runs: 2 })
  await company.os.idle()
  const states = async () => Promise.all(runs.map(async (run) => (await company.task(run)).state))
  expect(await states()).toEqual(['done', 'done', 'ready'])
  await company.call('controls.lift', { control: wide.id })
  await company.os.idle()
  expect(await states()).toEqual(['done', 'done', 'done'])
  const past = await company.call<{ items: { ended: { how: string } }[] }>('controls.list', { history: true })
  expect(past.items.map((line) => line.ended.how)).toEqual(['lifted', 'replaced'])
})

test('a company that sleeps through the times of its runs does not let them all begin when it wakes', async () => {
  const { company } = await throttled({ runs: 1 })
  for (let count = 0; count < 4; count += 1) await company.start('letters')
  await company.os.idle()
  await company.close()
  await company.clock.advance(hours(5))
  const woken = await openControlled(
    { models: { quality: [scriptedModel(() => ({ output: { body: 'fine' } }))] } },
    company,
  )
  await woken.os.idle()
  expect(await woken.events('control.admitted')).toHaveLength(2)
  await woken.pass(hours(2))
  const begun = (await woken.events('control.admitted')).map(({ at }) => at)
  expect(begun.slice(1).map((at, index) => (at - begun[index]!) / hours(1))).toEqual([5, 1, 1])
})

test('a run that was cancelled while it waited keeps nobody waiting', async () => {
  const { company } = await throttled({ runs: 1 })
  const [, second] = [await company.start('letters'), await company.start('letters')]
  await company.os.idle()
  await company.os.cancel(second, 'not needed')
  const third = await company.start('letters')
  await company.pass(hours(1))
  expect((await company.task(third)).state).toBe('done')
})

test('a call that is dearer than an hour waits for the operator, and says so', async () => {
  const { company, control } = await throttled({ usd: 50_000 })
  const run = await company.start('letters')
  await company.os.idle()
  const task = await company.task(run)
  expect(task).toMatchObject({ state: 'ready', attempt: 0, fault: { code: 'control.too-dear' } })
  expect(task.fault?.message).toMatch(
    /^One call of work may cost \$0\.10, more than the \$0\.05 that workflow:letters may/,
  )
  await company.call('controls.lift', { control: control.id })
  await company.os.idle()
  expect((await company.task(run)).state).toBe('done')
})

test('dollars that a call in flight holds come back when it is settled', async () => {
  // Two calls of 0.1 dollars at worst and a hundredth of that in truth: at once only one fits, within seconds both.
  const { company, model } = await throttled({ usd: 150_000 })
  const runs = [await company.start('letters'), await company.start('letters')]
  await company.pass(10_000 as Duration)
  expect(model.calls).toHaveLength(2)
  for (const run of runs) expect((await company.task(run)).state).toBe('done')
})

test('a person who waits is not throttled unless the control says so; then they are told at once', async () => {
  const { company } = await throttled({ runs: 1 })
  await company.control('workflow:talk', { kind: 'throttle', runs: 1 })
  const talks = [await company.start('talk'), await company.start('talk')]
  await company.os.idle()
  for (const run of talks) expect((await company.task(run)).state).toBe('done')
  await company.control('workflow:talk', { kind: 'throttle', runs: 1 }, { lanes: 'all' })
  await expect(company.start('talk')).rejects.toMatchObject({ fault: { code: 'control.throttled' } })
  await company.control('workflow:talk', { kind: 'throttle', usd: 1 }, { lanes: 'all' })
  const dear = await company.start('talk')
  await company.os.idle()
  expect(await company.task(dear)).toMatchObject({ state: 'failed', fault: { code: 'control.too-dear' } })
})

test('an account above its throttle is passed over for another one', async () => {
  const one = scriptedModel(() => ({ output: { body: 'one' } }), { name: 'one/model', price })
  const two = scriptedModel(() => ({ output: { body: 'two' } }), { name: 'two/model', price })
  const company = await openControlled({ models: { quality: [one, two] } })
  await company.control('provider:one', { kind: 'throttle', usd: 1 })
  const run = await company.start('letters')
  await company.os.idle()
  expect((await company.task(run)).madeBy?.model).toBe('two/model')
  expect(one.calls).toHaveLength(0)
})

test('lifting the one of two throttles that keeps a run waiting calls it, whichever of them it was told of', async () => {
  const { company } = await throttled({ runs: 5 })
  const narrow = await company.control('company', { kind: 'throttle', runs: 1 })
  await company.start('letters')
  const second = await company.start('letters')
  await company.os.idle()
  expect((await company.task(second)).fault?.message).toContain('workflow:letters')
  await company.call('controls.lift', { control: narrow.id })
  await company.os.idle()
  expect((await company.task(second)).state).toBe('done')
})

test('what a throttle left asleep that was lifted just before a crash begins when the company opens', async () => {
  const { company } = await throttled({ runs: 5 })
  const narrow = await company.control('company', { kind: 'throttle', runs: 1 })
  await company.start('letters')
  const second = await company.start('letters')
  await company.os.idle()
  await company.kernel.store.write((tx) => company.kernel.controls.lift(tx, narrow.id as never, 'a crash comes'))
  await company.close()
  const models = { quality: [scriptedModel(() => ({ output: { body: 'fine' } }))] }
  const woken = await openControlled({ models }, company)
  await woken.os.idle()
  expect((await woken.task(second)).state).toBe('done')
})

test('what waits for a throttle that ends by itself begins when that ends, not at the time it was given', async () => {
  const { company } = await throttled({ runs: 1 }, { until: begin + minutes(20) })
  const runs = [await company.start('letters'), await company.start('letters'), await company.start('letters')]
  await company.pass(minutes(20))
  for (const run of runs) expect((await company.task(run)).state).toBe('done')
})

test('so does what waits for dollars', async () => {
  const { company } = await throttled({ usd: 103_500 }, { until: begin + minutes(20) })
  const runs = [await company.start('letters'), await company.start('letters')]
  await company.pass(minutes(20))
  for (const run of runs) expect((await company.task(run)).state).toBe('done')
})

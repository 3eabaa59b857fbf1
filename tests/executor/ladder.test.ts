import { APICallError } from '@ai-sdk/provider'
import { afterEach, expect, test } from 'vitest'
import { cancelRun } from '../../src/executor/cancel-run.ts'
import { agent, minutes, seconds, usd, workflow } from '../../src/index.ts'
import type { Models } from '../../src/models/model.ts'
import { type Reply, type Script, scriptedModel } from '../../src/testing/scripted-model.ts'
import type { RunId } from '../../src/values/id.ts'
import { between, hours, type Instant } from '../../src/values/time.ts'
import { openTestCompany, type TestCompany } from './company.ts'
import { Given, rules, spec } from './writers.ts'

let company: TestCompany
afterEach(() => company?.close())

const writer = agent({ ...spec, name: 'writer' })
const ruled = agent({ ...spec, name: 'ruled', fallback: rules })
const proud = agent({ ...spec, name: 'proud', lowest: 'quality' })
const flowOf = (name: string, by: typeof writer, lane: 'interactive' | 'background', budget = {}) =>
  workflow({ name, input: Given, lane }, (flow, given) =>
    flow.task('work', by, { about: given.get('about') }, Object.keys(budget).length === 0 ? {} : { budget }),
  )
const workflows = [
  flowOf('now', writer, 'interactive'),
  flowOf('later', writer, 'background'),
  flowOf('ruled-now', ruled, 'interactive', { time: seconds(20) }),
  flowOf('ruled-later', ruled, 'background'),
  flowOf('proud-now', proud, 'interactive'),
]
const price = { perMillionIn: usd(1), perMillionOut: usd(10) }
const good = (body: string): Reply => ({ output: { body }, confidence: 0.9, usage: { tokensIn: 1000, tokensOut: 100 } })
const status = (statusCode: number, responseHeaders = {}): Reply => ({
  error: new APICallError({ message: 'no', url: 'x', requestBodyValues: {}, statusCode, responseHeaders }),
})
const cut: Reply = { error: Object.assign(new Error('cut'), { name: 'AbortError' }) }

const named = (name: string, script: Script) => scriptedModel(script, { name, price, clock: company?.clock })

async function open(models: Models) {
  company = await openTestCompany({ workflows, models }, { 'agents/w.md': 'Write.' })
}

async function madeBy(run: RunId) {
  const done = (await company.events(run)).find((event) => event.kind === 'task.done')
  return done?.kind === 'task.done' ? { ...done.payload?.madeBy, sure: done.payload?.confidence } : undefined
}
const failedSteps = async (run: RunId) =>
  (await company.events(run)).flatMap((event) => (event.kind === 'step.failed' ? [event.payload?.model] : []))
/** What was reserved for a run, in the order in which it was. */
async function reservations(run: RunId) {
  const made = (await company.events(run)).flatMap((event) =>
    event.kind === 'budget.reserved' ? [event.payload!] : [],
  )
  const { read } = company.kernel.store
  return Promise.all(
    made.map(({ reservation }) =>
      read
        .selectFrom('reservations')
        .select(['state', 'amount', 'actual'])
        .where('id', '=', reservation)
        .executeTakeFirstOrThrow(),
    ),
  )
}
const turn = () => new Promise((resolve) => setImmediate(resolve))

test('the next model of the tier answers in the same attempt when the first is down, and the rung is the same', async () => {
  const [one, two] = [named('a/one', [status(500)]), named('b/two', [good('two')])]
  await open({ quality: [one, two] })
  const run = await company.run('later', { about: 'tea' })
  expect(await company.output(run)).toEqual({ body: 'two' })
  expect(await failedSteps(run)).toEqual(['a/one'])
  const made = await madeBy(run)
  expect(made).toMatchObject({ model: 'b/two', sure: 0.9 })
  expect(made).not.toHaveProperty('rung')
  const [task] = await company.kernel.store.read.selectFrom('tasks').selectAll().execute()
  expect(task).toMatchObject({ attempt: 1, fence: 1 })
})

test('a lower tier answers when the tier is down: it says so, and is believed less', async () => {
  await open({ quality: [named('a/one', [status(503)])], cheap: [named('b/small', [good('small')])] })
  const run = await company.run('later', { about: 'tea' })
  expect(await company.output(run)).toEqual({ body: 'small' })
  expect(await madeBy(run)).toMatchObject({ model: 'b/small', rung: 'cheap 1', sure: 0.576 })
})

test('an agent that works with no lower tier gets none', async () => {
  const small = named('b/small', [good('small')])
  await open({ quality: [named('a/one', () => status(429))], cheap: [small] })
  const run = await company.run('proud-now', { about: 'tea' })
  expect(await company.fault(run)).toMatchObject({ code: 'model.none-left', retry: 'never' })
  expect(small.calls).toHaveLength(0)
})

test('an account that is shut is not asked again while it is, nor are its other models', async () => {
  const [one, other] = [
    named('a/one', () => status(429, { 'retry-after': '60' })),
    named('a/other', () => good('other')),
  ]
  const two = named('b/two', () => good('two'))
  await open({ quality: [one, other, two] })
  for (const about of ['tea', 'milk']) await company.run('later', { about })
  expect([one.calls.length, other.calls.length, two.calls.length]).toEqual([1, 0, 2])
  await company.clock.advance(seconds(61))
  await company.run('later', { about: 'rum' })
  expect(one.calls).toHaveLength(2)
})

test('a request that its account refuses is not put to another model of the account, but to another account', async () => {
  const [one, other, two] = [named('a/one', [status(400)]), named('a/other', []), named('b/two', [good('two')])]
  await open({ quality: [one, other, two] })
  expect(await company.output(await company.run('later', { about: 'tea' }))).toEqual({ body: 'two' })
  expect(company.kernel.breakers.shut().size).toBe(0)
})

test('a model that is not there says nothing of the others of its account', async () => {
  await open({ quality: [named('a/gone', [status(404)]), named('a/other', [good('other')])] })
  expect(await company.output(await company.run('later', { about: 'tea' }))).toEqual({ body: 'other' })
})

test('a request that every account refuses ends with what they said', async () => {
  await open({ quality: [named('a/one', [status(400)])] })
  const run = await company.run('later', { about: 'tea' })
  expect(await company.fault(run)).toMatchObject({ code: 'model.refused', about: { model: 'a/one' } })
})

test.each([401, 402, 403])('a %i shuts the account at once', async (code) => {
  await open({ quality: [named('a/one', [status(code)]), named('b/two', [good('two')])] })
  expect(await company.output(await company.run('later', { about: 'tea' }))).toEqual({ body: 'two' })
  expect([...company.kernel.breakers.shut().keys()]).toEqual(['a'])
})

test('an agent whose schema is missed again and again does not shut the account for others', async () => {
  await open({ quality: [named('a/one', () => ({ text: 'prose' }))] })
  for (let number = 1; number <= 12; number += 1) await company.run('later', { about: `tea ${number}` })
  expect([...company.kernel.breakers.shut().keys()]).toEqual([])
})

test('background work waits, without using up a try, until the first account may be back, and then goes on', async () => {
  let down = true
  await open({
    quality: [
      named('a/one', () => (down ? status(429, { 'retry-after': '300' }) : good('one'))),
      named('b/two', () => (down ? status(429, { 'retry-after': '90' }) : good('two'))),
    ],
  })
  const run = await company.run('later', { about: 'tea' })
  const task = () => company.kernel.store.read.selectFrom('tasks').selectAll().executeTakeFirstOrThrow()
  const waiting = await task()
  expect(waiting).toMatchObject({ state: 'ready', attempt: 0 })
  expect(between(company.clock.now(), waiting.due_at as Instant)).toBe(seconds(90))
  const put = (await company.events(run)).find((event) => event.kind === 'task.postponed')
  expect(put?.kind === 'task.postponed' && put.payload?.fault).toMatchObject({
    code: 'model.waiting',
    about: { task: 'work', at: '2026-03-13T09:01:30Z' },
  })
  await company.clock.advance(seconds(89))
  await company.worker.idle()
  expect(await company.stateOf(run)).toBe('running')
  down = false
  await company.clock.advance(seconds(2))
  await company.worker.idle()
  expect(await company.output(run)).toEqual({ body: 'two' })
})

test('an outage of an hour uses up no try, and nobody asks more often than the breakers let', async () => {
  let down = true
  const one = named('a/one', () => (down ? status(503) : good('one')))
  await open({ quality: [one] })
  const run = await company.run('later', { about: 'tea' })
  for (let minute = 0; minute < 60; minute += 1) {
    await company.clock.advance(minutes(1))
    await company.worker.idle()
  }
  expect(await company.stateOf(run)).toBe('running')
  expect(one.calls.length).toBeLessThan(25)
  down = false
  await company.clock.advance(minutes(6))
  await company.worker.idle()
  expect(await company.output(run)).toEqual({ body: 'one' })
})

test("the agent's own rules answer where no model does, and say so", async () => {
  await open({ quality: [named('a/one', () => status(429))] })
  for (const name of ['ruled-now', 'ruled-later']) {
    const run = await company.run(name, { about: 'tea' })
    expect(await company.output(run)).toEqual({ body: 'by rules: tea' })
    const made = await madeBy(run)
    expect(made).toMatchObject({ doer: 'ruled', rung: 'fallback', sure: 0.3 })
    expect(made).not.toHaveProperty('model')
  }
})

test('background work whose model only stumbled is tried again before its rules answer', async () => {
  await open({ quality: [named('a/one', ({ index }) => (index === 0 ? status(500) : good('one')))] })
  const run = await company.run('ruled-later', { about: 'tea' })
  await company.clock.advance(seconds(10))
  await company.worker.idle()
  expect(await company.output(run)).toEqual({ body: 'one' })
})

test('somebody who waits is answered by a model that stumbled once, in the same attempt', async () => {
  await open({ quality: [named('a/one', [status(500), good('one')])] })
  expect(await company.output(await company.run('now', { about: 'tea' }))).toEqual({ body: 'one' })
})

test('somebody who waits is told at once that nobody is left', async () => {
  await open({ quality: [named('a/one', () => status(503)), named('b/two', () => status(429))] })
  const run = await company.run('now', { about: 'tea' })
  expect(await company.fault(run)).toMatchObject({ code: 'model.none-left' })
  expect(await company.stateOf(run)).toBe('failed')
})

test('somebody who waits is answered within the time when every provider hangs', async () => {
  await open({})
  const models = ['a/one', 'b/two'].map((name) => named(name, () => ({ ...good('never'), after: hours(5) })))
  Object.assign(company.kernel, { models: { quality: models } })
  const began = company.clock.now()
  company.worker.work()
  const run = await company.start('ruled-now', { about: 'tea' })
  for (const model of models) {
    while (model.calls.length === 0) await turn()
    await company.clock.advance(seconds(9))
  }
  while ((await company.stateOf(run)) !== 'done') await turn()
  expect(between(began, company.clock.now())).toBe(seconds(18))
  expect(await madeBy(run)).toMatchObject({ rung: 'fallback' })
  expect(await failedSteps(run)).toEqual(['a/one', 'b/two'])
})

test('a task that is cancelled stops its call, says nothing of the account, and is booked at its worst', async () => {
  await open({})
  const model = named('a/one', () => ({ ...good('never'), after: hours(5) }))
  Object.assign(company.kernel, { models: { quality: [model] } })
  company.worker.work()
  const run = await company.start('later', { about: 'tea' })
  while (model.calls.length === 0) await turn()
  const tasks = await cancelRun(company.kernel, run, 'enough')
  company.worker.stop(tasks, 'enough')
  await company.worker.ended(tasks)
  expect(company.kernel.breakers.shut().size).toBe(0)
  expect((await reservations(run)).map((row) => row.state)).toEqual(['unconfirmed'])
})

test.each([
  ['400', status(400), 'settled'],
  ['401', status(401), 'settled'],
  ['429', status(429), 'settled'],
  ['500', status(500), 'settled'],
  ['503', status(503), 'settled'],
  ['529', status(529), 'settled'],
  ['502', status(502), 'unconfirmed'],
  ['504', status(504), 'unconfirmed'],
  ['524', status(524), 'unconfirmed'],
  ['an unreadable 200', status(200), 'unconfirmed'],
  ['a cut connection', cut, 'unconfirmed'],
])('each try has its own money: %s', async (_what, failure, state) => {
  await open({ quality: [named('a/one', [failure]), named('b/two', [good('two')])] })
  const run = await company.run('later', { about: 'tea' })
  const [first, second] = await reservations(run)
  expect(first).toMatchObject({ state, actual: state === 'settled' ? 0 : first?.amount })
  expect(second).toMatchObject({ state: 'settled', actual: 2000 })
  const purse = await company.kernel.budget.spentOn({ scope: `run:${run}`, period: 'life' })
  expect(purse).toMatchObject({ spent: 2000 + (first?.actual ?? 0), reserved: 0 })
})

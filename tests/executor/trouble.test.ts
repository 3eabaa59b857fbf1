import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { decide } from '../../src/executor/decide.ts'
import { days, hours, pure, workflow } from '../../src/index.ts'
import { isoInstant, later } from '../../src/values/time.ts'
import { begin, openTestCompany, type TestCompany } from './company.ts'
import { type Behaviour, type Provider, provider, shop } from './shop.ts'

let company: TestCompany
let corner: Provider
afterEach(() => company?.close())

const nothing = z.object({})
const failing = pure({
  name: 'failing',
  does: 'Fails.',
  input: nothing,
  output: z.string(),
  run: () => {
    throw new Error('no such luck')
  },
})
const echo = pure({
  name: 'echo',
  does: 'Echoes.',
  input: z.object({ text: z.string() }),
  output: z.string(),
  run: ({ text }) => text,
})
const posting = workflow({ name: 'posting', input: nothing, deadline: days(1) }, (flow) =>
  flow.task('post', shop.post, { to: 'ana@example.org', text: 'hi' }),
)
const noting = workflow({ name: 'noting', input: nothing }, (flow) =>
  flow.task('note', shop.note, { to: 'ana', text: 'hi' }),
)
const broken = workflow({ name: 'broken', input: nothing }, (flow) => flow.task('work', failing, {}))
const timed = workflow({ name: 'timed', input: z.object({ at: z.string() }) }, (flow, given) =>
  flow.task('work', echo, { text: 'now' }, { at: given.get('at') }),
)

async function open(kind: 'key' | 'none' = 'key', ...script: Behaviour[]) {
  corner = provider(kind)
  corner.script = script
  company = await openTestCompany({ workflows: [posting, noting, broken, timed], adapters: [corner.adapter] })
}

test('a function that throws fails its task with what it said', async () => {
  await open()
  const run = await company.run('broken')
  expect(await company.fault(run)).toMatchObject({ code: 'function.failed', about: { why: 'no such luck' } })
})

test('a task whose instant is wired waits for it, and that is no try of its own', async () => {
  await open()
  const run = await company.run('timed', { at: isoInstant(later(begin, hours(5))) })
  const postponed = (await company.events(run)).find((event) => event.kind === 'task.postponed')
  expect(postponed?.kind === 'task.postponed' && postponed.payload?.fault).toMatchObject({ code: 'task.not-due' })
  await company.clock.advance(hours(4))
  await company.worker.idle()
  expect(await company.stateOf(run)).toBe('running')
  await company.clock.advance(hours(2))
  await company.worker.idle()
  expect(await company.output(run)).toBe('now')
  const row = await company.kernel.store.read.selectFrom('tasks').select('attempt').executeTakeFirstOrThrow()
  expect(row.attempt).toBe(1)
})

test('a wired instant that is none holds the task: it does not begin at once', async () => {
  await open()
  const run = await company.run('timed', { at: 'next Tuesday' })
  expect(await company.stateOf(run)).toBe('held')
  const [gate] = await company.gates()
  expect((await company.card(gate!))?.fault).toMatchObject({ code: 'plan.stale' })
})

test('a run that passes its deadline fails, its tasks are cancelled and its gates closed', async () => {
  await open()
  const run = await company.run('posting')
  expect(await company.gates()).toHaveLength(1)
  await company.clock.advance(days(2))
  await company.worker.idle()
  expect(await company.stateOf(run)).toBe('failed')
  expect(await company.tasks(run)).toEqual({ post: 'cancelled' })
  expect(await company.gates()).toEqual([])
  const cancelled = (await company.events(run)).find((event) => event.kind === 'task.cancelled')
  expect(cancelled?.kind === 'task.cancelled' && cancelled.payload?.why).toContain('passed its deadline')
})

test('an action that no adapter performs any more fails, and says so', async () => {
  await open()
  const run = await company.start('noting')
  Object.assign(company.kernel, { adapters: new Map() })
  await company.worker.idle()
  expect(await company.fault(run)).toMatchObject({ code: 'adapter.missing' })
})

test('a doer that no longer takes what the plan gives it holds the task until that is mended', async () => {
  await open()
  const run = await company.start('noting')
  const doers = company.kernel.doers as Map<string, unknown>
  doers.set('shop.note', { ...shop.note, input: z.object({ to: z.string(), words: z.string() }) })
  await company.worker.idle()
  expect(await company.stateOf(run)).toBe('held')
  const [gate] = await company.gates()
  expect((await company.card(gate!))?.fault).toMatchObject({ code: 'plan.stale' })
  expect(corner.acted).toEqual([])
  doers.set('shop.note', shop.note)
  await decide(company.kernel, gate!.id, { verdict: 'approved' })
  await company.worker.idle()
  expect(corner.acted).toEqual(['note ana: hi'])
})

test('a question of what happened cannot be sent back, nor answered with an edit', async () => {
  await open('none', 'acts, then times out')
  await company.run('noting')
  const [gate] = await company.gates()
  expect((await company.card(gate!))?.effect).toBeDefined()
  const answers = [
    decide(company.kernel, gate!.id, { verdict: 'returned', comment: 'look again' }),
    decide(company.kernel, gate!.id, { verdict: 'edited', content: null }),
  ]
  const codes = (await Promise.allSettled(answers)).map((one) => one.status === 'rejected' && one.reason.fault.code)
  expect(codes).toEqual(['gate.cannot-return', 'gate.cannot-edit'])
  expect(await company.gates()).toHaveLength(1)
})

test('a process that died before it heard an answer asks what became of it, naming the effect', async () => {
  await open('none')
  const { kernel } = company
  Object.assign(kernel, {
    crash: {
      before: () => undefined,
      after: () => {
        throw new Error('power cut')
      },
    },
  })
  const run = await company.start('noting')
  await expect(company.worker.idle()).rejects.toThrow('power cut')
  Object.assign(kernel, { crash: undefined })
  await kernel.store.write((tx) => kernel.queue.abandon(tx))
  await company.worker.idle()
  expect(await company.stateOf(run)).toBe('held')
  const [gate] = await company.gates()
  expect(await company.card(gate!)).toMatchObject({ reason: 'doubt', effect: { action: 'shop.note' } })
  expect(corner.acted).toEqual(['note ana: hi'])
})

import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { action, adapter, type Call, port } from '../../src/adapters/index.ts'
import { decide } from '../../src/executor/decide.ts'
import { retryRun } from '../../src/executor/retry.ts'
import { agent, minutes, seconds, workflow } from '../../src/index.ts'
import { type Reply, scriptedModel } from '../../src/testing/scripted-model.ts'
import type { RunId } from '../../src/values/id.ts'
import { between, type Duration, hours, later, milliseconds } from '../../src/values/time.ts'
import { openTestCompany, type TestCompany } from './company.ts'
import { Given, rules, spec } from './writers.ts'

let company: TestCompany
/** What takes its time at this moment: only then does time pass. */
const slow = new Set<object>()
afterEach(async () => {
  slow.clear()
  await company?.close()
})

const Found = z.object({ found: z.string() })
const desk = port('desk', {
  look: action({
    ...{ does: 'Looks something up.', risk: 'read', effect: 'none', origin: 'external' },
    input: z.object({ what: z.string() }),
    output: Found,
  }),
  file: action({
    ...{ does: 'Files something.', risk: 'internal', effect: 'irreversible', origin: 'system' },
    input: z.object({ what: z.string() }),
    output: Found,
  }),
  stamp: action({
    ...{ does: 'Stamps it.', risk: 'internal', effect: 'irreversible', origin: 'system' },
    input: z.object({ what: z.string() }),
    output: Found,
  }),
})
const asks = (name: string, after?: Duration): Reply => ({
  tools: [{ name, input: { what: 'tea' } }],
  ...(after === undefined ? {} : { after }),
})
const answers: Reply = { output: { body: 'by the model' } }
const byRules = { body: 'by rules: tea' }

interface Scene {
  readonly script: readonly Reply[]
  readonly lane?: 'interactive' | 'background'
  readonly time?: Duration
  readonly own?: Duration
  readonly ruled?: boolean
  /** How long the desk takes for each call; it takes an hour for the last and all that follow. */
  readonly takes?: readonly Duration[]
}

/** A company whose writer asks a desk that takes its time, and what the desk was called with. */
async function open({ script, lane = 'interactive', time, own, ruled = true, takes = [] }: Scene) {
  const calls: Call[] = []
  const wait = async (call: Call): Promise<{ found: string }> => {
    calls.push(call)
    slow.add(call)
    call.signal.addEventListener('abort', () => slow.delete(call))
    const end = Promise.withResolvers<{ found: string }>()
    const took = takes[calls.length - 1] ?? hours(1)
    company.clock.wake(later(company.clock.now(), took), () => {
      slow.delete(call)
      end.resolve({ found: 'green' })
    })
    return end.promise
  }
  const keeper = adapter(
    desk,
    { name: 'keeper', secrets: [], timeout: minutes(2), connect: () => null },
    {
      look: { idempotency: 'none', do: (_client, _input, call) => wait(call) },
      file: { idempotency: 'none', do: (_client, _input, call) => wait(call), presume: () => ({ found: '' }) },
      stamp: { idempotency: 'key', do: (_client, _input, call) => wait(call) },
    },
  )
  const by = agent({
    ...{ ...spec, name: 'writer', allow: [desk.look, desk.file, desk.stamp], fallback: ruled ? rules : null },
    ...(own === undefined ? {} : { budget: { time: own } }),
  })
  const flow = workflow({ name: 'write', input: Given, lane }, (flow, given) =>
    flow.task('work', by, { about: given.get('about') }, time === undefined ? {} : { budget: { time } }),
  )
  company = await openTestCompany({ workflows: [flow], adapters: [keeper] }, { 'agents/w.md': 'Write.' })
  const replies = script.values()
  const model = scriptedModel(
    async () => {
      const reply = replies.next().value as Reply
      if (reply.after === undefined) return reply
      slow.add(reply)
      company.clock.wake(later(company.clock.now(), reply.after), () => slow.delete(reply))
      return reply
    },
    { clock: company.clock },
  )
  Object.assign(company.kernel, { models: { quality: [model] } })
  return calls
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

/** Works until nothing is due, time passing from one thing to the next; gives how long that was. */
async function work(run: RunId): Promise<{ run: RunId; took: Duration }> {
  const { worker, clock } = company
  const began = clock.now()
  let over = false
  const working = worker.idle().finally(() => {
    over = true
  })
  while (!over) {
    await turn()
    const [first] = clock.waiting()
    if (slow.size > 0 && first !== undefined) await clock.advance(between(clock.now(), first))
  }
  await working
  return { run, took: between(began, clock.now()) }
}
const write = async () => work(await company.start('write', { about: 'tea' }))
const toolOutputs = async (run: RunId) =>
  (await company.events(run)).flatMap((event) =>
    event.kind === 'step.done' && event.payload?.kind === 'tool' ? [event.payload.output] : [],
  )

test.each<[string, Partial<Scene>, Duration]>([
  ['within the time of its task', { time: seconds(30) }, seconds(30)],
  ['within its own', { own: seconds(20), time: minutes(5) }, seconds(20)],
  ['within a minute where it was promised none', {}, minutes(1)],
])('a tool that hangs while somebody waits is given up, and the fallback answers %s', async (_what, given, limit) => {
  const calls = await open({ script: [asks('desk.look')], ...given })
  const { run, took } = await write()
  expect(await company.output(run)).toEqual(byRules)
  expect(calls.map(({ signal }) => signal.aborted)).toEqual([true])
  expect(took).toBeLessThan(limit)
  expect(took).toBeGreaterThan(limit * 0.8)
})

test('a tool that answers in time is waited for', async () => {
  await open({ script: [asks('desk.look'), answers], time: seconds(30), takes: [seconds(20)] })
  const { run } = await write()
  expect(await company.output(run)).toEqual({ body: 'by the model' })
})

test('without a fallback the task fails at once, and says which tool was late', async () => {
  await open({ script: [asks('desk.look')], time: seconds(30), ruled: false })
  const { run, took } = await write()
  expect(await company.fault(run)).toMatchObject({ code: 'adapter.late', about: { action: 'desk.look' } })
  expect(took).toBeLessThan(seconds(30))
})

test('where no time is left for it, a tool is not called', async () => {
  const calls = await open({ script: [asks('desk.look', milliseconds(26_970))], time: seconds(30) })
  const { run } = await write()
  expect(calls).toEqual([])
  expect(await company.output(run)).toEqual(byRules)
})

test('a tool that is left alone for longer than somebody waits is told to the model, which makes do without', async () => {
  const calls = await open({
    script: [asks('desk.look'), asks('desk.look'), asks('desk.look'), answers],
    time: seconds(5),
  })
  await write()
  await write()
  const { run, took } = await write()
  expect(calls).toHaveLength(2)
  expect(await toolOutputs(run)).toEqual([{ refused: expect.stringContaining('left alone until') }])
  expect(await company.output(run)).toEqual({ body: 'by the model' })
  expect(took).toBeLessThan(seconds(5))
})

test('what leaves a trace is not cut off for it: nobody knows whether it happened, so the operator is asked', async () => {
  const calls = await open({ script: [asks('desk.file'), answers], time: seconds(30) })
  const { run } = await write()
  expect(await company.stateOf(run)).toBe('held')
  const [gate] = await company.gates()
  expect(gate?.reason).toBe('doubt')
  await decide(company.kernel, gate!.id, { verdict: 'approved' })
  await work(run)
  expect(calls).toHaveLength(1)
})

test('nor does a fallback answer over what the provider still has to be asked about under its key', async () => {
  const calls = await open({ script: [asks('desk.stamp'), answers], time: seconds(30), takes: [hours(1), seconds(1)] })
  const { run } = await write()
  expect(await company.fault(run)).toMatchObject({ code: 'task.over-time' })
  await retryRun(company.kernel, run)
  await work(run)
  expect(await company.output(run)).toEqual({ body: 'by the model' })
  expect(new Set(calls.map(({ key }) => key)).size).toBe(1)
  expect(calls).toHaveLength(2)
})

test('where nobody waits, a tool that hangs ends with the time of its agent', async () => {
  await open({ script: [asks('desk.look')], own: seconds(30), lane: 'background' })
  const { run, took } = await write()
  expect(await company.fault(run)).toMatchObject({ code: 'task.over-time' })
  expect(took).toBe(seconds(30))
})

import { rmSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import type { Served } from '../../src/api/serve.ts'
import { pure, receive, workflow } from '../../src/index.ts'
import type { Os } from '../../src/os/os.ts'
import { showRun } from '../../src/os/queries/run.ts'
import { doersOf } from '../../src/planner/doer-facts.ts'
import { taint } from '../../src/planner/taint.ts'
import type { RunId } from '../../src/values/id.ts'
import { days, hours, type Instant, later } from '../../src/values/time.ts'
import { kept, replayed } from '../replay/replay.ts'
import { begin, companyFolder, openHooks, post, serveHooks, setTime, signed } from './company.ts'

let folder: string
let os: Os
let served: Served
let now: Instant
beforeEach(async () => {
  folder = companyFolder()
  now = begin
  os = await openHooks(folder)
  served = await serveHooks(os)
})
afterEach(async () => {
  // Whatever happened in a test, the journal tells all of it.
  expect(await replayed(os)).toEqual(await kept(os))
  await served.close()
  await os.close()
  rmSync(folder, { recursive: true, force: true })
})

let sent = 0
const pay = (invoice: string, amount: number) => {
  sent += 1
  return post(served.url, signed({ id: `evt_${sent}`, type: 'paid', data: { invoice, amount } }, now))
}
const begun = async (workflow: string, id: string): Promise<RunId> => {
  const run = await os.start(workflow, { id }, 'operator')
  await os.idle()
  return run
}
const pass = async (ms: number): Promise<void> => {
  now = later(now, ms as never)
  setTime(folder, now)
  await os.idle()
}
const shown = async (run: RunId) => {
  const { state, output, tasks } = await showRun(os, run)
  return { state, output, task: tasks[0] }
}

test('a task waits for what comes in, holds nobody up, and is not for the operator', async () => {
  const run = await begun('invoice', 'inv_1')
  const { state, task } = await shown(run)
  expect([state, task?.state, task?.waitsFor, task?.dueAt]).toEqual([
    'running',
    'ready',
    ['billing.paid'],
    later(begin, days(14)),
  ])
  expect(await os.store.read.selectFrom('gates').selectAll().execute()).toEqual([])
  const [postponed] = await os.journal.page({ after: 0, limit: 1, run, kind: 'task.postponed' })
  expect(postponed?.payload).toMatchObject({ fault: { code: 'wait.open' } })
  expect((await pay('inv_2', 1)).said.state).toBe('kept')
  await os.idle()
  expect((await shown(run)).state).toBe('running')
  expect((await pay('inv_1', 42)).said.state).toBe('answered')
  await os.idle()
  expect(await shown(run)).toMatchObject({ state: 'done', output: { amount: 42 } })
})

test('what came before anybody waited is kept, and the first who waits for it gets it', async () => {
  await pay('inv_1', 1)
  await pay('inv_1', 2)
  const runs = [await begun('invoice', 'inv_1'), await begun('invoice', 'inv_1')]
  expect(await Promise.all(runs.map(shown))).toMatchObject([{ output: { amount: 1 } }, { output: { amount: 2 } }])
})

test('of two who wait for the same, the one that waited longer is answered first', async () => {
  const runs = [await begun('invoice', 'inv_1'), await begun('invoice', 'inv_1')]
  await pay('inv_1', 1)
  await os.idle()
  expect(await Promise.all(runs.map(shown))).toMatchObject([{ state: 'done' }, { state: 'running' }])
  await pay('inv_1', 2)
  await os.idle()
  expect((await shown(runs[1] as RunId)).output).toEqual({ amount: 2 })
})

test('what comes is text from outside, with the event that it is from', async () => {
  const run = await begun('invoice', 'inv_1')
  await pay('inv_1', 42)
  await os.idle()
  const events = await os.journal.page({ after: 0, limit: 1000, run })
  const done = events.find((event) => event.kind === 'task.done')
  const [kept] = await os.journal.page({ after: 0, limit: 1, kind: 'webhook.kept' })
  expect(done?.origin).toBe('external')
  expect(done?.payload).toMatchObject({ sources: [expect.any(Number), kept?.seq], madeBy: { doer: 'billing.paid' } })
})

test('a wait that is over fails its task, and a retry waits once more', async () => {
  const run = await begun('invoice', 'inv_1')
  await pass(days(14))
  const { state, task } = await shown(run)
  expect([state, task?.fault?.code]).toEqual(['failed', 'wait.over'])
  expect((await pay('inv_1', 1)).said.state).toBe('kept')
  await os.retry(run)
  await os.idle()
  expect((await shown(run)).output).toEqual({ amount: 1 })
  const again = await begun('invoice', 'inv_9')
  await pass(days(14))
  await os.retry(again)
  await pass(days(13))
  expect((await shown(again)).state).toBe('running')
  await pay('inv_9', 9)
  await os.idle()
  expect((await shown(again)).output).toEqual({ amount: 9 })
})

test('a wait that may end with nothing gives null at its time, not before', async () => {
  const run = await begun('patient', 'inv_1')
  await pass(hours(23))
  expect((await shown(run)).state).toBe('running')
  await pass(hours(1))
  expect(await shown(run)).toMatchObject({ state: 'done', output: null })
})

test('a run that was cancelled takes nothing from the next one that waits', async () => {
  const cancelled = await begun('invoice', 'inv_1')
  const run = await begun('invoice', 'inv_1')
  await os.cancel(cancelled, 'not needed')
  await pay('inv_1', 42)
  await os.idle()
  expect((await shown(run)).output).toEqual({ amount: 42 })
})

test('waiting outlives the process, and what comes meanwhile wakes the next', async () => {
  const run = await begun('invoice', 'inv_1')
  await served.close()
  await os.close()
  os = await openHooks(folder)
  served = await serveHooks(os)
  os.work()
  const done = new Promise<void>((resolve) => os.journal.onCommitted(({ kind }) => kind === 'run.done' && resolve()))
  await pay('inv_1', 42)
  await done
  expect((await shown(run)).output).toEqual({ amount: 42 })
})

test('data of another form is kept as a fault, and does not reach the task', async () => {
  const run = await begun('invoice', 'inv_1')
  const { said } = await post(served.url, signed({ id: 'x', type: 'paid', data: { invoice: 'inv_1', amount: 'much' } }))
  expect(said.state).toBe('failed')
  expect((await post(served.url, signed({ id: 'y', type: 'paid', data: { amount: 1 } }))).said.state).toBe('failed')
  const failed = await os.journal.page({ after: 0, limit: 9, kind: 'webhook.failed' })
  expect(failed.map((event) => event.payload)).toMatchObject([
    { fault: { code: 'wait.misfit' } },
    { fault: { code: 'webhook.shapeless' } },
  ])
  await os.idle()
  expect((await shown(run)).state).toBe('running')
})

test('the form that the author changed meanwhile is the one that counts', async () => {
  await pay('inv_1', 42)
  await served.close()
  await os.close()
  const now = receive('billing.paid', z.object({ amount: z.int(), currency: z.string() }))
  const invoice = workflow({ name: 'invoice', input: z.object({ id: z.string() }) }, (flow, input) =>
    flow.wait('paid', now, { match: input.get('id'), within: days(1) }),
  )
  os = await openHooks(folder, { workflows: [invoice], webhooks: [] })
  served = await serveHooks(os)
  const run = await begun('invoice', 'inv_1')
  expect((await shown(run)).task?.fault?.code).toBe('wait.misfit')
})

test('a plan waits by flow.wait only, and for some time', () => {
  const what = receive('x', z.string())
  const input = z.object({})
  const asTask = workflow({ name: 'bad', input }, (flow) => flow.task('x', what, { match: 'a' }))
  expect(() => asTask.plan()).toThrow('flow.wait')
  const never = workflow({ name: 'never', input }, (flow) => flow.wait('x', what, { match: 'a', within: days(0) }))
  expect(never.plan().tasks[0]).toMatchObject({ kind: 'wait', within: 0, otherwise: 'fail' })
})

test('all that is made of what comes in is text from outside, before it runs', () => {
  const upper = pure({ name: 'upper', does: 'x', input: z.object({ n: z.int() }), output: z.string(), run: () => 'a' })
  const what = receive('billing.paid', z.object({ amount: z.int() }))
  const flow = workflow({ name: 'flow', input: z.object({ id: z.string() }) }, (draw, given) => {
    const came = draw.wait('came', what, { match: given.get('id'), within: days(1) })
    return draw.task('upper', upper, { n: came.get('amount') })
  })
  expect(Object.fromEntries(taint(flow.plan(), doersOf(flow.doers())).outputs)).toEqual({
    came: 'external',
    upper: 'external',
  })
})

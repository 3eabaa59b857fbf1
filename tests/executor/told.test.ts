import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { decide } from '../../src/executor/decide.ts'
import { reclaim } from '../../src/executor/reclaim.ts'
import { undoRun } from '../../src/executor/undo.ts'
import { pure, workflow } from '../../src/index.ts'
import { fault, Refusal } from '../../src/values/fault.ts'
import type { RunId } from '../../src/values/id.ts'
import { days, hours, type Instant, isoInstant, later } from '../../src/values/time.ts'
import { begin, openTestCompany, type TestCompany } from './company.ts'
import { provider, shop } from './shop.ts'

// What stands in the journal when work does not go on: the code by which the operator finds the next step.

let company: TestCompany
afterEach(() => company?.close())

const nothing = z.object({})
const Given = z.object({ text: z.string() })
const shout = pure({
  name: 'shout',
  does: 'Says it louder.',
  input: Given,
  output: z.string(),
  run: ({ text }) => {
    if (text === '') throw new Error('there is nothing to say')
    return text.toUpperCase()
  },
})
const shouted = workflow({ name: 'shouted', input: Given, deadline: days(1) }, (flow, given) =>
  flow.task('shout', shout, { text: given.get('text') }),
)
const filed = workflow({ name: 'filed', input: nothing }, (flow) =>
  flow.task('file', shop.file, { to: 'ana', text: 'one' }),
)
const timed = workflow(
  { name: 'timed', input: z.object({ at: z.int() as unknown as z.ZodType<Instant> }) },
  (flow, given) => flow.task('file', shop.note, { to: 'ana', text: 'one' }, { at: given.get('at') }),
)

async function open() {
  const corner = provider('none')
  const workflows = [shouted, filed, timed]
  company = await openTestCompany({ workflows, adapters: [corner.adapter], limits: { depth: 2 } })
}

/** The codes of all faults that the run's events carry, those on the cards of its gates included. */
async function told(run: RunId) {
  const payloads = (await company.events(run)).map((event) => event.payload as Told | null)
  return payloads.flatMap((payload) => payload?.fault?.code ?? payload?.card?.fault?.code ?? [])
}
interface Told {
  readonly fault?: { readonly code: string }
  readonly card?: { readonly fault?: { readonly code: string } }
}

test('a function that throws fails its task, and says why', async () => {
  await open()
  const run = await company.run('shouted', { text: '' })
  expect(await company.fault(run)).toMatchObject({ code: 'function.failed', about: { why: 'there is nothing to say' } })
})

test('a doer that no longer takes what the plan gives it holds the task', async () => {
  await open()
  const run = await company.start('shouted', { text: 'hello' })
  const doers = new Map(company.kernel.doers).set('shout', {
    ...shout,
    input: z.object({ words: z.string() }),
  } as never)
  Object.assign(company.kernel, { doers })
  await company.worker.idle()
  expect(await company.stateOf(run)).toBe('held')
  expect(await told(run)).toEqual(['plan.stale'])
})

test('an adapter that is gone when its action is due fails the task', async () => {
  await open()
  const run = await company.start('filed')
  Object.assign(company.kernel, { adapters: new Map() })
  await company.worker.idle()
  expect(await company.fault(run)).toMatchObject({ code: 'adapter.missing', about: { action: 'shop.file' } })
})

test('what cannot be taken back is put to the operator, too', async () => {
  await open()
  const run = await company.run('filed')
  await undoRun(company.kernel, run)
  await company.worker.idle()
  expect(await company.stateOf(run)).toBe('undo-held')
  expect(await told(run)).toEqual(['effect.not-undoable'])
  const [gate] = await company.gates()
  await decide(company.kernel, gate!.id, { verdict: 'approved' })
})

test('an instant that the run wires in postpones the task until then', async () => {
  await open()
  const run = await company.run('timed', { at: later(begin, hours(2)) })
  expect(await told(run)).toEqual(['task.not-due'])
  await company.clock.advance(hours(2))
  await company.worker.idle()
  expect(await company.stateOf(run)).toBe('done')
})

test('a run that is late ends, and says that its deadline has passed', async () => {
  await open()
  const run = await company.start('shouted', { text: 'hello' })
  await company.clock.advance(days(2))
  await reclaim(company.kernel)
  expect(await company.stateOf(run)).toBe('failed')
  const [cancelled] = await company.kernel.journal.page({ after: 0, limit: 10, run, kind: 'task.cancelled' })
  const late = fault('task.deadline', { task: 'shouted', deadline: isoInstant(later(begin, days(1))), run })
  expect(cancelled?.payload).toEqual({ why: late.message })
})

test('work beyond the depth of the queue is refused, and nothing of it is started', async () => {
  await open()
  await company.start('filed')
  await company.start('filed')
  const third = await company.start('filed').catch((error: unknown) => error)
  expect(third instanceof Refusal && third.fault.code).toBe('queue.full')
  expect(await company.kernel.store.read.selectFrom('runs').select('id').execute()).toHaveLength(2)
})

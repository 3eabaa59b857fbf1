import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { action, adapter, port } from '../../src/adapters/index.ts'
import { decide } from '../../src/executor/decide.ts'
import { reclaim } from '../../src/executor/reclaim.ts'
import { retryRun } from '../../src/executor/retry.ts'
import { fault, pure, Refusal, seconds, workflow } from '../../src/index.ts'
import { openTestCompany, type TestCompany } from './company.ts'

let company: TestCompany
afterEach(() => company?.close())

const text = pure({
  name: 'text',
  does: 'Gives a text.',
  input: z.object({}),
  output: z.string(),
  run: () => 'tea',
})
const shop = port('shop', {
  order: action({
    does: 'Orders.',
    risk: 'internal',
    effect: 'irreversible',
    input: z.object({ text: z.string() }),
    output: z.object({ id: z.string() }),
  }),
})
const buy = workflow({ name: 'buy', input: z.object({}) }, (flow) => {
  const what = flow.task('text', text, {})
  const fine = flow.gate('fine', what, { ask: 'Order it?', covers: [shop.order], otherwise: 'wait' })
  return flow.task('order', shop.order, { text: fine })
})

/** A company whose shop answers a call when the test says so. */
async function open(idempotency: 'key' | 'none') {
  const calls: { readonly key: string; readonly end: PromiseWithResolvers<{ id: string }> }[] = []
  const shopkeeper = adapter(
    shop,
    { name: 'shopkeeper', secrets: [], timeout: seconds(600), connect: () => null },
    {
      order: {
        idempotency,
        do: async (_client, _input, { key }) => {
          const end = Promise.withResolvers<{ id: string }>()
          calls.push({ key, end })
          return end.promise
        },
        presume: (_input: unknown, key: string) => ({ id: key }),
      },
    },
  )
  company = await openTestCompany({ workflows: [buy], adapters: [shopkeeper] })
  const { kernel, worker } = company
  const run = await company.run('buy')
  await decide(kernel, (await company.gates())[0]!.id, { verdict: 'approved' })
  const idle = worker.idle()
  const called = async (times: number) => {
    while (calls.length < times) await turn()
  }
  await called(1)
  const effect = () => kernel.store.read.selectFrom('effects').selectAll().executeTakeFirstOrThrow()
  return { calls, called, idle, run, effect }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))
const denied = new Refusal(fault('adapter.refused', { adapter: 'shopkeeper', action: 'shop.order', why: '401' }))
const busy = new Refusal(fault('adapter.busy', { adapter: 'shopkeeper', why: '503' }))

test.each([
  ['for now', busy],
  ['for good', denied],
])(
  'a refusal %s that comes late says nothing of the call that another attempt has made since',
  async (_how, refusal) => {
    const { calls, called, idle, effect } = await open('none')
    const { kernel, worker } = company
    await loseLease()
    const again = worker.idle()
    while ((await company.gates()).length === 0) await turn()
    await decide(kernel, (await company.gates())[0]!.id, { verdict: 'rejected', reason: 'nothing came' })
    const third = worker.idle()
    await called(2)
    calls[0]!.end.reject(refusal)
    await turn()
    await turn()
    await kernel.store.write(async () => undefined)
    const { state, fence } = await effect()
    expect([state, fence]).toEqual(['unknown', 3])
    calls[1]!.end.resolve({ id: 'order 1' })
    await Promise.all([idle, again, third])
    expect((await effect()).state).toBe('done')
  },
)

test('a refusal after a call in doubt does not settle the effect: a later try still goes under its key', async () => {
  const { calls, called, idle, effect, run } = await open('key')
  const { clock, kernel, worker } = company
  calls[0]!.end.reject(new Error('the connection was cut, after the order was taken'))
  await idle
  await clock.advance(seconds(10))
  const second = worker.idle()
  await called(2)
  calls[1]!.end.reject(denied)
  await second
  expect(await company.stateOf(run)).toBe('failed')
  expect((await effect()).state).toBe('intended')
  await retryRun(kernel, run)
  const third = worker.idle()
  await called(3)
  calls[2]!.end.resolve({ id: 'order 1' })
  await third
  expect(new Set(calls.map((call) => call.key)).size).toBe(1)
  expect((await effect()).state).toBe('done')
})

async function loseLease(): Promise<void> {
  const { kernel } = company
  await kernel.store.write((tx) => kernel.queue.abandon(tx))
  await reclaim(kernel)
}

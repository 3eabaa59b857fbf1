import { afterEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { cancelRun } from '../../src/executor/cancel-run.ts'
import { decide } from '../../src/executor/decide.ts'
import { retryRun } from '../../src/executor/retry.ts'
import { workflow } from '../../src/index.ts'
import { hours } from '../../src/values/time.ts'
import { openTestCompany, type TestCompany } from './company.ts'
import { type Behaviour, type Provider, provider, shop } from './shop.ts'

let company: TestCompany
let corner: Provider
afterEach(() => company?.close())

const note = workflow({ name: 'note', input: z.object({}) }, (flow) =>
  flow.task('note', shop.note, { to: 'ana', text: 'hello' }),
)

async function open(kind: 'key' | 'find' | 'none', ...script: Behaviour[]) {
  corner = provider(kind)
  corner.script = script
  company = await openTestCompany({ workflows: [note], adapters: [corner.adapter] })
}

/** Works until the retries of a day are over. */
async function wait() {
  for (let hour = 0; hour < 24; hour += 1) {
    await company.clock.advance(hours(1))
    await company.worker.idle()
  }
}

async function effects() {
  return (await company.kernel.store.read.selectFrom('effects').select(['state']).execute()).map((row) => row.state)
}

describe.each(['key', 'find'] as const)('a provider that knows effects by %s', (kind) => {
  test.each(['acts', 'acts, then times out', 'times out', 'refuses for now'] as const)(
    'that %s does it once',
    async (behaviour) => {
      await open(kind, behaviour)
      const run = await company.run('note')
      await wait()
      expect(await company.stateOf(run)).toBe('done')
      expect(await company.output(run)).toEqual({ id: 'note ana', text: 'hello' })
      expect(corner.acted).toEqual(['note ana: hello'])
      expect(await effects()).toEqual(['done'])
    },
  )

  test('that answers nonsense fails the task, and a retry settles it without a second time', async () => {
    await open(kind, 'acts, answers nonsense')
    const run = await company.run('note')
    expect(await company.fault(run)).toMatchObject({ code: 'adapter.nonsense' })
    expect(await effects()).toEqual(['intended'])
    await retryRun(company.kernel, run)
    await company.worker.idle()
    expect(await company.stateOf(run)).toBe('done')
    expect(corner.acted).toEqual(['note ana: hello'])
  })

  test('that never answers is given up after the last try, with the effect left open', async () => {
    await open(kind, ...Array.from({ length: 5 }, () => 'times out' as const))
    const run = await company.run('note')
    await wait()
    expect(await company.fault(run)).toMatchObject({ code: 'adapter.unreachable' })
    expect(await effects()).toEqual(['intended'])
    expect(corner.acted).toEqual([])
  })
})

describe('a provider that knows no effect again', () => {
  test.each(['acts, then times out', 'acts, answers nonsense'] as const)(
    'that %s leaves it to the operator, who says that it went out',
    async (behaviour) => {
      await open('none', behaviour)
      const run = await company.run('note')
      await wait()
      expect(await company.stateOf(run)).toBe('held')
      const [gate] = await company.gates()
      expect(gate?.reason).toBe('doubt')
      await decide(company.kernel, gate!.id, { verdict: 'approved' })
      await company.worker.idle()
      expect(await company.output(run)).toEqual({ id: 'note ana', text: 'hello' })
      expect(corner.acted).toEqual(['note ana: hello'])
      expect(await effects()).toEqual(['done'])
    },
  )

  test('that timed out before it acted is asked again when the operator says that it did not go out', async () => {
    await open('none', 'times out', 'times out')
    const run = await company.run('note')
    for (let doubts = 0; doubts < 2; doubts += 1) {
      const [gate] = await company.gates()
      await decide(company.kernel, gate!.id, { verdict: 'rejected', reason: 'it is not there' })
      await company.worker.idle()
    }
    expect(await company.stateOf(run)).toBe('done')
    expect(corner.acted).toEqual(['note ana: hello'])
    expect(corner.calls).toBe(3)
  })

  test('that refuses for now is asked again without the operator', async () => {
    await open('none', 'refuses for now', 'refuses for now')
    const run = await company.run('note')
    await wait()
    expect(await company.stateOf(run)).toBe('done')
    expect(corner.acted).toEqual(['note ana: hello'])
  })
})

test.each(['key', 'find', 'none'] as const)(
  'a refusal for good (%s) fails the task; a retry is an effect of its own',
  async (kind) => {
    await open(kind, 'refuses')
    const run = await company.run('note')
    expect(await company.fault(run)).toMatchObject({ code: 'adapter.refused' })
    expect(corner.acted).toEqual([])
    await retryRun(company.kernel, run)
    await company.worker.idle()
    expect(await company.stateOf(run)).toBe('done')
    expect(corner.acted).toEqual(['note ana: hello'])
    expect((await effects()).sort()).toEqual(['done', 'refused'])
  },
)

test.each(['key', 'find', 'none'] as const)(
  'the same key with other content (%s) holds the task, and nothing more is sent',
  async (kind) => {
    await open(kind, kind === 'none' ? 'refuses for now' : 'times out')
    const run = await company.start('note')
    await company.worker.idle()
    // The past is changed behind our back: what the effect was meant for is no longer what the task says.
    await company.kernel.store.write(async (tx) => {
      await tx.db.updateTable('effects').set({ content_hash: 'of something else' }).execute()
    })
    await wait()
    expect(await company.stateOf(run)).toBe('held')
    expect((await company.gates()).map((gate) => gate.reason)).toEqual(['stale'])
    expect(corner.calls).toBe(1)
  },
)

test('a client that cannot be connected has done nothing: it is tried again, and nobody is asked', async () => {
  await open('none')
  const { adapters } = company.kernel
  let tries = 0
  const failing = new Map(adapters)
  const known = adapters.get('shop.note')!
  failing.set('shop.note', {
    ...known,
    client: () => {
      tries += 1
      return tries === 1 ? Promise.reject(new Error('no route to host')) : known.client()
    },
  })
  Object.assign(company.kernel, { adapters: failing })
  const run = await company.run('note')
  await wait()
  expect(await company.stateOf(run)).toBe('done')
  expect(corner.acted).toEqual(['note ana: hello'])
})

test('a run that is cancelled in mid-call still records what the provider did', async () => {
  await open('key')
  let cancelled: Promise<unknown> = Promise.resolve()
  const run = await company.start('note')
  corner.during = async () => {
    cancelled = cancelRun(company.kernel, run, 'enough')
    await cancelled
  }
  await company.worker.idle()
  expect(await company.stateOf(run)).toBe('cancelled')
  expect(corner.acted).toEqual(['note ana: hello'])
  expect(await effects()).toEqual(['done'])
})

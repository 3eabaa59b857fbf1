import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { adapter } from '../../src/adapters/index.ts'
import { workflow } from '../../src/index.ts'
import { probing } from '../../src/os/probing.ts'
import type { Row } from '../../src/store/tables.ts'
import { fault, Refusal } from '../../src/values/fault.ts'
import type { RunId } from '../../src/values/id.ts'
import { days, later, milliseconds, minutes, seconds } from '../../src/values/time.ts'
import { openTestCompany } from '../executor/company.ts'
import { type Behaviour, provider, shop } from '../executor/shop.ts'

const nothing = z.object({})
const once = { retry: { attempts: 1, first: seconds(1), factor: 1, most: seconds(1) } }
const flows = (['interactive', 'background'] as const).flatMap((lane) => [
  workflow({ name: `note-${lane}`, lane, input: nothing }, (flow) =>
    flow.task('note', shop.note, { to: 'ana', text: 'hi' }, once),
  ),
  workflow({ name: `patient-${lane}`, lane, input: nothing }, (flow) =>
    flow.task('note', shop.note, { to: 'ana', text: 'hi' }),
  ),
  workflow({ name: `look-${lane}`, lane, input: nothing }, (flow) =>
    flow.task('look', shop.look, { what: 'it' }, once),
  ),
])
const account = 'adapter:corner'
const away = fault('adapter.unreachable', { adapter: 'corner', why: '503' })

async function open(idempotency: 'key' | 'find' | 'none' = 'key', ...script: Behaviour[]) {
  const corner = provider(idempotency)
  corner.script = script
  const company = await openTestCompany({ workflows: flows, adapters: [corner.adapter] })
  onTestFinished(() => company.close())
  const { breakers, store } = company.kernel
  return {
    ...company,
    corner,
    breakers,
    shut: (pause = minutes(1)) => breakers.failed(account, { failure: 'limited', why: away, retryAfter: pause }),
    isShut: () => breakers.shut().has(account),
    effects: () => store.read.selectFrom('effects').selectAll().execute(),
    task: (run: RunId): Promise<Row<'tasks'>> =>
      store.read.selectFrom('tasks').selectAll().where('run_id', '=', run).executeTakeFirstOrThrow(),
  }
}

test('three calls in a row that fail shut an adapter; one that answers opens it again', async () => {
  const company = await open('key', 'times out', 'times out', 'times out')
  for (let nth = 1; nth <= 3; nth += 1) {
    expect(company.isShut()).toBe(false)
    await company.run('note-background')
  }
  expect(company.isShut()).toBe(true)
  await company.clock.advance(minutes(1))
  const run = await company.run('note-background')
  expect([await company.stateOf(run), company.isShut()]).toEqual(['done', false])
})

test('a refusal of what was asked is an answer, and so is nonsense in between', async () => {
  const company = await open('key', 'times out', 'times out', 'refuses', 'times out', 'times out')
  for (let nth = 1; nth <= 5; nth += 1) await company.run('note-background')
  expect(company.isShut()).toBe(false)
  await company.run('note-background')
  expect(company.isShut()).toBe(false)
})

const busyFor = (retryAfterMs: string) => () => {
  const busy = fault('adapter.busy', { adapter: 'corner', why: '429' })
  throw new Refusal({ ...busy, about: { ...busy.about, retryAfterMs } })
}

test('an adapter that asks for a pause gets it', async () => {
  const company = await open()
  company.corner.during = busyFor('42000')
  await company.run('note-background')
  expect(company.breakers.shut().get(account)?.until).toBe(later(company.clock.now(), seconds(42)))
})

test.each(['Infinity', '1e23'])('an adapter that asks for a pause of ages (%s) gets a day', async (ages) => {
  const company = await open()
  company.corner.during = busyFor(ages)
  const run = await company.run('patient-interactive')
  expect(company.breakers.shut().get(account)?.until).toBe(later(company.clock.now(), days(1)))
  expect((await company.task(run)).due_at).toBe(later(company.clock.now(), days(1)))
})

test.each(['', 'soon', '-5'])(
  'an adapter that asks for a pause that is none (%j) is one that answered',
  async (none) => {
    const company = await open()
    company.corner.during = busyFor(none)
    const run = await company.run('patient-interactive')
    expect(company.isShut()).toBe(false)
    expect((await company.task(run)).due_at).toBe(later(company.clock.now(), seconds(1)))
  },
)

test('a call that says nothing in time counts, one that we stopped ourselves does not', async () => {
  const company = await open()
  company.corner.during = (call) => new Promise((_resolve, reject) => call.signal.addEventListener('abort', reject))
  for (let nth = 1; nth <= 2; nth += 1) {
    const run = await company.start('note-background')
    const working = company.worker.idle()
    await expect.poll(() => company.corner.calls).toBe(nth)
    await company.clock.advance(seconds(30))
    await working
    expect(await company.stateOf(run)).toBe('failed')
  }
  expect(company.isShut()).toBe(true)
})

test('while it is shut nothing is intended nor called: what nobody waits for waits, and ends when it is back', async () => {
  const company = await open()
  company.shut()
  const [note, look] = [await company.run('note-background'), await company.run('look-background')]
  expect([await company.effects(), company.corner.calls]).toEqual([[], 0])
  const { state, due_at, attempt } = await company.task(note)
  // Waiting is no try.
  expect([state, due_at, attempt]).toEqual(['ready', later(company.clock.now(), minutes(1)), 0])
  const postponed = (await company.events(note)).find(({ kind }) => kind === 'task.postponed')
  expect(postponed).toMatchObject({
    payload: { fault: { code: 'adapter.shut', about: { adapter: 'corner', why: '503' } } },
  })
  await company.clock.advance(minutes(1))
  await company.worker.idle()
  expect([await company.stateOf(note), await company.stateOf(look)]).toEqual(['done', 'done'])
})

test('somebody who waits is told at once, and their task is tried again when the adapter may be back', async () => {
  const company = await open()
  company.shut()
  const run = await company.run('note-interactive')
  expect(await company.fault(run)).toMatchObject({
    code: 'adapter.shut',
    retry: 'later',
    about: { retryAfterMs: '60000' },
  })
  const patient = await company.run('patient-interactive')
  expect((await company.task(patient)).due_at).toBe(later(company.clock.now(), minutes(1)))
  expect([await company.effects(), company.corner.calls]).toEqual([[], 0])
  await company.clock.advance(minutes(1))
  await company.worker.idle()
  expect(await company.stateOf(patient)).toBe('done')
})

test.each(['key', 'find'] as const)(
  'a doubt waits in either lane until it can be settled (%s)',
  async (idempotency) => {
    const company = await open(idempotency, 'acts, then times out')
    const run = await company.run('patient-interactive')
    expect((await company.effects()).map(({ state }) => state)).toEqual(['intended'])
    company.shut(minutes(2))
    for (let minute = 0; minute < 2; minute += 1) {
      await company.clock.advance(seconds(40))
      await company.worker.idle()
    }
    const { state, attempt } = await company.task(run)
    expect([state, attempt]).toEqual(['ready', 1])
    await company.clock.advance(minutes(2))
    await company.worker.idle()
    expect([await company.stateOf(run), company.corner.acted]).toEqual(['done', ['note ana: hi']])
  },
)

test('a doubt that only the operator can settle is put to them although the adapter is shut', async () => {
  const company = await open('none', 'acts, then times out')
  company.corner.during = () => company.shut(minutes(9))
  const run = await company.run('patient-background')
  expect([await company.stateOf(run), (await company.gates()).map(({ reason }) => reason)]).toEqual(['held', ['doubt']])
})

test('one call at a time finds out whether it is back: a crowd that waited does not come all at once', async () => {
  const company = await open()
  company.shut()
  const runs: RunId[] = []
  for (let nth = 0; nth < 5; nth += 1) runs.push(await company.run('note-background'))
  const arrived = Promise.withResolvers<void>()
  const answer = Promise.withResolvers<void>()
  company.corner.during = () => {
    arrived.resolve()
    return answer.promise
  }
  await company.clock.advance(minutes(1))
  const working = company.worker.idle()
  await arrived.promise
  await expect
    .poll(async () => (await Promise.all(runs.map(company.task))).map(({ state }) => state).sort())
    .toEqual(['claimed', 'ready', 'ready', 'ready', 'ready'])
  expect(company.corner.calls).toBe(1)
  answer.resolve()
  await working
  await company.clock.advance(minutes(5))
  await company.worker.idle()
  expect(await Promise.all(runs.map(company.stateOf))).toEqual(runs.map(() => 'done'))
})

test('a look at an adapter that is shut asks when its pause is over, whether work needs it or not', async () => {
  let isUp = false
  let looks = 0
  const probed = adapter(
    shop,
    {
      name: 'corner',
      secrets: [],
      timeout: milliseconds(30_000),
      connect: () => ({}),
      probe: async () => {
        looks += 1
        if (!isUp) throw new Refusal(away)
      },
    },
    provider('key').adapter.actions as never,
  )
  const company = await openTestCompany({ workflows: flows, adapters: [probed] })
  onTestFinished(() => company.close())
  const { breakers } = company.kernel
  const chore = probing(company.kernel, company.adapters)
  for (let look = 1; look <= 3; look += 1) {
    expect(await chore.nextDue()).toBeLessThanOrEqual(company.clock.now() + minutes(60 * 24))
    await chore.perform()
    await company.clock.advance(minutes(60 * 24))
  }
  expect([looks, breakers.shut().has(account)]).toEqual([3, true])
  await chore.perform()
  const due = (await chore.nextDue()) ?? 0
  expect(due - company.clock.now()).toBe(seconds(30))
  isUp = true
  await company.clock.advance(seconds(30))
  await chore.perform()
  expect(breakers.shut().size).toBe(0)
})

import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { pure, workflow } from '../../src/index.ts'
import { openBreakers } from '../../src/models/breaker.ts'
import { type Degrading, openDegrading } from '../../src/os/degraded/degrading.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'
import { fault } from '../../src/values/fault.ts'
import { minutes, seconds } from '../../src/values/time.ts'
import { openTestCompany, type TestCompany } from '../executor/company.ts'

const echo = pure({ name: 'echo', does: 'Echoes.', input: z.object({}), output: z.string(), run: () => 'done' })
const flows = (['interactive', 'background'] as const).map((lane) =>
  workflow({ name: lane, lane, input: z.object({}) }, (flow) => flow.task('echo', echo, {})),
)
const away = fault('model.unreachable', { model: 'one/large', why: '503' })
const mebibyte = 2 ** 20

async function open() {
  const company = await openTestCompany({
    workflows: flows,
    models: { quality: [scriptedModel([], { name: 'one/large' }), scriptedModel([], { name: 'two/large' })] },
  })
  onTestFinished(() => company.close())
  const { kernel, mode } = company
  const disk = { free: 1000 * mebibyte, changes: 0 }
  const follow = (breakers = kernel.breakers) =>
    openDegrading({
      kernel: { ...kernel, breakers },
      mode,
      free: () => disk.free,
      changed: () => {
        disk.changes += 1
      },
    })
  const degrading = await follow()
  return { ...company, disk, follow, degrading }
}

const shut = ({ kernel }: TestCompany, account: string) =>
  kernel.breakers.failed(account, { failure: 'limited', why: away })

/** What the journal says of breakers and of the company, once all of it is written. */
async function told({ kernel }: TestCompany, degrading: Degrading) {
  await degrading.chore.perform()
  const events = await kernel.journal.page({ after: 0, limit: 1000 })
  return events.flatMap(({ kind, payload }) => {
    if (kind === 'breaker.opened' || kind === 'breaker.closed') return [`${kind} ${payload?.account}`]
    if (kind === 'company.degraded') return [`${kind} ${payload?.reasons.map(({ because }) => because).join()}`]
    return kind === 'company.recovered' ? [kind] : []
  })
}

test('a company is degraded while a tier has no account left, and recovers with the first that answers', async () => {
  const company = await open()
  const { mode, kernel } = company
  shut(company, 'one')
  expect(mode.now()).toEqual({ mode: 'normal' })
  shut(company, 'two')
  expect(mode.now()).toEqual({
    mode: 'degraded',
    reasons: [{ because: 'tier', tier: 'quality', accounts: ['one', 'two'] }],
  })
  shut(company, 'adapter:smtp')
  kernel.breakers.answered('two')
  expect(mode.now()).toEqual({ mode: 'degraded', reasons: [{ because: 'adapter', adapter: 'smtp' }] })
  kernel.breakers.answered('adapter:smtp')
  expect(mode.now()).toEqual({ mode: 'normal' })
  expect(company.disk.changes).toBe(4)
  expect(await told(company, company.degrading)).toEqual([
    'breaker.opened one',
    'breaker.opened two',
    'company.degraded tier',
    'breaker.opened adapter:smtp',
    'company.degraded tier,adapter',
    'breaker.closed two',
    'company.degraded adapter',
    'breaker.closed adapter:smtp',
    'company.recovered',
  ])
})

test('a pause wins over it, and what is degraded stays known', async () => {
  const company = await open()
  shut(company, 'one')
  shut(company, 'two')
  await company.mode.pause('lunch')
  expect(company.mode.now()).toEqual({ mode: 'paused', why: 'lunch' })
  expect(company.mode.degraded()?.reasons).toHaveLength(1)
  await company.mode.resume('back')
  expect(company.mode.now().mode).toBe('degraded')
})

test('on a disk that is nearly full only that begins which somebody waits for; the rest goes on once there is room', async () => {
  const company = await open()
  company.disk.free = 80 * mebibyte
  await company.degrading.chore.perform()
  expect(company.mode.now()).toEqual({
    mode: 'degraded',
    reasons: [{ because: 'disk', freeBytes: 80 * mebibyte }],
  })
  const background = await company.start('background')
  const interactive = await company.run('interactive')
  expect([await company.stateOf(interactive), await company.stateOf(background)]).toEqual(['done', 'running'])
  expect(await company.tasks(background)).toEqual({ echo: 'ready' })

  // Some more than too little is not enough: a file written and removed changes no mode.
  company.disk.free = 120 * mebibyte
  await company.degrading.chore.perform()
  expect(company.mode.now()).toMatchObject({ mode: 'degraded', reasons: [{ freeBytes: 120 * mebibyte }] })
  company.disk.free = 200 * mebibyte
  await company.degrading.chore.perform()
  await company.worker.idle()
  expect(await company.stateOf(background)).toBe('done')
  expect(await told(company, company.degrading)).toEqual(['company.degraded disk', 'company.recovered'])
})

test('a worker that may begin nothing sleeps: work that is due and kept back does not wake it', async () => {
  const company = await open()
  company.disk.free = 0
  await company.degrading.chore.perform()
  await company.start('background')
  company.worker.work()
  await company.clock.advance(seconds(10))
  expect(company.clock.waiting()).toEqual([])
})

test('the disk is looked at every ten minutes, each ten seconds while it is nearly full, and at once when the store is', async () => {
  const { degrading, disk, clock, mode } = await open()
  const wait = async () => ((await degrading.chore.nextDue()) ?? 0) - clock.now()
  expect(await wait()).toBe(minutes(10))
  disk.free = 0
  degrading.refused(fault('store.busy', { path: 'company.db', seconds: 5 }))
  expect(mode.now().mode).toBe('normal')
  degrading.refused(fault('store.full', { path: 'company.db' }))
  expect(mode.now().mode).toBe('degraded')
  expect(await wait()).toBe(seconds(10))
})

test('what cannot be written down is told, and written once it can be; no call waits for it', async () => {
  const company = await open()
  const { kernel, degrading } = company
  const full = fault('store.full', { path: 'company.db' })
  kernel.store.refuseWrites(full)
  shut(company, 'one')
  await degrading.chore.perform()
  expect(degrading.chore.trouble?.()).toEqual(full)
  shut(company, 'two')
  kernel.store.refuseWrites(undefined)
  expect(await told(company, degrading)).toEqual(['breaker.opened one', 'breaker.opened two', 'company.degraded tier'])
  expect(degrading.chore.trouble?.()).toBeUndefined()
})

test('a company that died degraded has recovered when it is opened again: its breakers are closed', async () => {
  const company = await open()
  shut(company, 'one')
  shut(company, 'two')
  await company.degrading.close()
  const again = await company.follow(openBreakers(company.clock, () => 0))
  expect(company.mode.now()).toEqual({ mode: 'normal' })
  expect((await told(company, again)).at(-1)).toBe('company.recovered')
  await again.close()
  const third = await company.follow(openBreakers(company.clock, () => 0))
  expect((await told(company, third)).filter((line) => line === 'company.recovered')).toHaveLength(1)
})

test('one that died on a full disk is still degraded, since then, and says so only once', async () => {
  const company = await open()
  company.disk.free = 0
  await company.degrading.chore.perform()
  await company.degrading.close()
  const since = company.clock.now()
  await company.clock.advance(minutes(5))
  const again = await company.follow(openBreakers(company.clock, () => 0))
  expect(company.mode.degraded()).toEqual({ since, reasons: [{ because: 'disk', freeBytes: 0 }] })
  expect(await told(company, again)).toEqual(['company.degraded disk'])
})

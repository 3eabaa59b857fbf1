import { expect, test } from 'vitest'
import { usd } from '../../src/index.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'
import { Refusal } from '../../src/values/fault.ts'
import { type Duration, hours, instant, minutes } from '../../src/values/time.ts'
import { kept, replayed } from '../replay/replay.ts'
import { openControlled } from './company.ts'

const price = { perMillionIn: usd(1), perMillionOut: usd(100) }
const model = (name: string) => scriptedModel(() => ({ output: { body: name } }), { name, price })

test('outside its window work in the background waits for it on the clock of the operator; a person does not', async () => {
  const company = await openControlled({ models: { quality: [model('one/model')] } })
  await company.control('company', { kind: 'window', hours: '22:00-06:00' })
  const [run, talk] = [await company.start('letters'), await company.start('talk')]
  await company.os.idle()
  expect((await company.task(talk)).state).toBe('done')
  // Ten in the morning in Berlin; ten in the evening is 21:00 in UTC.
  const opens = instant(Date.UTC(2026, 2, 13, 21))
  expect(await company.task(run)).toMatchObject({ state: 'ready', dueAt: opens, fault: { code: 'control.closed' } })
  const listed = await company.call<{ items: { heldUpBy: string | null }[] }>('runs.list')
  expect(listed.items.map((line) => line.heldUpBy)).toContain('window of company')
  await company.pass((opens - company.clock.now() - 1) as Duration)
  expect((await company.task(run)).state).toBe('ready')
  await company.pass(minutes(1))
  expect((await company.task(run)).state).toBe('done')
  expect(await replayed(company.kernel)).toEqual(await kept(company.kernel))
})

test('a window for all lanes refuses a person at once, with when it opens', async () => {
  const company = await openControlled({ models: { quality: [model('one/model')] } })
  await company.control('workflow:talk', { kind: 'window', hours: '22:00-06:00' }, { lanes: 'all' })
  await expect(company.start('talk')).rejects.toMatchObject({
    fault: { code: 'control.closed', next: expect.stringContaining('2026-03-13T21:00:00Z') },
  })
})

test('an account outside its window is passed over', async () => {
  const company = await openControlled({ models: { quality: [model('one/model'), model('two/model')] } })
  await company.control('provider:one', { kind: 'window', hours: '22:00-06:00' })
  const run = await company.start('letters')
  await company.os.idle()
  expect((await company.task(run)).madeBy?.model).toBe('two/model')
})

test('after a downgrade the next call goes to no better tier, until it is lifted', async () => {
  const tiers = { quality: [model('good/model')], standard: [model('fair/model')], cheap: [model('small/model')] }
  const company = await openControlled({ models: tiers })
  const madeBy = async (name: string) => {
    const run = await company.start(name)
    await company.os.idle()
    return (await company.task(run)).madeBy?.model
  }
  expect(await madeBy('letters')).toBe('good/model')
  await company.control('agent:writer', { kind: 'downgrade', tier: 'standard' })
  const low = await company.control('workflow:talk', { kind: 'downgrade', tier: 'cheap' })
  expect([await madeBy('letters'), await madeBy('talk'), await madeBy('help')]).toEqual([
    'fair/model',
    'small/model',
    'good/model',
  ])
  await company.call('controls.lift', { control: low.id })
  expect(await madeBy('talk')).toBe('fair/model')
})

test('what makes no sense is refused and changes nothing', async () => {
  const company = await openControlled({ models: { quality: [model('one/model')] } })
  const refused = async (scope: string, rule: object, rest: object = {}) => {
    const error = await company.control(scope, rule, rest).catch((caught: Refusal) => caught)
    return error instanceof Refusal ? `${error.fault.code}: ${error.fault.message}` : 'it was set'
  }
  expect(await refused('workflow:leters', { kind: 'stop' })).toMatch(/^input\.unknown.*Did you mean "letters"/)
  expect(await refused('agent:nobody', { kind: 'stop' })).toMatch(/^input\.unknown/)
  expect(await refused('provider:openai', { kind: 'stop' })).toMatch(/^input\.unknown/)
  expect(await refused('everything', { kind: 'stop' })).toMatch(/^input\.invalid/)
  expect(await refused('company', { kind: 'window', hours: 'at night' })).toMatch(/^control\.unfit: .*names no hours/)
  expect(await refused('company', { kind: 'throttle' })).toMatch(/^control\.unfit: .*neither runs nor dollars/)
  expect(await refused('company', { kind: 'throttle', runs: 0 })).toMatch(/^input\.invalid/)
  expect(await refused('agent:writer', { kind: 'throttle', runs: 3 })).toMatch(/^control\.unfit: .*dollars can be/)
  expect(await refused('provider:one', { kind: 'downgrade', tier: 'cheap' })).toMatch(/^control\.unfit/)
  expect(await refused('company', { kind: 'downgrade', tier: 'cheap' })).toMatch(
    /^control\.unfit: .*no model of the tier/,
  )
  expect(await refused('company', { kind: 'stop' }, { until: company.clock.now() })).toMatch(/^input\.invalid.*is over/)
  const unfit = company.control('provider:one', { kind: 'throttle', runs: 1 })
  await expect(unfit).rejects.toMatchObject({ fault: { code: 'control.unfit' } })
  expect(await company.events('control.set')).toEqual([])
})

test('a control is lifted once', async () => {
  const company = await openControlled({})
  const { id } = await company.control('company', { kind: 'stop' })
  await company.call('controls.lift', { control: id })
  const again = company.call('controls.lift', { control: id })
  await expect(again).rejects.toMatchObject({ fault: { code: 'control.over' } })
  const unknown = company.call('controls.lift', { control: 'ctl_0000000000' })
  await expect(unknown).rejects.toMatchObject({ fault: { code: 'input.unknown' } })
  const row = company.kernel.store.write((tx) =>
    tx.db
      .updateTable('controls')
      .set({ lifted_at: instant(9) })
      .execute(),
  )
  await expect(row).rejects.toThrow('a control is lifted, never changed')
})

test('why it was set stands in the journal alone', async () => {
  const company = await openControlled({})
  await company.control('company', { kind: 'stop' }, { why: 'Rosa complained' })
  const rows = await company.kernel.store.read.selectFrom('controls').selectAll().execute()
  expect(JSON.stringify(rows)).not.toContain('Rosa')
  expect((await company.call<{ items: { why: string }[] }>('controls.list')).items[0]?.why).toBe('Rosa complained')
})

test('health and the plan of a workflow name the controls that hold', async () => {
  const company = await openControlled({ models: { quality: [model('one/model')] } })
  await company.control('agent:writer', { kind: 'throttle', usd: 5_000_000 })
  await company.control('workflow:help', { kind: 'stop' }, { until: company.clock.now() + hours(1) })
  const plan = await company.call<{ controls: { scope: string }[] }>('plan.show', { workflow: 'letters' })
  expect(plan.controls.map((line) => line.scope)).toEqual(['agent:writer'])
  const health = await company.call<{ controls: { scope: string }[] }>('company.health')
  expect(health.controls.map((line) => line.scope)).toEqual(['agent:writer', 'workflow:help'])
})

test('while no control holds a call costs no query', async () => {
  const asked: string[] = []
  const company = await openControlled(
    { models: { quality: [model('one/model')] } },
    { onQuery: (sql) => asked.push(sql) },
  )
  asked.length = 0
  await company.start('letters')
  await company.os.idle()
  expect(asked.filter((sql) => /controls|admissions/.test(sql))).toEqual([])
})

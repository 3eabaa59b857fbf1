import { expect, test } from 'vitest'
import { compatible, openai } from '../../src/index.ts'
import { examineOpen } from '../../src/os/doctor/examine.ts'
import { days } from '../../src/values/time.ts'
import { openTestCompany } from '../api/company.ts'
import { receiver } from '../watch/receiver.ts'
import { found, patient, well } from './patient.ts'

test('what waits for the operator is to look at, and nothing is wrong with it', async () => {
  const desk = await openTestCompany()
  await desk.rows.openGate(await desk.rows.startRun({}))
  await desk.rows.effect(await desk.rows.startRun({}), 'unknown')
  await desk.rows.fail(await desk.rows.startRun({}), 'write')
  desk.clock.pass(days(15))
  await desk.os.pause('looking into it')
  const diagnosis = await examineOpen(desk.os, { fix: false })
  await desk.close()
  expect(found(diagnosis, 'look')).toEqual(
    expect.arrayContaining(['doctor.waiting-gates', 'doctor.in-doubt', 'doctor.failed-tasks', 'company.paused']),
  )
})

test('what failed in an eval does not wait for the operator', async () => {
  const desk = await openTestCompany()
  await desk.rows.fail(await desk.rows.startRun({}), 'write')
  await desk.os.store.write((tx) => tx.db.updateTable('runs').set({ workflow: 'eval' }).execute())
  const diagnosis = await examineOpen(desk.os, { fix: false })
  await desk.close()
  expect(found(diagnosis, 'look')).not.toContain('doctor.failed-tasks')
})

test('a model that nobody serves is wrong, one that answers anything is there', async () => {
  const { examine } = await patient()
  const collector = await receiver()
  const named = (name: string, url: string) => compatible({ name, url, model: 'm', price: 'free' })
  const models = { cheap: [named('here', collector.url), named('away', 'http://127.0.0.1:9/v1')] }
  const diagnosis = await examine({ instead: { models } })
  expect(found(diagnosis)).toEqual(['model.unreachable'])
  expect(well(diagnosis)).toContain('model here/m')
})

test('a model without a price is wrong, and so is none that has one', async () => {
  const { examine } = await patient()
  const { url } = await receiver()
  const models = { quality: [openai('gpt-99-unheard-of', { url })], cheap: [openai('gpt-5-mini', { url })] }
  const diagnosis = await examine({ instead: { models } })
  expect(found(diagnosis, 'wrong')).toEqual(['secret.missing', 'budget.unknown-price'])
  expect(well(diagnosis)).toContain('model openai/gpt-5-mini')
})

test('all models of one account are to look at; with a second account, and without models, there is nothing to say', async () => {
  const { examine } = await patient()
  const { url } = await receiver()
  const named = (name: string, model: string) => compatible({ name, url, model, price: 'free' })
  const one = await examine({ instead: { models: { quality: [named('here', 'a')], cheap: [named('here', 'b')] } } })
  expect([one.well, found(one, 'look')]).toEqual([true, ['doctor.one-account']])
  const two = await examine({ instead: { models: { quality: [named('here', 'a')], cheap: [named('there', 'b')] } } })
  expect([found(two), well(two)]).toEqual([[], expect.arrayContaining(['accounts'])])
  expect(found(await examine())).toEqual([])
})

test('a collector that is away, or refuses, is wrong; one that takes an empty request is well', async () => {
  const { examine } = await patient()
  const collector = await receiver()
  const to = (url: string) => ({ instead: { telemetry: { otlp: { url } } } })
  expect(found(await examine(to('http://127.0.0.1:9')))).toEqual(['telemetry.unreachable'])
  expect(well(await examine(to(collector.url)))).toContain('telemetry')
  collector.status = 401
  const refused = await examine(to(collector.url))
  expect(refused.checks.find(({ what }) => what === 'telemetry')?.fault?.message).toContain('401')
})

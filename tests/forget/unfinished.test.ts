import { join } from 'node:path'
import { expect, test } from 'vitest'
import { setSharedClock } from '../../src/store/shared-clock.ts'
import { refuse } from '../../src/values/fault.ts'
import { later, minutes } from '../../src/values/time.ts'
import { found, newCompany, openIn, person, readers, startUntilGate } from './company.ts'

const note = { who: 'zqanarosa@example.org', title: 'On zqtopicofall', text: 'Dear zqnameofall' }
const texts = ['zqanarosa', 'zqtopicofall', 'zqnameofall']

test('someone about whom work is not over is not forgotten, unless that is cancelled with it', async () => {
  const ana = await newCompany()
  const { os, folder } = ana
  const id = await person(ana, 'Ana zqnameofall', note.who)
  const { run } = await startUntilGate(ana, 'letter', note)
  await expect(os.forget(id, { dryRun: false, cancelRuns: false })).rejects.toThrow('identity.busy')
  expect(await os.forget(id, { dryRun: true, cancelRuns: false })).toMatchObject({ openRuns: [run], finished: null })
  expect(await os.store.read.selectFrom('identities').select('name').where('id', '=', id).execute()).toEqual([
    { name: 'Ana zqnameofall' },
  ])
  expect(await os.forget(id, { dryRun: false, cancelRuns: true })).toMatchObject({ openRuns: [run] })
  expect(await os.store.read.selectFrom('runs').select('state').where('id', '=', run).execute()).toEqual([
    { state: 'cancelled' },
  ])
  expect(found([folder], texts)).toEqual([])
  await os.idle()
  await os.verify()
})

test('a letter that may be on its way to them has to be settled first', async () => {
  const ana = await newCompany()
  const { os, parts } = ana
  const id = await person(ana, 'Ana', note.who)
  await readers(ana, id)
  const issue = { subject: 'News', markdown: 'Nothing new.', sources: [] }
  const { run, gate } = await startUntilGate(ana, 'round', { audience: 'audience:readers', issue })
  const [carrier] = parts.adapters.all.filter(({ adapter }) => adapter.name === 'outbox')
  const send = carrier!.adapter.actions.send as { do: unknown }
  const { do: works } = send
  send.do = async () => refuse('adapter.busy', { adapter: 'outbox', why: 'not now' })
  await os.decide(gate, { verdict: 'approved' })
  await os.idle()
  await expect(os.forget(id, { dryRun: false, cancelRuns: true })).rejects.toThrow('identity.in-doubt')
  expect(await os.forget(id, { dryRun: true, cancelRuns: false })).toMatchObject({ openEffects: 1 })
  send.do = works
  await os.cancel(run, 'not any more')
})

test('nobody is forgotten twice, and the company itself never', async () => {
  const ana = await newCompany()
  const { os } = ana
  const id = await person(ana, 'Ana', note.who)
  await os.forget(id, { dryRun: false, cancelRuns: false })
  for (const dryRun of [true, false])
    await expect(os.forget(id, { dryRun, cancelRuns: false })).rejects.toThrow('vault.forgotten')
  await expect(os.forget('idn_company' as never, { dryRun: false, cancelRuns: false })).rejects.toThrow('input.invalid')
  await expect(os.forget('idn_nobody' as never, { dryRun: false, cancelRuns: false })).rejects.toThrow(
    'identity.unknown',
  )
})

test('a run about them can be looked at; to retry it, to undo it and to start another is a fault that says why', async () => {
  const ana = await newCompany()
  const { os, folder } = ana
  const id = await person(ana, 'Ana', note.who)
  const { run, gate } = await startUntilGate(ana, 'letter', note)
  await os.decide(gate, { verdict: 'rejected', reason: 'no' })
  await os.idle()
  await os.forget(id, { dryRun: false, cancelRuns: false })
  await os.close()
  const again = await openIn(folder)
  const { operationNamed } = await import('../../src/os/operations/registry.ts')
  const call = (name: string, input: object) => operationNamed(name).perform(again.os, input)
  expect(await call('runs.show', { run })).toMatchObject({ input: null, subject: { id, name: null } })
  for (const [name, input] of [
    ['tasks.list', { run }],
    ['gates.list', { run }],
    ['gates.show', { gate }],
    ['effects.list', { run }],
    ['events.list', {}],
    ['identities.show', { identity: id }],
    ['webhooks.receipts', {}],
  ] as const)
    await call(name, input)
  await expect(call('runs.retry', { run })).rejects.toThrow('vault.forgotten')
  await expect(call('runs.undo', { run })).rejects.toThrow('vault.forgotten')
  await expect(call('runs.start', { workflow: 'letter', input: { ...note, who: id } })).rejects.toThrow(
    'vault.forgotten',
  )
  await expect(call('identities.fact', { identity: id, key: 'a', value: 1 })).rejects.toThrow('vault.forgotten')
  await again.os.idle()
  await again.os.verify()
})

test.each([
  ['goes wrong', () => Promise.reject(new TypeError('the provider sings'))],
  [
    'gives no answer',
    (pass: () => void) => {
      pass()
      return new Promise<number>(() => undefined)
    },
  ],
])('an adapter that %s keeps nobody from being forgotten, and is named', async (_how, forget) => {
  const ana = await newCompany()
  const { os, parts, folder } = ana
  const id = await person(ana, 'Ana zqnameofall', note.who)
  const [carrier] = parts.adapters.all.filter(({ adapter }) => adapter.name === 'outbox')
  const pass = () => setSharedClock(join(folder, '../clock'), later(os.clock.now(), minutes(5)))
  Object.assign(carrier!.adapter.provider, { forget: () => forget(pass) })
  const { finished } = await os.forget(id, { dryRun: false, cancelRuns: false })
  expect(finished).toMatchObject({
    clean: true,
    adapters: [{ adapter: 'outbox', fault: { code: 'adapter.unreachable' } }],
  })
  expect(found([folder], texts)).toEqual([])
  await os.close()
  expect(await (await openIn(folder)).os.verify()).toMatchObject({ events: expect.any(Number) })
})

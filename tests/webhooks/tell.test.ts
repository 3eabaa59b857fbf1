import { rmSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { companyFindings } from '../../src/os/doctor/company-findings.ts'
import type { Os } from '../../src/os/os.ts'
import { listDeliveries, listWebhooks } from '../../src/os/queries/webhooks.ts'
import { companyIdentity, type SubscriptionId } from '../../src/values/id.ts'
import { days, hours, type Instant, later, minutes } from '../../src/values/time.ts'
import { kept, replayed } from '../replay/replay.ts'
import { begin, companyFolder, openHooks, setTime } from './company.ts'
import { openReceiver } from './receiver.ts'

const many = process.env.PROOF ? 100_000 : 2000

let folder: string
let os: Os
let receiver: Awaited<ReturnType<typeof openReceiver>>
let other: typeof receiver
let now: Instant
beforeEach(async () => {
  folder = companyFolder()
  now = begin
  receiver = await openReceiver()
  other = await openReceiver()
  os = await openHooks(folder, { allowPrivate: [receiver.host, other.host] })
})
afterEach(async () => {
  // Whatever happened in a test, the journal tells all of it.
  expect(await replayed(os)).toEqual(await kept(os))
  await os.close()
  rmSync(folder, { recursive: true, force: true })
})

const subscribe = (kinds = ['run.done'], payload: 'ids' | 'full' = 'ids', url = receiver.url) =>
  os.webhooks.add({ url, kinds, secret: 'out', payload })
const run = () => os.start('welcome', { name: 'Ana Secret' }, 'operator')
const seqsOf = async (...kinds: string[]) =>
  (await os.store.read.selectFrom('events').select('seq').where('kind', 'in', kinds).orderBy('seq').execute()).map(
    ({ seq }) => seq,
  )
const deliveries = async () => (await listDeliveries(os, { limit: 200 })).items
const stateOf = async (id: SubscriptionId) => (await listWebhooks(os)).subscriptions.find((one) => one.id === id)

/** Lets time pass, from one thing that falls due to the next. */
async function pass(by: number): Promise<void> {
  const until = later(now, by as never)
  for (;;) {
    await os.idle()
    const due = await os.nextDue()
    // What is due already waits for something else than time: the company is paused.
    if (due === undefined || due > until || due <= now) break
    now = due
    setTime(folder, now)
  }
  now = until
  setTime(folder, now)
  await os.idle()
}

test('a subscriber is told what happens from then on, signed, with ids and nothing personal', async () => {
  await run()
  await os.idle()
  await subscribe(['run.started', 'run.done'])
  const id = await run()
  await os.idle()
  expect(receiver.told.map(({ message }) => message.type)).toEqual(['run.started', 'run.done'])
  expect(receiver.told.every(({ signed, at }) => signed && at * 1000 === begin)).toBe(true)
  expect(receiver.told[1]?.message).toEqual({
    type: 'run.done',
    timestamp: '2026-03-13T09:00:00Z',
    data: { seq: expect.any(Number), subject: companyIdentity, run: id, task: null, origin: 'system' },
  })
  expect(JSON.stringify(receiver.told)).not.toContain('Secret')
})

test('the whole of an event is sent only where the subscription says so', async () => {
  await subscribe(['run.started'], 'full')
  await run()
  await os.idle()
  expect(receiver.told[0]?.message.data).toMatchObject({ payload: { input: { name: 'Ana Secret' } } })
})

test('a receiver that is down for a day misses nothing, hears nothing twice, and in order', {
  timeout: 60_000,
}, async () => {
  await subscribe(['run.started', 'run.done'])
  receiver.answersBy((response) => response.destroy())
  for (let hour = 0; hour < 24; hour += 1) {
    await run()
    await pass(hours(1))
  }
  expect(new Set(receiver.told.map(({ id }) => id)).size).toBe(1)
  expect(receiver.told.length).toBeLessThan(20)
  expect(await deliveries()).toMatchObject([{ state: 'due', fault: { code: 'delivery.failed' } }])
  receiver.told.length = 0
  receiver.answers(200)
  await pass(hours(6))
  const all = await seqsOf('run.started', 'run.done')
  expect(all).toHaveLength(48)
  expect(receiver.seqs()).toEqual(all)
  expect(receiver.told).toHaveLength(48)
})

test('one that answers now and then hears each event in order, each under one id', async () => {
  await subscribe()
  let asked = 0
  receiver.answersBy((response) => {
    asked += 1
    const good = asked % 3 === 0
    response.writeHead(good ? 200 : 503).end()
  })
  for (let count = 0; count < 6; count += 1) await run()
  await pass(hours(1))
  expect(receiver.seqs()).toEqual(await seqsOf('run.done'))
  expect(receiver.told).toHaveLength(18)
  expect((await deliveries()).every(({ state, attempts }) => state === 'done' && attempts === 3)).toBe(true)
})

test('an event that is not wanted is left behind after some tries, shown, and sent again when asked', async () => {
  const id = await subscribe()
  const unwanted = await run()
  receiver.answersBy((response, { message }) => response.writeHead(message.data.run === unwanted ? 422 : 200).end())
  await os.idle()
  await run()
  await pass(hours(1))
  expect(receiver.told).toHaveLength(5 + 1)
  const [, dead] = await deliveries()
  expect(dead).toMatchObject({ state: 'dead', attempts: 5, fault: { code: 'delivery.refused' } })
  expect((await stateOf(id))?.state).toBe('live')
  expect(JSON.stringify(dead)).not.toContain('hidden')
  receiver.answers(200)
  await os.webhooks.replay(dead?.id ?? '')
  await os.idle()
  expect(receiver.told.at(-1)?.id).toBe(receiver.told[0]?.id)
  expect((await deliveries()).every(({ state }) => state === 'done')).toBe(true)
})

test('a receiver that stays away stops its subscription, which then goes on where it stood', {
  timeout: 60_000,
}, async () => {
  const id = await subscribe()
  receiver.answers(500)
  for (let count = 0; count < 3; count += 1) await run()
  await pass(days(5))
  expect(receiver.told).toHaveLength(20)
  expect(await stateOf(id)).toMatchObject({ state: 'stopped', fault: { code: 'subscription.dead' } })
  const finding = (await companyFindings(os)).find(({ what }) => what === `webhook ${id}`)
  expect([finding?.level, finding?.fault?.code]).toEqual(['wrong', 'subscription.dead'])
  await run()
  await pass(days(1))
  expect(receiver.told).toHaveLength(20)
  receiver.answers(200)
  await os.webhooks.replay(id)
  await os.idle()
  expect(receiver.seqs()).toEqual(await seqsOf('run.done'))
  expect((await stateOf(id))?.state).toBe('live')
})

test('a receiver that is gone for good stops at once', async () => {
  const id = await subscribe()
  receiver.answers(410)
  await run()
  await pass(hours(1))
  expect([receiver.told.length, (await stateOf(id))?.fault?.code]).toEqual([1, 'subscription.gone'])
})

test('a receiver that says when is asked then', async () => {
  await subscribe()
  receiver.answers(503, { 'retry-after': '1800' })
  await run()
  await pass(minutes(29))
  expect(receiver.told).toHaveLength(1)
  await pass(minutes(2))
  expect(receiver.told).toHaveLength(2)
})

test('nothing is sent while the company is paused, and all of it afterwards', async () => {
  await subscribe(['run.done', 'company.paused', 'company.resumed'])
  await run()
  await os.pause('wrong invoice')
  await pass(days(1))
  expect(receiver.told).toEqual([])
  expect(await deliveries()).toEqual([])
  await os.resume('mended')
  await os.idle()
  expect(receiver.told.map(({ message }) => message.type)).toEqual(['company.paused', 'company.resumed', 'run.done'])
})

test('a pause between two events stops the second', async () => {
  await subscribe()
  receiver.answersBy((response) => {
    void os.pause('enough').then(() => response.writeHead(200).end())
  })
  await run()
  await run()
  await os.idle()
  expect(receiver.told).toHaveLength(1)
  expect(await deliveries()).toMatchObject([{ state: 'done' }])
})

test('a slow receiver holds up neither the others nor the company', async () => {
  const held: (() => void)[] = []
  receiver.answersBy((response) => held.push(() => response.writeHead(200).end()))
  const slow = await subscribe()
  await subscribe(['run.done'], 'ids', other.url)
  os.work()
  const heard = Promise.withResolvers<void>()
  other.answersBy((response) => {
    response.writeHead(200).end()
    if (other.told.length === 5) heard.resolve()
  })
  for (let count = 0; count < 5; count += 1) await run()
  await heard.promise
  expect(receiver.told).toHaveLength(1)
  expect((await deliveries()).filter(({ subscription }) => subscription === slow)).toHaveLength(1)
})

test(`${many} events behind a dead receiver are one row`, { timeout: 600_000 }, async () => {
  await subscribe(['company.exported'])
  receiver.answers(500)
  for (let from = 0; from < many; from += 1000) {
    await os.store.write(async (tx) => {
      for (let count = 0; count < 1000; count += 1) {
        const payload = { archive: 'a', lastSeq: 1, move: false }
        await os.journal.append(tx, { kind: 'company.exported', subject: companyIdentity, origin: 'system', payload })
      }
    })
  }
  await pass(minutes(1))
  expect(await deliveries()).toHaveLength(1)
  const rows = await os.store.read.selectFrom('deliveries').select('id').execute()
  expect(rows).toHaveLength(1)
})

test('one that was removed hears nothing more', async () => {
  const id = await subscribe()
  await run()
  await os.idle()
  await os.webhooks.remove(id)
  await run()
  await pass(hours(1))
  expect(receiver.told).toHaveLength(1)
  expect(await stateOf(id)).toBeUndefined()
  await expect(os.webhooks.remove(id)).rejects.toMatchObject({ fault: { code: 'input.unknown' } })
})

test('what could reach into the own network, or is not understood, is refused when it is asked for', async () => {
  const refused = async (spec: object) =>
    os.webhooks.add({ url: receiver.url, kinds: ['run.done'], secret: 'out', payload: 'ids', ...spec }).then(
      () => 'added',
      (error) => error.fault.code,
    )
  expect(await refused({ url: 'http://example.org/' })).toBe('fetch.refused')
  expect(await refused({ url: 'ftp://example.org/' })).toBe('fetch.refused')
  expect(await refused({ url: 'https://user:word@example.org/' })).toBe('fetch.refused')
  expect(await refused({ kinds: ['run.dun'] })).toBe('input.unknown')
  expect(await refused({ kinds: ['delivery.done'] })).toBe('input.unknown')
  expect(await refused({ secret: 'nothing' })).toBe('input.unknown')
  expect(await refused({ secret: 'forge-hook' })).toBe('input.invalid')
  const id = await subscribe(['run.done'], 'ids', 'https://127.0.0.1:1/')
  await run()
  await os.idle()
  expect(await stateOf(id)).toMatchObject({ state: 'stopped', fault: { code: 'fetch.refused' } })
})

test('a secret that is gone stops what it signed', async () => {
  const id = await subscribe()
  await os.store.write((tx) => os.vault.removeSecret(tx, 'out'))
  await run()
  await os.idle()
  expect([receiver.told.length, (await stateOf(id))?.fault?.code]).toEqual([0, 'secret.missing'])
})

import { createHmac } from 'node:crypto'
import { rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Served } from '../../src/api/serve.ts'
import type { Os } from '../../src/os/os.ts'
import type { RunId } from '../../src/values/id.ts'
import { later, minutes, seconds } from '../../src/values/time.ts'
import { kept, replayed } from '../replay/replay.ts'
import {
  begin,
  companyFolder,
  forge,
  openHooks,
  plainSecret,
  post,
  serveHooks,
  setTime,
  shop,
  signed,
} from './company.ts'

let folder: string
let os: Os
let served: Served
beforeEach(async () => {
  folder = companyFolder()
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

const added = (name: string, id = `evt_${name}`) => ({ id, type: 'member.added', data: { name } })
const eventsOf = async (kind: string) =>
  os.store.read.selectFrom('events').selectAll().where('kind', '=', kind).execute()
const receipts = () => os.store.read.selectFrom('receipts').selectAll().orderBy('received_seq').execute()
const countRuns = async () => (await os.store.read.selectFrom('runs').select('id').execute()).length

test('a signed event starts the run of its rule, as text from outside', async () => {
  const { status, said } = await post(served.url, signed(added('Ana')))
  expect([status, said.state, said.known]).toEqual([200, 'started', false])
  await os.idle()
  const [row] = await receipts()
  const run = await os.store.read
    .selectFrom('runs')
    .selectAll()
    .where('id', '=', row?.run_id as RunId)
    .executeTakeFirstOrThrow()
  expect([run.workflow, run.origin, run.state]).toEqual(['welcome', 'external', 'done'])
  expect((await eventsOf('webhook.received'))[0]?.origin).toBe('external')
})

test('a thousand deliveries of one event on eight connections are one run', async () => {
  const sent = signed(added('Ana'))
  const agent = new Agent({ keepAlive: true, maxSockets: 8 })
  const states = await Promise.all(
    Array.from({ length: 1000 }, () => {
      const { promise, resolve, reject } = Promise.withResolvers<string>()
      request(`${served.url}/hooks/shop`, { method: 'POST', headers: sent.headers, agent }, (answer) => {
        let text = ''
        answer.on('data', (chunk) => {
          text += chunk
        })
        answer.on('end', () => resolve(`${answer.statusCode} ${JSON.parse(text).known}`))
      })
        .on('error', reject)
        .end(sent.body)
      return promise
    }),
  )
  agent.destroy()
  expect(Map.groupBy(states, (state) => state).get('200 false')).toHaveLength(1)
  expect(Map.groupBy(states, (state) => state).get('200 true')).toHaveLength(999)
  expect(await countRuns()).toBe(1)
  expect(await eventsOf('webhook.received')).toHaveLength(1)
})

test('deliveries that all find the event unknown are still one run', async () => {
  const { headers, body } = signed(added('Ana'))
  const delivered = { body, header: (name: string) => (headers as Record<string, string>)[name] }
  const all = await Promise.all(Array.from({ length: 8 }, () => os.webhooks.receive('shop', delivered)))
  expect(all.filter(({ known }) => !known)).toHaveLength(1)
  expect(new Set(all.map(({ receipt, state }) => `${receipt} ${state}`)).size).toBe(1)
  expect(await countRuns()).toBe(1)
})

test('two events at the same moment are two, also when they say the same', async () => {
  const both = await Promise.all(['a', 'b'].map((id) => post(served.url, signed(added('Ana', id)))))
  expect(both.map(({ said }) => said.known)).toEqual([false, false])
  expect(await countRuns()).toBe(2)
})

test('a forged, a stale and an early signature are refused, and nothing is kept', async () => {
  const strange = `whsec_${Buffer.alloc(32, 6).toString('base64')}`
  const other = { ...signed(added('Ana')), body: Buffer.from(JSON.stringify(added('Eve'))) }
  const cases = [
    signed(added('Ana'), begin, strange),
    other,
    signed(added('Ana'), later(begin, minutes(-5.1))),
    signed(added('Ana'), later(begin, minutes(5.1))),
    { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' },
  ]
  for (const sent of cases) {
    const { status, said } = await post(served.url, sent)
    expect([status, said]).toMatchObject([401, { fault: { code: 'webhook.unsigned' } }])
  }
  expect(await receipts()).toEqual([])
  expect((await post(served.url, signed(added('Ana'), later(begin, minutes(-4.9))))).status).toBe(200)
})

test('whoever knocks all day fills no disk: refusals are told once an hour, as a number', async () => {
  const forged = { ...signed(added('Ana')), body: Buffer.from('{}') }
  for (let count = 0; count < 50; count += 1) await post(served.url, forged)
  setTime(folder, later(begin, minutes(61)))
  for (let count = 0; count < 50; count += 1) await post(served.url, forged)
  const told = await os.journal.page({ after: 0, limit: 100, kind: 'webhook.refused' })
  expect(told.map((event) => event.payload)).toMatchObject([{ count: 1 }, { source: 'shop', count: 50 }])
})

test('what is no posted JSON of bounded size is refused before it is read', async () => {
  const large = signed({ ...added('Ana'), text: 'x'.repeat(1_000_001) })
  expect((await post(served.url, large).catch(() => ({ status: 413 }))).status).toBe(413)
  const wrong = signed(added('Ana'))
  const typed = { ...wrong, headers: { ...wrong.headers, 'content-type': 'text/plain' } }
  expect(await post(served.url, typed)).toMatchObject({ status: 415, said: { fault: { code: 'webhook.type' } } })
  expect(await post(served.url, { method: 'PUT' })).toMatchObject({
    status: 405,
    said: { fault: { code: 'webhook.method' } },
  })
  expect((await fetch(`${served.url}/hooks/shop`)).status).toBe(405)
  expect((await post(served.url, wrong, 'nobody')).status).toBe(404)
  expect(await receipts()).toEqual([])
})

test('a body without a length is cut off at the limit', async () => {
  const { promise, resolve } = Promise.withResolvers<number>()
  const sent = request(`${served.url}/hooks/shop`, { method: 'POST', headers: { 'content-type': 'application/json' } })
  sent.on('response', (answer) => resolve(answer.statusCode ?? 0)).on('error', () => resolve(413))
  for (let part = 0; part < 20; part += 1) sent.write('x'.repeat(100_000))
  expect(await promise).toBe(413)
  sent.destroy()
})

test('a body that does not arrive is given up', async () => {
  const sent = request(`${served.url}/hooks/shop`, { method: 'POST', headers: { 'content-type': 'application/json' } })
  const answered = new Promise<number>((resolve) => sent.on('response', (answer) => resolve(answer.statusCode ?? 0)))
  const said = new Promise<string>((resolve) =>
    sent.on('response', (answer) => answer.once('data', (text) => resolve(`${text}`))),
  )
  sent.on('error', () => undefined)
  sent.write('{')
  // The clock stands still: moved on until the server has begun to read.
  for (let more = 1; more < 40; more += 1) {
    setTime(folder, later(begin, seconds(more * 10)))
    const status = await Promise.race([answered, fetch(`${served.url}/api/health`).then(() => undefined)])
    if (status === undefined) continue
    expect(status).toBe(408)
    break
  }
  expect(await answered).toBe(408)
  expect(JSON.parse(await said)).toMatchObject({ fault: { code: 'webhook.slow' } })
  sent.destroy()
})

test('only so many bodies are read at once, and there is room again when they are gone', async () => {
  const options = { method: 'POST', headers: { 'content-type': 'application/json' } }
  const slow = Array.from({ length: 32 }, () =>
    request(`${served.url}/hooks/shop`, options).on('error', () => undefined),
  )
  for (const one of slow) one.write('{')
  const statusOf = async () => (await post(served.url, signed(added('Ana')))).status
  let status = await statusOf()
  for (let tries = 0; tries < 200 && status !== 429; tries += 1) status = await statusOf()
  expect(status).toBe(429)
  for (const one of slow) one.destroy()
  for (let tries = 0; tries < 200 && status !== 200; tries += 1) status = await statusOf()
  expect(status).toBe(200)
})

test('a sender that is too fast is told to wait, and what it sent again is not counted', async () => {
  await served.close()
  await os.close()
  os = await openHooks(folder, { webhooks: [{ ...shop, rate: { count: 2, per: minutes(1) } }] })
  served = await serveHooks(os)
  for (const name of ['Ana', 'Ana', 'Ben', 'Ben'])
    expect((await post(served.url, signed(added(name)))).status).toBe(200)
  const third = await fetch(`${served.url}/hooks/shop`, signed(added('Cyd')))
  expect([third.status, third.headers.get('retry-after')]).toEqual([429, '60'])
  expect(await third.json()).toMatchObject({ fault: { code: 'webhook.busy' } })
  setTime(folder, later(begin, minutes(1)))
  expect((await post(served.url, signed(added('Cyd'), later(begin, minutes(1))))).status).toBe(200)
  expect(await countRuns()).toBe(3)
})

test('an event without an id is known by its body', async () => {
  const send = (text: string) => {
    const mac = createHmac('sha256', plainSecret).update(text).digest('hex')
    const headers = { 'content-type': 'application/json; charset=utf-8', 'x-hub-signature-256': `sha256=${mac}` }
    return post(served.url, { method: 'POST', headers, body: text }, forge.source)
  }
  expect((await send('{"name":"Ana"}')).said.known).toBe(false)
  expect((await send('{"name":"Ana"}')).said.known).toBe(true)
  expect((await send('{"name": "Ana"}')).said.known).toBe(false)
})

test('what comes in is journalled under whom it is about, when they are known', async () => {
  const ana = await os.store.write(async (tx) => {
    const id = await os.identities.create(tx, { kind: 'person', name: 'Ana', origin: 'operator' })
    await os.identities.handles.add(tx, id, 'ana@example.org', 'operator')
    return id
  })
  const about = (email: string) => ({ id: email, type: 'member.added', data: { name: 'A', email } })
  for (const email of ['Ana@Example.org', 'eve@example.org', 'nonsense']) await post(served.url, signed(about(email)))
  expect((await receipts()).map((row) => row.subject)).toEqual([ana, 'idn_company', 'idn_company'])
})

test('an event that its workflow does not take is kept with its fault, and replayed once the config is mended', async () => {
  const bad = { id: 'evt_bad', type: 'member.added', data: { called: 'Ana' } }
  expect((await post(served.url, signed(bad))).said.state).toBe('failed')
  expect((await post(served.url, signed({ id: 'evt_odd', type: 'odd', data: {} }))).said.state).toBe('unmatched')
  const [failed, odd] = await receipts()
  expect(await countRuns()).toBe(0)
  const [told] = await os.journal.page({ after: 0, limit: 1, kind: 'webhook.failed' })
  expect(told?.payload).toMatchObject({ fault: { code: 'input.invalid' } })
  await expect(os.webhooks.replay(failed?.id ?? '')).resolves.toBeUndefined()
  expect((await receipts())[0]?.state).toBe('failed')
  await served.close()
  await os.close()
  const { starts, body } = await import('../../src/index.ts')
  const { welcome } = await import('./company.ts')
  const mended = starts(welcome, { input: { name: body('data.called') } })
  os = await openHooks(folder, { webhooks: [{ ...shop, on: [mended] }] })
  served = await serveHooks(os)
  await os.webhooks.replay(failed?.id ?? '')
  expect((await receipts()).map((row) => row.state)).toEqual(['started', 'unmatched'])
  expect(await countRuns()).toBe(1)
  await expect(os.webhooks.replay(failed?.id ?? '')).rejects.toMatchObject({ fault: { code: 'webhook.not-possible' } })
  await os.webhooks.replay(odd?.id ?? '')
  expect((await receipts())[1]?.state).toBe('failed')
})

test('what is signed and no JSON is refused, and so is a source whose secret is missing', async () => {
  const bytes = Buffer.from('{"name"')
  const mac = createHmac('sha256', plainSecret).update(bytes).digest('hex')
  const headers = { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${mac}` }
  const sent = { method: 'POST', headers, body: bytes }
  expect(await post(served.url, sent, 'forge')).toMatchObject({
    status: 400,
    said: { fault: { code: 'input.not-json' } },
  })
  await os.store.write((tx) => os.vault.removeSecret(tx, 'forge-hook'))
  expect(await post(served.url, sent, 'forge')).toMatchObject({ said: { fault: { code: 'secret.missing' } } })
})

test('an event that is nested too deep to be walked is refused as no JSON', async () => {
  const body = Buffer.from(`{"name":"Ana","more":${'['.repeat(5000)}${']'.repeat(5000)}}`)
  const mac = createHmac('sha256', plainSecret).update(body).digest('hex')
  const headers = { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${mac}` }
  const { status, said } = await post(served.url, { method: 'POST', headers, body }, 'forge')
  expect(status).toBe(400)
  expect(said).toMatchObject({ fault: { code: 'input.not-json', message: expect.stringContaining('nested deeper') } })
  expect(await receipts()).toEqual([])
})

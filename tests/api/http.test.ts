import { readFile, stat } from 'node:fs/promises'
import { request } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Served, serve } from '../../src/api/serve.ts'
import { isThere } from '../../src/cli/remote-desk.ts'
import { Refusal } from '../../src/values/fault.ts'
import { seconds } from '../../src/values/time.ts'
import { openTestCompany, type TestCompany } from './company.ts'

let desk: TestCompany
let served: Served
let token: string
const bugs: unknown[] = []

beforeEach(async () => {
  desk = await openTestCompany()
  served = await serve(desk.os, { port: 0, onBug: (error) => bugs.push(error) })
  token = (await readFile(join(desk.folder, '.soloist', 'token'), 'utf8')).trim()
})
afterEach(async () => {
  bugs.length = 0
  await served.close()
  await desk.close()
})

const call = (path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`${served.url}${path}`, { ...init, headers: { authorization: `Bearer ${token}`, ...init.headers } })
const post = (path: string, body: unknown): Promise<Response> =>
  call(path, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) })

/** A request with a Host header of its own, which fetch does not allow. */
function raw(headers: Record<string, string>): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const sent = request(`${served.url}/api/health`, { headers }, (answer) => {
    answer.resume()
    resolve(answer.statusCode ?? 0)
  })
  sent.on('error', reject).end()
  return promise
}

test('health is open; everything else wants the token', async () => {
  const health = await fetch(`${served.url}/api/health`)
  expect([health.status, await health.json()]).toEqual([200, { ok: true, soloist: 'Ana Writes' }])
  for (const authorization of ['', 'Bearer wrong', `Basic ${token}`]) {
    const refused = await fetch(`${served.url}/api/runs`, { headers: { authorization } })
    expect(refused.status).toBe(401)
    expect(await refused.json()).toEqual({
      fault: {
        code: 'api.unauthorized',
        message: 'This request carries no valid token.',
        retry: 'never',
        next: 'Send the token from .soloist/token as a Bearer token.',
      },
    })
  }
})

test.each([10_000_000, 2_000_000])(
  'a note of %i characters is refused, and says how long it may be',
  async (length) => {
    await desk.rows.person('ana', 'Ana', 'ana@example.org')
    const answer = await post('/api/identities/ana%40example.org/interactions', { text: 'x'.repeat(length) })
    const { fault } = (await answer.json()) as { fault: { code: string; message: string } }
    expect([answer.status, fault.code]).toEqual([413, 'input.too-large'])
    expect(fault.message).toMatch(/65536 characters|5000000 bytes/)
  },
)

test('only this user reads the token and where the desk listens', async () => {
  for (const file of ['token', 'desk.json']) {
    expect((await stat(join(desk.folder, '.soloist', file))).mode & 0o777).toBe(0o600)
  }
  const written = JSON.parse(await readFile(join(desk.folder, '.soloist', 'desk.json'), 'utf8'))
  expect(written).toEqual({ url: served.url, pid: process.pid })
})

test('a desk proves that it has the token, and shows it to nobody', async () => {
  expect(await isThere(served.url, token)).toBe(true)
  expect(await isThere(served.url, `${token}x`)).toBe(false)
  expect(await (await fetch(`${served.url}/api/health?challenge=1`)).text()).not.toContain(token)
})

test('another Host or Origin is refused, the own public address is not', async () => {
  expect(await raw({ host: 'evil.example' })).toBe(403)
  expect(await raw({ host: 'ana.example.org' })).toBe(200)
  expect(await raw({ origin: 'http://evil.example' })).toBe(403)
  expect(await raw({ origin: 'null' })).toBe(403)
  expect(await raw({ origin: served.url })).toBe(200)
  expect(await raw({ origin: 'http://localhost:1' })).toBe(403)
  const told = await call('/api/health', { headers: { origin: 'http://evil.example' } })
  expect(await told.json()).toMatchObject({ fault: { code: 'api.forbidden-origin' } })
})

test('a public host is refused before anything listens', async () => {
  const error = await serve(desk.os, { host: '0.0.0.0', port: 0 }).catch((caught: unknown) => caught)
  expect(error instanceof Refusal && error.fault.code).toBe('api.public-address')
})

test('a port that is taken names another', async () => {
  const port = Number(new URL(served.url).port)
  const error = await serve(desk.os, { port }).catch((caught: unknown) => caught)
  expect(error instanceof Refusal && error.fault.code).toBe('api.port-taken')
})

test('a run is started, listed with a query and shown by its path', async () => {
  const started = await post('/api/runs', { workflow: 'newsletter', input: { topic: 'spring' } })
  expect(started.status).toBe(200)
  const { id } = (await started.json()) as { id: string }
  const listed = await (await call('/api/runs?state=running&limit=1')).json()
  expect(listed).toMatchObject({ items: [{ id, workflow: 'newsletter', state: 'running', spent: 0 }], next: null })
  expect(await (await call(`/api/runs/${id}`)).json()).toMatchObject({ id, input: { topic: 'spring' } })
})

test('a handle with a colon or an at sign goes through the path', async () => {
  await desk.rows.person('ana', 'Ana', 'ana@example.org')
  expect((await call('/api/identities/ana%40example.org')).status).toBe(200)
  const set = await call('/api/budgets/workflow%3Anewsletter', { method: 'PUT', body: '{"limit":1000000}' })
  expect(await set.json()).toEqual({ scope: 'workflow:newsletter', period: '2026-03', limit: 1_000_000 })
})

test.each([
  ['/api/runs/run_nobody', undefined, 404, 'input.unknown'],
  ['/api/nowhere', undefined, 404, 'input.unknown'],
  ['/api/runs?limit=many', undefined, 400, 'input.invalid'],
  ['/api/runs', '{', 400, 'input.not-json'],
  ['/api/runs', '[1]', 400, 'input.invalid'],
  ['/api/runs', { workflow: 'newsletter', input: {}, extra: 1 }, 400, 'input.invalid'],
  ['/api/runs', `"${'x'.repeat(5_000_001)}"`, 413, 'input.too-large'],
  ['/api/gates/gat_nobody/decide', { answer: { verdict: 'approved' } }, 404, 'input.unknown'],
])('%s with %j answers %i', async (path, body, status, code) => {
  const answer = body === undefined ? await call(path) : await post(path, body)
  expect([answer.status, ((await answer.json()) as { fault: { code: string } }).fault.code]).toEqual([status, code])
})

test.each([
  ['/api/runs', 401],
  ['/unsubscribe/nobody', 404],
  ['/nowhere', 404],
])('%s answers a stranger %i before a body without an end has come in', async (path, status) => {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const sent = request(`${served.url}${path}`, { method: 'POST' }, (answer) => resolve(answer.statusCode ?? 0))
  sent.on('error', reject).write('x')
  expect(await promise).toBe(status)
  sent.on('error', () => undefined).destroy()
})

test('who has sent half a request does not keep the desk from closing', async () => {
  const half = connect(Number(new URL(served.url).port), '127.0.0.1').on('error', () => undefined)
  half.write('GET /api/health HTTP/1.1\r\nHost: 127.0.0.1\r\n')
  const ended = new Promise((resolve) => half.on('close', resolve))
  // Answered after it was taken in.
  await call('/api/health')
  const closed = served.close()
  while (desk.clock.sleepers === 0) await new Promise((resolve) => setImmediate(resolve))
  desk.clock.pass(seconds(10))
  await Promise.all([closed, ended])
  served = await serve(desk.os, { port: 0 })
})

test('a gate that was answered already is a conflict', async () => {
  const gate = await desk.rows.openGate(await desk.rows.startRun({}))
  const decide = () => post(`/api/gates/${gate}/decide`, { answer: { verdict: 'approved' } })
  expect((await decide()).status).toBe(200)
  const again = await decide()
  expect(again.status).toBe(409)
  expect(await again.json()).toMatchObject({ fault: { code: 'gate.decided' } })
})

test('a bug is told as one, without a stack and without a secret', async () => {
  await call('/api/secrets/KEY', { method: 'PUT', body: JSON.stringify({ value: 'very-secret' }) })
  Object.assign(desk.os, { verify: () => Promise.reject(new TypeError('broke on very-secret')) })
  const answer = await call('/api/company/verify')
  expect(answer.status).toBe(500)
  const text = await answer.text()
  expect(JSON.parse(text).fault.message).toBe('Soloist itself went wrong: broke on [secret KEY].')
  expect(text).not.toContain('.ts')
  expect(bugs).toHaveLength(1)
})

test('OpenAPI describes each operation with its parts in their places', async () => {
  const description = (await (await call('/api/openapi.json')).json()) as {
    paths: Record<string, Record<string, { operationId: string; parameters: { name: string; in: string }[] }>>
  }
  const names = Object.values(description.paths).flatMap((path) => Object.values(path).map((one) => one.operationId))
  expect(names).toHaveLength(121)
  expect(new Set(names).size).toBe(121)
  expect(description.paths['/runs']?.get?.parameters.map(({ name, in: place }) => `${place} ${name}`)).toEqual([
    'query state',
    'query workflow',
    'query subject',
    'query limit',
    'query cursor',
  ])
  expect(description.paths['/gates/{gate}/decide']?.post).toMatchObject({
    operationId: 'gates.decide',
    parameters: [{ name: 'gate', in: 'path', required: true }],
    requestBody: { content: { 'application/json': { example: { answer: { verdict: 'approved' } } } } },
  })
})

test('looking at an unsubscribe link leaves nobody out; posting to it does, without a token', async () => {
  const page = await fetch(`${served.url}/unsubscribe/good-token`)
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<form method="post">')])
  expect(desk.asked).toEqual([])
  const done = await fetch(`${served.url}/unsubscribe/good-token`, {
    method: 'POST',
    body: 'List-Unsubscribe=One-Click',
  })
  expect([done.status, await done.text()]).toEqual([200, expect.stringContaining('You have left Readers.')])
  expect(desk.asked).toEqual([{ what: 'unsubscribe', with: ['good-token'] }])
  expect((await fetch(`${served.url}/unsubscribe/forged`, { method: 'POST' })).status).toBe(404)
})

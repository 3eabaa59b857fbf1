import { expect, test } from 'vitest'
import type { Adapter } from '../../src/adapters/adapter.ts'
import { audience, buttondown, folder, ghost, outbox, readFeeds, smtp } from '../../src/adapters/index.ts'
import { openBreakers } from '../../src/models/breaker.ts'
import { ownLedger } from '../../src/os/ledger.ts'
import { probeAdapter } from '../../src/os/probe.ts'
import type { Journal } from '../../src/telemetry/journal.ts'
import { fakeClock } from '../../src/testing/clock.ts'
import { type Clock, instant } from '../../src/values/time.ts'
import { hostedCompany } from './hosted-company.ts'
import { hostedGhost, hostedProviders } from './providers.ts'

const from = 'Us <us@example.org>'
const never = new AbortController().signal
// Each look on its own: what the one before found shuts no door.
const standing = (clock: Clock) => ({ clock, breakers: openBreakers(clock, () => 0) })

test('every adapter that ships can be looked at', () => {
  const shipped: readonly Adapter[] = [
    outbox(),
    smtp({ host: 'localhost', port: 25, from }),
    audience({ from }),
    ghost({ url: 'https://letter.example.org' }),
    buttondown(),
    folder(),
    readFeeds(),
    ownLedger({} as never, {} as Journal),
  ]
  expect(shipped.filter(({ provider }) => !provider.probe).map(({ name }) => name)).toEqual([])
})

test.each(hostedProviders)('a look at $name says what is wrong, and changes nothing', async ({ open }) => {
  const company = await hostedCompany(open)
  const [adapter] = company.adapters.all
  if (!adapter) throw new Error('the company has no adapter')
  const { server, secret } = company.provider
  const look = () => probeAdapter(adapter, standing(company.clock), never)
  expect(await look()).toBeNull()

  const get = (trouble: Parameters<typeof server.trouble>[0]['trouble']) => server.trouble({ method: 'GET', trouble })
  get({ how: 'babbles', when: 'after', text: '{"posts":17}' })
  expect(await look()).toMatchObject({ code: 'adapter.changed', retry: 'never' })
  get({ how: 'answers', when: 'before', status: 503, headers: { 'retry-after': '7' } })
  expect(await look()).toMatchObject({ code: 'adapter.busy', about: { retryAfterMs: '7000' } })
  get({ how: 'cut', when: 'before' })
  expect(await look()).toMatchObject({ code: 'adapter.unreachable', retry: 'later' })

  const { store, vault } = company.kernel
  await store.write((tx) => vault.setSecret(tx, secret.name, `${'b'.repeat(24)}:${'00'.repeat(32)}`))
  expect(await look()).toMatchObject({ code: 'adapter.refused', about: { why: expect.stringContaining('401') } })
  await store.write((tx) => vault.removeSecret(tx, secret.name))
  expect(await look()).toMatchObject({ code: 'secret.missing' })
  expect(server.requests.filter((request) => !request.startsWith('GET '))).toEqual([])
})

test('a look at Ghost finds a newsletter that is not there', async () => {
  const company = await hostedCompany(hostedGhost)
  const clock = fakeClock(instant(0))
  const other = ghost({ url: company.provider.server.url, newsletter: 'weekly' })
  const connect = { secret: () => company.provider.secret.value, clock: company.clock, folder: '/', fetch }
  const open = { adapter: other, client: async () => other.provider.connect(connect) }
  expect(await probeAdapter(open, standing(clock), never)).toMatchObject({
    code: 'adapter.refused',
    message: expect.stringContaining('weekly'),
  })
})

test('an adapter whose look throws, or never ends, is told as one that cannot be reached', async () => {
  const throwing = {
    adapter: { name: 'mine', provider: { probe: () => Promise.reject(new TypeError('x is undefined')) } },
  }
  const silent = { adapter: { name: 'mine', provider: { timeout: 5, probe: () => new Promise(() => undefined) } } }
  const clock = fakeClock(instant(0))
  for (const { adapter } of [throwing, silent]) {
    const open = {
      adapter: { ...adapter, provider: { timeout: 1000, ...adapter.provider } } as unknown as Adapter,
      client: async () => undefined,
    }
    expect((await probeAdapter(open, standing(clock), never))?.code).toBe('adapter.unreachable')
  }
})

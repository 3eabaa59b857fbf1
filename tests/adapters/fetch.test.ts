import type { RequestListener } from 'node:http'
import { gzipSync } from 'node:zlib'
import { afterEach, expect, test } from 'vitest'
import { type FetchLimits, fetchOutside } from '../../src/adapters/fetch.ts'
import { isPublic } from '../../src/adapters/reach.ts'
import { Refusal } from '../../src/values/fault.ts'
import { milliseconds } from '../../src/values/time.ts'
import { openWeb, type Web } from './web-server.ts'

const open: Web[] = []
afterEach(async () => {
  for (const web of open.splice(0)) await web.close()
})

async function web(answer: RequestListener): Promise<Web> {
  const server = await openWeb(answer)
  open.push(server)
  return server
}

const never = new AbortController().signal
async function outcome(url: string, limits: FetchLimits = {}, signal = never): Promise<string> {
  try {
    return (await fetchOutside(url, signal, limits)).bytes.toString()
  } catch (error) {
    if (error instanceof Refusal) return error.fault.message
    throw error
  }
}

test.each([
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '127.0.0.1',
  '169.254.169.254',
  '172.31.255.255',
  '192.168.1.1',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::ffff:127.0.0.1',
  '::ffff:8.8.8.8',
  '::ffff:7f00:1',
  '64:ff9b::7f00:1',
  'fc00::1',
  'fd00:ec2::254',
  'fe80::1',
  'ff02::1',
  '2001:db8::1',
  '2002:7f00:1::',
  '2001::1',
  'fe80::1%eth0',
  'nonsense',
])('%s is not public', (address) => expect(isPublic(address)).toBe(false))

test.each(['8.8.8.8', '172.32.0.1', '2606:4700::1111', '2a00:1450:4001::1'])('%s is public', (address) =>
  expect(isPublic(address)).toBe(true),
)

test.each([
  'http://127.1/',
  'http://0x7f000001/',
  'http://2130706433/',
  'http://[::1]/',
  'http://[::ffff:127.0.0.1]/',
  'http://localhost/',
  'http://169.254.169.254/latest/meta-data',
  'file:///etc/passwd',
  'ftp://example.org/',
  'nonsense',
  'http://user:pass@example.org/',
])('%s is refused', async (url) => {
  expect(await outcome(url)).toContain('was not fetched')
})

test('a private server is not reached unless it is allowed, and only at that port', async () => {
  const server = await web((_request, response) => response.end('hello'))
  expect(await outcome(server.url)).toContain('not an address on the public internet')
  expect(await outcome(server.url, { allowPrivate: ['127.0.0.1:1'] })).toContain('not an address')
  expect(server.requests).toEqual([])
  expect(await outcome(server.url, { allowPrivate: [server.host] })).toBe('hello')
})

test('a name with a private address among its public ones is refused', async () => {
  const resolve = async (): Promise<string[]> => ['8.8.8.8', '10.0.0.1']
  expect(await outcome('http://rebind.example/', { resolve })).toContain(
    'rebind.example is not an address on the public',
  )
})

test('a name is resolved once, and the connection goes to exactly that address', async () => {
  const server = await web((request, response) => response.end(request.headers.host))
  let asked = 0
  const host = `nowhere.invalid:${server.host.split(':')[1]}`
  const resolve = async (): Promise<string[]> => {
    asked += 1
    return ['127.0.0.1']
  }
  expect(await outcome(`http://${host}/`, { resolve, allowPrivate: [host] })).toBe(host)
  expect(asked).toBe(1)
})

test('a redirect to a private address is refused at that hop', async () => {
  const inner = await web((_request, response) => response.end('secret'))
  const outer = await web((_request, response) => response.writeHead(302, { location: inner.url }).end())
  expect(await outcome(outer.url, { allowPrivate: [outer.host] })).toContain('public internet')
  expect(inner.requests).toEqual([])
})

test('redirects are followed five times and no more, and never to another scheme', async () => {
  const server = await web((request, response) => {
    const left = Number(request.url?.slice(1))
    if (left === 0) response.end('there')
    else response.writeHead(301, { location: left === 99 ? 'file:///etc/passwd' : `/${left - 1}` }).end()
  })
  const limits = { allowPrivate: [server.host] }
  expect(await outcome(`${server.url}/5`, limits)).toBe('there')
  expect(await outcome(`${server.url}/6`, limits)).toContain('redirects more than 5 times')
  expect(await outcome(`${server.url}/99`, limits)).toContain('only http and https')
})

test('an endless body ends at the limit', async () => {
  const server = await web((_request, response) => {
    const more = (): void => {
      while (!response.destroyed && response.write('x'.repeat(65_536)));
    }
    response.on('drain', more)
    more()
  })
  expect(await outcome(server.url, { allowPrivate: [server.host], maxBytes: 200_000 })).toContain(
    'larger than 200000 bytes',
  )
})

test('a small archive of a huge text ends at the limit, nested or not', async () => {
  const bomb = gzipSync(Buffer.alloc(50_000_000))
  const server = await web((request, response) => {
    const twice = request.url === '/twice'
    response.writeHead(200, { 'content-encoding': twice ? 'gzip, gzip' : 'gzip' }).end(twice ? gzipSync(bomb) : bomb)
  })
  const limits = { allowPrivate: [server.host], maxBytes: 1_000_000 }
  expect(await outcome(server.url, limits)).toContain('larger than 1000000 bytes')
  expect(await outcome(`${server.url}/twice`, limits)).toContain('larger than 1000000 bytes')
})

test('a compressed body that holds nothing, for as long as it likes, is cut off at the limit', async () => {
  const nothing = Buffer.concat(Array.from({ length: 1000 }, () => gzipSync('')))
  const server = await web((_request, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' })
    const more = (gone?: Error | null): void => {
      if (!gone) response.write(nothing, more)
    }
    more()
  })
  const limits = { allowPrivate: [server.host], maxBytes: 100_000, timeout: milliseconds(5000) }
  expect(await outcome(server.url, limits)).toContain('larger than 100000 bytes')
})

test('compressed text is read, a broken archive and an unknown encoding are faults', async () => {
  const server = await web((request, response) => {
    if (request.url === '/good') response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('packed'))
    else if (request.url === '/bad') response.writeHead(200, { 'content-encoding': 'gzip' }).end('not gzip')
    else response.writeHead(200, { 'content-encoding': 'zstd' }).end('?')
  })
  const limits = { allowPrivate: [server.host] }
  expect(await outcome(`${server.url}/good`, limits)).toBe('packed')
  expect(await outcome(`${server.url}/bad`, limits)).toContain('could not be fetched')
  expect(await outcome(`${server.url}/odd`, limits)).toContain('(zstd)')
})

test('a server that drips for ever, in its head or its body, is left when the time is over', async () => {
  const server = await web((request, response) => {
    if (request.url === '/body') response.write('a')
  })
  const limits = { allowPrivate: [server.host], timeout: milliseconds(50) }
  expect(await outcome(`${server.url}/head`, limits)).toContain('took longer than')
  expect(await outcome(`${server.url}/body`, limits)).toContain('took longer than')
})

test('a fetch that is stopped, a name without an address and a failing server are faults', async () => {
  const server = await web((_request, response) => response.writeHead(503).end())
  const limits = { allowPrivate: [server.host] }
  expect(await outcome(server.url, limits)).toContain('the server answered 503')
  expect(await outcome(server.url, limits, AbortSignal.abort())).toContain('it was stopped')
  expect(await outcome('http://x.example/', { resolve: async () => [] })).toContain('no address')
})

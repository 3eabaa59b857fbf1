import { symlinkSync, writeFileSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, expect, test } from 'vitest'
import { openPointer } from '../../src/executor/open-pointer.ts'
import { openWeb, type Web } from '../adapters/web-server.ts'
import { type Desk, openDesk } from './desk.ts'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
})

/** A company and a server that it may reach at this one port. */
async function facing(answer: RequestListener): Promise<{ desk: Desk; web: Web }> {
  const web = await openWeb(answer)
  const desk = await openDesk([web.host])
  open.push(desk, web)
  return { desk, web }
}

test.each([
  'http://127.0.0.1/x',
  'http://127.1/x',
  'http://2130706433/x',
  'http://0x7f000001/x',
  'http://017700000001/x',
  'http://[::1]/x',
  'http://[::ffff:127.0.0.1]/x',
  'http://[fd00:ec2::254]/x',
  'http://169.254.169.254/latest/meta-data',
  'http://localhost/x',
  'http://10.0.0.1/x',
])('a pointer to %s is not followed', async (url) => {
  const desk = await openDesk()
  open.push(desk)
  const id = await desk.see('pages', 'x', { url })
  expect(await desk.open(id)).toMatch(/^fetch\.refused: .* is not an address on the public internet\.$/)
  await desk.pointers.check(await desk.rows())
  expect(await desk.rows()).toMatchObject([{ state: 'unchecked' }])
})

test.each(['file:///etc/passwd', 'mailto:ana@example.org'])('a pointer to %s is not opened as a page', async (url) => {
  const desk = await openDesk()
  open.push(desk)
  expect(await desk.open(await desk.see('pages', 'x', { url }))).toContain('pointer.closed: pages:x cannot be opened')
})

test('a redirect to a private address is refused there, and nothing is asked of it', async () => {
  const inner = await openWeb((_request, response) => response.end('secret'))
  open.push(inner)
  const { desk, web } = await facing((_request, response) => response.writeHead(302, { location: inner.url }).end())
  expect(await desk.open(await desk.see('pages', 'x', { url: web.url }))).toContain('fetch.refused')
  expect(inner.requests).toEqual([])
})

test('an endless stream is cut at the limit', async () => {
  const { desk, web } = await facing((_request, response) => {
    const more = (): void => {
      while (!response.destroyed && response.write(Buffer.alloc(1_000_000, 'x')));
    }
    response.on('drain', more)
    more()
  })
  expect(await desk.open(await desk.see('pages', 'x', { url: web.url }))).toContain('larger than 5000000 bytes')
})

test('a small archive of a huge text is cut at the limit', async () => {
  const bomb = gzipSync(Buffer.alloc(50_000_000))
  const { desk, web } = await facing((_request, response) =>
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb),
  )
  expect(await desk.open(await desk.see('pages', 'x', { url: web.url }))).toContain('larger than 5000000 bytes')
})

test('a server that drips is left when whoever asked has waited long enough', async () => {
  const { desk, web } = await facing((_request, response) => response.write('a'))
  await desk.see('pages', 'x', { url: web.url })
  const [row] = await desk.rows()
  if (!row) throw new Error('no pointer')
  const opened = openPointer(desk.company.kernel, row, 10, AbortSignal.timeout(50))
  await expect(opened).rejects.toMatchObject({ fault: { code: 'fetch.failed' } })
})

test('of a long text the beginning is given, a page comes as text, and a picture not at all', async () => {
  const { desk, web } = await facing((request, response) => {
    if (request.url === '/long') response.setHeader('content-type', 'text/plain').end('x'.repeat(200_000))
    else if (request.url === '/page')
      response.setHeader('content-type', 'text/html').end('<script>bad()</script><p>Good <b>day</b></p>')
    else response.setHeader('content-type', 'image/png').end(Buffer.alloc(10))
  })
  const long = await desk.pointers.open(await desk.see('pages', 'long', { url: `${web.url}/long` }))
  expect([long.text.length, long.cut]).toEqual([100_000, true])
  expect(await desk.open(await desk.see('pages', 'page', { url: `${web.url}/page` }))).toBe('Good day')
  expect(await desk.open(await desk.see('pages', 'picture', { url: `${web.url}/picture` }))).toContain(
    'it is image/png',
  )
})

test('a letter in the outbox is read, and nothing beside the outbox', async () => {
  const desk = await openDesk()
  open.push(desk)
  desk.write('outbox/a.eml', 'From: a@example.org\r\nTo: b@example.org\r\nSubject: Hello\r\n\r\nThe text.\r\n')
  writeFileSync(join(desk.company.folder, 'secret.eml'), 'secret')
  symlinkSync(join(desk.company.folder, 'secret.eml'), join(desk.company.folder, 'outbox/link.eml'))
  const letter = await desk.open(await desk.see('outbox', 'a.eml'))
  expect(letter).toBe('From: a@example.org\nTo: b@example.org\nSubject: Hello\n\nThe text.')
  for (const name of ['../secret.eml', 'link.eml', '..', '.hidden.eml', 'a.eml/x'])
    expect(await desk.open(await desk.see('outbox', name))).toContain('pointer.closed')
  expect(await desk.open(await desk.see('outbox', 'b.eml'))).toContain('pointer.gone')
})

test('a document outside of the folder is not read, and a huge one neither', async () => {
  const desk = await openDesk()
  open.push(desk)
  desk.write('knowledge/huge.md', 'x'.repeat(1_000_001))
  expect(await desk.open(await desk.see('folder', '../soloist.config.ts'))).toContain('document.outside')
  expect(await desk.open(await desk.see('folder', 'huge.md'))).toContain('input.too-large')
})

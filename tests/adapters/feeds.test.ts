import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { parseDate } from '../../src/adapters/feeds/date.ts'
import { feeds } from '../../src/adapters/feeds/feeds.ts'
import { entriesOf } from '../../src/adapters/feeds/parse-feed.ts'
import type { Entry, Problem } from '../../src/adapters/ports/feeds.ts'
import { callUnder, type OpenWorld, openWorld } from '../../src/testing/adapter-world.ts'
import { feedText } from '../../src/testing/port-samples.ts'
import { openWeb, type Web } from './web-server.ts'

let web: Web
let world: OpenWorld
let adapter: ReturnType<typeof feeds>
beforeEach(async () => {
  web = await openWeb((request, response) => {
    if (request.url === '/feed') response.end(feedText)
    else if (request.url === '/html') response.end('<html><body>no feed</body></html>')
    else response.writeHead(404).end()
  })
  adapter = feeds({ allowPrivate: [web.host] })
  world = await openWorld(adapter)
})
afterEach(async () => {
  await world.close()
  await web.close()
})

async function read(input: unknown): Promise<{ entries: Entry[]; problems: Problem[] }> {
  const performance = adapter.actions.read
  if (!performance || performance.idempotency === 'parts') throw new TypeError('feeds are read')
  return performance.do(world.client, input, callUnder('eff_a')) as Promise<{ entries: Entry[]; problems: Problem[] }>
}

test('feeds from addresses and files are read as plain text, newest first', async () => {
  await writeFile(
    join(world.folder, 'atom.xml'),
    `<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title><id>a</id>
    <entry><id>urn:1</id><title type="html">&lt;i&gt;Newest&lt;/i&gt;</title><link href="https://example.org/n"/>
    <updated>2026-03-04T00:00:00+01:00</updated><content type="html">&lt;p&gt;a&lt;/p&gt;&lt;script&gt;b&lt;/script&gt;</content></entry></feed>`,
  )
  const { entries, problems } = await read({ sources: [`${web.url}/feed`, 'atom.xml'] })
  expect(problems).toEqual([])
  expect(entries.map(({ title, summary }) => [title, summary])).toEqual([
    ['Newest', 'a'],
    ['Two & more', 'The second'],
    ['One', 'The first'],
  ])
  expect(entries[0]).toMatchObject({
    id: 'urn:1',
    url: 'https://example.org/n',
    published: Date.UTC(2026, 2, 3, 23),
    source: 'atom.xml',
  })
})

test('a feed that is malformed, missing or refused is a problem, and the others are read', async () => {
  const sources = [
    `${web.url}/html`,
    `${web.url}/none`,
    'http://127.0.0.1:1/',
    'missing.xml',
    '../x.xml',
    'file:///etc/passwd',
    `${web.url}/feed`,
  ]
  const { entries, problems } = await read({ sources })
  expect(entries).toHaveLength(2)
  expect(problems.map(({ source, code }) => [source, code])).toEqual([
    [sources[0], 'feed.malformed'],
    [sources[1], 'fetch.gone'],
    [sources[2], 'fetch.refused'],
    [sources[3], 'fetch.failed'],
    [sources[4], 'fetch.refused'],
    [sources[5], 'fetch.refused'],
  ])
  expect(problems[0]?.next).toContain('Check the address')
})

test('since and max bound the answer, and a source named twice is read once', async () => {
  const source = `${web.url}/feed`
  expect((await read({ sources: [source], since: Date.UTC(2026, 2, 3) })).entries.map(({ id }) => id)).toEqual(['2'])
  expect((await read({ sources: [source, source], max: 1 })).entries.map(({ id }) => id)).toEqual(['2'])
  expect(web.requests).toEqual(['/feed', '/feed'])
})

test('a link out of the company folder is not followed', async () => {
  await mkdir(join(world.folder, 'feeds'))
  await symlink('/etc', join(world.folder, 'feeds', 'etc'))
  const { problems } = await read({ sources: ['feeds/etc/hostname'] })
  expect(problems[0]?.code).toBe('fetch.refused')
})

test('entries and their texts are bounded, and only web addresses are kept', async () => {
  const item = (n: number) =>
    `<item><title>${'t'.repeat(5000)}</title><link>javascript:alert(${n})</link><description>${'word '.repeat(5000)}</description></item>`
  const rss = `<rss version="2.0"><channel><title>x</title>${Array.from({ length: 700 }, (_, n) => item(n)).join('')}</channel></rss>`
  const entries = await entriesOf({ bytes: Buffer.from(rss), type: '', source: 'x' })
  expect(entries).toHaveLength(500)
  expect(entries[0]?.title.length).toBeLessThanOrEqual(300)
  expect(entries[0]?.summary.length).toBeLessThanOrEqual(2000)
  expect(entries[0]?.url).toBeNull()
})

test('an old encoding is read as its feed or server says', async () => {
  const latin =
    '<?xml version="1.0" encoding="iso-8859-1"?><rss version="2.0"><channel><title>x</title><item><title>Caf\u00e9</title></item></channel></rss>'
  const titleIn = async (encoding: BufferEncoding, type: string) =>
    (await entriesOf({ bytes: Buffer.from(latin, encoding), type, source: 'x' }))[0]?.title
  expect(await titleIn('latin1', '')).toBe('Café')
  expect(await titleIn('utf8', 'text/xml; charset=utf-8')).toBe('Café')
})

test('entities that multiply do not', async () => {
  const entities = Array.from({ length: 12 }, (_, n) => `<!ENTITY e${n + 1} "${`&e${n};`.repeat(10)}">`).join('')
  const bomb = `<!DOCTYPE r [<!ENTITY e0 "aaaaaaaaaa">${entities}]><rss version="2.0"><channel><title>x</title><item><title>&e12;</title></item></channel></rss>`
  expect(JSON.stringify(await entriesOf({ bytes: Buffer.from(bomb), type: '', source: 'x' })).length).toBeLessThan(2000)
})

test('while the entries of a feed are read, everything else has its turn', async () => {
  const rss = `<rss version="2.0"><channel><title>x</title>${'<item><title>t</title></item>'.repeat(20)}</channel></rss>`
  let turns = 0
  let next = setImmediate(function turn() {
    turns += 1
    next = setImmediate(turn)
  })
  await entriesOf({ bytes: Buffer.from(rss), type: '', source: 'x' })
  clearImmediate(next)
  expect(turns).toBeGreaterThanOrEqual(19)
})

test('a long feed, which may be made to be slow, is read beside all else', async () => {
  const slow = `<rss version="2.0"><channel><title>x</title><item ${Array.from({ length: 30_000 }, (_, n) => `a${n}="v"`).join(' ')}><title>t</title></item></channel></rss>`
  expect(slow.length).toBeGreaterThan(256 * 1024)
  await writeFile(join(world.folder, 'slow.xml'), slow)
  // Loads the parsers, which takes as many turns.
  await read({ sources: [`${web.url}/feed`] })
  let turns = 0
  let next = setImmediate(function turn() {
    turns += 1
    next = setImmediate(turn)
  })
  const { entries } = await read({ sources: ['slow.xml'] })
  clearImmediate(next)
  expect(entries.map(({ title }) => title)).toEqual(['t'])
  expect(turns).toBeGreaterThan(20_000)
})

test.each([
  ['Tue, 02 Jan 2024 10:00:00 GMT', '2024-01-02T10:00:00Z'],
  ['Tue, 02 Jan 2024 10:00:00', '2024-01-02T10:00:00Z'],
  ['Di, 2 Jan 2024 10:00 EST', '2024-01-02T15:00:00Z'],
  ['02 Jan 24 10:00 UT', '2024-01-02T10:00:00Z'],
  ['2024-01-02 10:00:00', '2024-01-02T10:00:00Z'],
  ['2024-01-02T10:00:00+02:00', '2024-01-02T08:00:00Z'],
  ['2024-01-02', '2024-01-02T00:00:00Z'],
])('the date %s is %s', (text, iso) => expect(parseDate(text)).toBe(Date.parse(iso)))

test('what is no date is null', () => {
  expect([parseDate('soon'), parseDate(''), parseDate(undefined)]).toEqual([null, null, null])
})

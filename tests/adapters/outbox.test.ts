import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type ParsedMail, simpleParser } from 'mailparser'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { compose } from '../../src/adapters/mail/compose.ts'
import { outbox } from '../../src/adapters/mail/outbox.ts'
import { type Mail, mail, type Sent } from '../../src/adapters/ports/mail.ts'
import { callUnder, type OpenWorld, openWorld } from '../../src/testing/adapter-world.ts'
import { parse } from '../../src/values/schema.ts'
import { instant } from '../../src/values/time.ts'

const adapter = outbox({ from: 'Me <me@example.org>' })
const letter: Mail = { to: 'ana@example.org', subject: 'Hello', text: 'Hello' }
let world: OpenWorld
beforeEach(async () => {
  world = await openWorld(adapter)
})
afterEach(() => world.close())

function send(input: Mail, key = 'eff_a', now?: number): Promise<Sent> {
  const performance = adapter.actions.send
  if (performance?.idempotency !== 'key') throw new TypeError('the outbox dedupes by key')
  return performance.do(world.client, input, callUnder(key, now ? { now: instant(now) } : {})) as Promise<Sent>
}

const files = (): Promise<string[]> => readdir(join(world.folder, 'outbox'))
const read = async (name: string): Promise<ParsedMail> =>
  simpleParser(await readFile(join(world.folder, 'outbox', name)))

test('a mail is one .eml that a mail parser reads back', async () => {
  await send({
    ...letter,
    toName: 'Ana Müller',
    subject: 'Grüße',
    html: '<p>Hello</p>',
    replyTo: 'me@example.org',
    listUnsubscribe: { url: 'https://x.example/leave?a=1&b=2', mailto: 'leave@example.org?subject=stop me' },
  })
  expect(await files()).toEqual(['eff_a.eml'])
  const found = await read('eff_a.eml')
  expect(found.subject).toBe('Grüße')
  expect(found.to).toMatchObject({ value: [{ address: 'ana@example.org', name: 'Ana Müller' }] })
  expect(found.text?.trim()).toBe('Hello')
  expect(found.html).toBe('<p>Hello</p>')
  expect(found.headers.get('list')).toMatchObject({ unsubscribe: { url: 'https://x.example/leave?a=1&b=2' } })
  expect(found.headers.get('list')).toMatchObject({ 'unsubscribe-post': { name: 'List-Unsubscribe=One-Click' } })
})

test('the same mail under the same key is written once, at whatever time it is repeated', async () => {
  const first = await send(letter, 'eff_a', 1_000_000)
  const bytes = await readFile(join(world.folder, 'outbox', 'eff_a.eml'))
  expect(await send(letter, 'eff_a', 9_000_000)).toEqual(first)
  expect(await readFile(join(world.folder, 'outbox', 'eff_a.eml'))).toEqual(bytes)
})

test('another mail under the same key is refused and the first one stays', async () => {
  await send(letter)
  await expect(send({ ...letter, text: 'Other' })).rejects.toMatchObject({ fault: { code: 'effect.key-reused' } })
  expect((await read('eff_a.eml')).text?.trim()).toBe('Hello')
})

test('twenty racing calls under one key write one mail', async () => {
  await Promise.all(Array.from({ length: 20 }, () => send(letter)))
  expect(await files()).toEqual(['eff_a.eml'])
})

test('a key that looks like a path stays in the outbox', async () => {
  await send(letter, '../../evil')
  await send(letter, '..')
  expect((await files()).every((name) => name.endsWith('.eml'))).toBe(true)
  expect(await files()).toHaveLength(2)
  expect(await readdir(world.folder)).toEqual(['outbox'])
})

test('a draft that a dead process left is removed when the outbox is opened again', async () => {
  await writeFile(join(world.folder, 'outbox', '.1-1.draft'), 'half a ma')
  await adapter.provider.connect({ folder: world.folder } as Parameters<typeof adapter.provider.connect>[0])
  expect(await files()).toEqual([])
})

test.skipIf(process.getuid?.() === 0)('a folder that cannot be written is one clear fault', async () => {
  await chmod(join(world.folder, 'outbox'), 0o500)
  await expect(send(letter)).rejects.toMatchObject({ fault: { code: 'store.unwritable' } })
  await chmod(join(world.folder, 'outbox'), 0o700)
})

test('an outbox whose place is taken by a file is one clear fault', async () => {
  const other = outbox({ folder: 'taken/outbox' })
  await mkdir(join(world.folder, 'elsewhere'))
  await writeFile(join(world.folder, 'taken'), '')
  const connect = { folder: world.folder } as Parameters<typeof adapter.provider.connect>[0]
  await expect(other.provider.connect(connect)).rejects.toMatchObject({ fault: { code: 'store.unwritable' } })
})

test.each(['a@b.c\r\nBcc: x@y.z', 'a@b.c,x@y.z', 'a b@c.d', '"a" <a@b.c>', 'a@b@c', '', 'ana'])(
  'the port refuses %j as an address',
  (to) => {
    expect(parse(mail.send.input, { ...letter, to }).ok).toBe(false)
  },
)

test('a line break in a subject or name begins no header, even when the port was not asked', async () => {
  const evil = 'Hi\r\nBcc: eve@example.org\r\n\r\nbody'
  expect(parse(mail.send.input, { ...letter, subject: evil }).ok).toBe(false)
  const { bytes } = await compose(
    { ...letter, subject: evil, toName: evil, from: `${evil} <me@example.org>` },
    'me@x.y',
    callUnder('k'),
  )
  const found = await simpleParser(bytes)
  expect(found.headers.has('bcc')).toBe(false)
  expect(found.text?.trim()).toBe('Hello')
})

test('a text that names a file or an address is only text', async () => {
  const { bytes } = await compose(
    { ...letter, text: 'file:///etc/passwd', html: '<img src="/etc/passwd">' },
    'me@x.y',
    callUnder('k'),
  )
  expect(bytes.toString()).not.toContain('root:')
})

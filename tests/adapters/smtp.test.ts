import { simpleParser } from 'mailparser'
import { afterEach, expect, test } from 'vitest'
import { type SmtpOptions, smtp } from '../../src/adapters/mail/smtp.ts'
import type { Mail, Sent } from '../../src/adapters/ports/mail.ts'
import { callUnder, openWorld } from '../../src/testing/adapter-world.ts'
import { Refusal } from '../../src/values/fault.ts'
import { cert, key } from './certificate.ts'
import { type Inbox, openInbox, openScripted } from './smtp-server.ts'

const mail: Mail = { to: 'ana@example.org', subject: 'Hello', text: 'Hello' }
const open: (() => unknown)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

async function inboxWith(options?: Parameters<typeof openInbox>[0]): Promise<Inbox> {
  const inbox = await openInbox(options)
  open.push(() => inbox.close())
  return inbox
}

/** A sender through the server at `port`. */
async function sender(port: number, options: Partial<SmtpOptions> = {}, secrets: Record<string, string> = {}) {
  const adapter = smtp({ host: '127.0.0.1', port, from: 'Me <me@example.org>', ...options })
  const world = await openWorld(adapter, { secrets })
  open.push(() => world.close())
  const send = adapter.actions.send
  if (send === undefined || send.idempotency === 'parts') throw new TypeError('smtp sends mails')
  return (input: Mail = mail, key = 'eff_a', signal?: AbortSignal) =>
    send.do(world.client, input, callUnder(key, {}, signal)) as Promise<Sent>
}

/** The code of a refusal, or what else was thrown. */
async function outcome(sent: Promise<unknown>): Promise<string> {
  try {
    return `sent ${JSON.stringify(await sent)}`
  } catch (error) {
    return error instanceof Refusal ? error.fault.code : `in doubt: ${(error as Error).message}`
  }
}

test('the Message-ID is made of the key, and the answer is the last word of the server', async () => {
  const inbox = await inboxWith()
  const sent = await (await sender(inbox.port))()
  expect(sent).toEqual({ messageId: '<eff_a@example.org>', accepted: expect.stringContaining('queued as 1234') })
  expect((await simpleParser(inbox.mails[0]?.raw ?? '')).messageId).toBe('<eff_a@example.org>')
})

test('one unknown recipient is refused for good, the next mail goes out', async () => {
  const inbox = await inboxWith({
    onRcptTo: ({ address }, _session, done) =>
      done(address.startsWith('gone') ? Object.assign(new Error('no such user'), { responseCode: 550 }) : null),
  })
  const send = await sender(inbox.port)
  await send()
  const refused = await send({ ...mail, to: 'gone@example.org' }, 'eff_b').catch((error) => error.fault)
  expect(refused).toMatchObject({ code: 'mail.refused', retry: 'never' })
  expect(refused.message).toContain('gone@example.org (550 no such user)')
  await send(mail, 'eff_c')
  expect(inbox.mails.map(({ to }) => to)).toEqual(['ana@example.org', 'ana@example.org'])
})

const phases: readonly [string, Record<string, string>, string][] = [
  ['no greeting', { '(greeting)': 'die' }, 'adapter.unreachable'],
  ['a busy greeting', { '(greeting)': '421 too many connections' }, 'adapter.busy'],
  ['a refusing greeting', { '(greeting)': '554 go away' }, 'adapter.refused'],
  ['death at EHLO', { EHLO: 'die' }, 'adapter.unreachable'],
  ['a sender refused', { MAIL: '550 not you' }, 'adapter.refused'],
  ['a sender delayed', { MAIL: '451 later' }, 'adapter.busy'],
  ['death at MAIL', { MAIL: 'die' }, 'adapter.unreachable'],
  ['a recipient greylisted', { RCPT: '450 4.2.0 greylisted' }, 'adapter.busy'],
  ['a relay that does not know us', { RCPT: '550 5.7.1 relaying denied' }, 'adapter.refused'],
  ['an unknown recipient', { RCPT: '550 5.1.1 no such user' }, 'mail.refused'],
  ['death at RCPT', { RCPT: 'die' }, 'adapter.unreachable'],
  ['DATA refused', { DATA: '554 no' }, 'adapter.refused'],
  ['death at DATA', { DATA: 'die' }, 'adapter.unreachable'],
  ['the mail refused', { '(data)': '554 5.7.1 spam' }, 'adapter.refused'],
  ['the mail delayed', { '(data)': '452 disk full' }, 'adapter.busy'],
  ['death while the mail is handed over', { '(data)': 'die' }, 'in doubt'],
  ['half an answer to the mail', { '(data)': '25' }, 'in doubt'],
]

test.each(phases)('%s', async (_name, special, expected) => {
  const usual: Record<string, string> = { '(greeting)': '220 hi', DATA: '354 go', '(data)': '250 queued' }
  let halves = 0
  const server = await openScripted((line) => {
    const verb = line.startsWith('(') ? line : (line.split(/[ :]/)[0] ?? '').toUpperCase()
    if (halves > 0) return 'die'
    const words = special[verb] ?? usual[verb] ?? '250 ok'
    if (words === '25') halves += 1
    return words
  })
  open.push(() => server.close())
  const stop = new AbortController()
  const sent = outcome((await sender(server.port))(mail, 'eff_a', stop.signal))
  if (special['(data)'] === '25') {
    while (halves === 0) await new Promise((resolve) => setImmediate(resolve))
    stop.abort()
  }
  expect((await sent).split(':')[0]).toBe(expected)
})

test('a server that is not there is tried later', async () => {
  const inbox = await openInbox()
  await inbox.close()
  expect(await outcome((await sender(inbox.port))())).toBe('adapter.unreachable')
})

test('a call stopped while the server hesitates before DATA did nothing', async () => {
  const stop = new AbortController()
  const inbox = await inboxWith({ onRcptTo: () => stop.abort() })
  expect(await outcome((await sender(inbox.port))(mail, 'eff_a', stop.signal))).toBe('adapter.stopped')
  expect(inbox.mails).toEqual([])
})

test('a call stopped after the mail was handed over is in doubt', async () => {
  const stop = new AbortController()
  const inbox = await inboxWith({
    onData(stream) {
      stream.resume().on('end', () => stop.abort())
    },
  })
  expect(await outcome((await sender(inbox.port))(mail, 'eff_a', stop.signal))).toContain('in doubt')
})

test('a certificate that nobody vouches for is refused, unless its authority is given', async () => {
  const inbox = await inboxWith({ secure: true, disabledCommands: ['AUTH'], cert, key })
  const offered = await inboxWith({ disabledCommands: ['AUTH'], cert, key })
  expect(await outcome((await sender(inbox.port, { secure: true }))())).toBe('adapter.refused')
  expect(await outcome((await sender(offered.port))())).toBe('adapter.refused')
  expect([...inbox.mails, ...offered.mails]).toEqual([])
  expect(await outcome((await sender(inbox.port, { secure: true, ca: cert }))())).toContain('sent')
  expect(await outcome((await sender(offered.port, { ca: cert }))())).toContain('sent')
})

test('a wrong password is refused and does not appear in the fault', async () => {
  const inbox = await inboxWith({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth: ({ password }, _session, done) =>
      password === 'right horse' ? done(null, { user: 'me' }) : done(new Error(`no: bad login`)),
  })
  const wrong = await sender(inbox.port, { user: 'me' }, { 'smtp-password': 'wrong horse' })
  const fault = await wrong().catch((error) => error.fault)
  expect(fault.code).toBe('adapter.refused')
  expect(JSON.stringify(fault)).not.toContain('wrong horse')
  const right = await sender(inbox.port, { user: 'me' }, { 'smtp-password': 'right horse' })
  expect(await outcome(right())).toContain('sent')
})

test('five hundred mails at once use four connections at a time, and each arrives once', async () => {
  const inbox = await inboxWith()
  const send = await sender(inbox.port)
  const all = Array.from({ length: 500 }, (_, index) => send({ ...mail, to: `m${index}@example.org` }, `eff_${index}`))
  await Promise.all(all)
  expect(new Set(inbox.mails.map(({ to }) => to)).size).toBe(500)
  expect(inbox.mails.length).toBe(500)
  expect(inbox.connections.most).toBeLessThanOrEqual(4)
  expect(inbox.connections.all).toBeLessThanOrEqual(14)
})

test('a line on which the server hung up meanwhile is replaced by a fresh one', async () => {
  let mails = 0
  const server = await openScripted((line) => {
    if (line === '(greeting)') return '220 hi'
    if (line === 'DATA') return '354 go'
    if (line === '(data)') mails += 1
    // After its first mail the first connection dies at the next MAIL.
    return line.startsWith('MAIL') && mails === 1 && seen++ === 0 ? 'die' : '250 ok'
  })
  let seen = 0
  open.push(() => server.close())
  const send = await sender(server.port)
  await send()
  expect(await outcome(send(mail, 'eff_b'))).toContain('sent')
  expect(mails).toBe(2)
})

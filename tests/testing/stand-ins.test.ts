import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { agent, company, openai, seconds, usd, workflow } from 'soloist'
import { action, adapter, feeds, mail, outbox, port, readFeeds, smtp } from 'soloist/adapters'
import { rehearse } from 'soloist/testing'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { ana, desk, files } from './desk.ts'

const text = z.object({ text: z.string() })
const shop = port('shop', {
  ask: action({ does: 'Asks.', risk: 'read', effect: 'none', input: text, output: text }),
})
/** An adapter of an author's own, which asks a server. */
const client = adapter(
  shop,
  {
    name: 'shop',
    secrets: ['shop-key'],
    timeout: seconds(5),
    connect: ({ secret, fetch }) => ({ key: secret('shop-key'), fetch }),
  },
  {
    ask: {
      idempotency: 'none',
      async do({ key, fetch }, input) {
        if (input.text === 'far') await fetch('https://shop.example.org/')
        return { text: `${input.text} ${key}` }
      },
    },
  },
)
const ask = workflow({ name: 'ask', input: text }, (flow, input) =>
  flow.task(
    'ask',
    shop.ask,
    { text: input.get('text') },
    { retry: { attempts: 1, first: seconds(1), factor: 1, most: seconds(1) } },
  ),
)
const read = workflow({ name: 'read', input: z.object({ source: z.string() }) }, (flow) =>
  flow.task('read', feeds.read, { sources: ['https://feeds.example.org/a.xml', 'a.xml'] }),
)
const operator = { name: 'Op', email: 'op@example.org', timeZone: 'UTC' }
const shopping = company({ name: 'Shop', operator, workflows: [ask, read], adapters: [client, readFeeds()] })

test("a company's mail server gets nothing: mails are in the outbox of the copy", async () => {
  const away = smtp({ host: '192.0.2.1', port: 25, from: 'op@example.org' })
  await using stage = await rehearse(
    { ...desk, adapters: [away] },
    { files, agents: { greeter: () => ({ text: 'Hi' }) } },
  )
  await stage.identity('person', 'Ana', 'ana@example.org')
  await stage.run('welcome', ana)
  await stage.gate('check').approve()
  expect(stage.effects('mail.send')).toMatchObject([{ state: 'done', adapter: 'outbox' }])
  expect(readdirSync(join(stage.folder, 'outbox'))).toHaveLength(1)
})

test("an adapter of the test's own choosing is used in place of the company's", async () => {
  const sent: string[] = []
  const fake = adapter(
    mail,
    { name: 'fake', secrets: [], timeout: seconds(5), connect: () => undefined },
    {
      send: {
        idempotency: 'key',
        async do(_client, { to }) {
          sent.push(to)
          return { messageId: 'm-1', accepted: 'yes' }
        },
      },
    },
  )
  await using stage = await rehearse(desk, { files, agents: { greeter: () => ({ text: 'Hi' }) }, adapters: [fake] })
  await stage.identity('person', 'Ana', 'ana@example.org')
  await stage.run('welcome', ana)
  await stage.gate('check').approve()
  expect(sent).toEqual(['ana@example.org'])
})

test('an adapter without a stand-in works as it is, with the secrets that the test gives, and reaches no other machine', async () => {
  await using stage = await rehearse(shopping, { secrets: { 'shop-key': 'k' } })
  expect((await stage.run('ask', { text: 'near' })).output).toEqual({ text: 'near k' })
  const far = await stage.run('ask', { text: 'far' })
  expect(far.fault?.message).toContain('a rehearsal does not reach shop.example.org')
  await using without = await rehearse(shopping)
  expect((await without.run('ask', { text: 'near' })).fault?.code).toBe('secret.missing')
})

test('feeds in files are read, and feeds of the net are problems', async () => {
  const feed =
    '<rss version="2.0"><channel><title>N</title><item><title>One</title><guid>1</guid></item></channel></rss>'
  await using stage = await rehearse(shopping, { files: { 'a.xml': feed } })
  const run = await stage.run('read', { source: '' })
  expect(run.output).toMatchObject({
    entries: [{ title: 'One' }],
    problems: [{ source: 'https://feeds.example.org/a.xml' }],
  })
})

test('a model of the config gives its name and its price, and is never asked', async () => {
  const paid = openai('gpt-5', { price: { perMillionIn: usd(1), perMillionOut: usd(2) } })
  await using stage = await rehearse(
    { ...desk, models: { standard: [paid] } },
    {
      files,
      agents: { greeter: [{ output: { text: 'Hi' }, usage: { tokensIn: 10, tokensOut: 10 } }] },
    },
  )
  await stage.identity('person', 'Ana', 'ana@example.org')
  const run = await stage.run('welcome', ana)
  expect(run.task('write').madeBy?.model).toBe('openai/gpt-5')
  expect(run.cost).toBe(30)
})

test('a reply may be a model that fails: it is asked again after a pause', async () => {
  await using stage = await rehearse(desk, {
    files,
    agents: { greeter: [{ error: new Error('overloaded') }, { output: { text: 'Hi' } }] },
  })
  await stage.identity('person', 'Ana', 'ana@example.org')
  const run = await stage.run('welcome', ana)
  expect(run.state).toBe('running')
  await stage.advance(seconds(10))
  expect(run.state).toBe('held')
  expect(stage.calls('greeter')).toHaveLength(2)
})

test('a reply may call a tool, which is really used', async () => {
  const asker = agent({
    name: 'asker',
    version: 1,
    does: 'Asks the shop.',
    tier: 'cheap',
    instructions: './asker.md',
    input: text,
    output: text,
    allow: [shop.ask],
  })
  const use = workflow({ name: 'use', input: text }, (flow, input) =>
    flow.task('use', asker, { text: input.get('text') }),
  )
  await using stage = await rehearse(company({ name: 'S', operator, workflows: [use], adapters: [client] }), {
    files: { 'agents/asker.md': 'Ask.' },
    secrets: { 'shop-key': 'k' },
    agents: { asker: [{ tools: [{ name: 'shop.ask', input: { text: 'price' } }] }, { output: { text: 'It is 12.' } }] },
  })
  const run = await stage.run('use', { text: 'What is it?' })
  expect(run.output).toEqual({ text: 'It is 12.' })
  expect(stage.calls('asker')[1]?.prompt).toContain('price ')
})

test("a company in a folder is found from its test's folder upwards, and stays as it is", async () => {
  const folder = mkdtempSync(join(tmpdir(), 'soloist-stage-'))
  try {
    mkdirSync(join(folder, 'workflows'))
    mkdirSync(join(folder, 'outbox'))
    writeFileSync(join(folder, 'outbox/old.eml'), '')
    const config = `import { company } from 'soloist'
export default company({ name: 'F', operator: ${JSON.stringify(operator)}, workflows: [] })`
    writeFileSync(join(folder, 'soloist.config.ts'), config)
    await using stage = await rehearse(join(folder, 'workflows'))
    expect(stage.folder).not.toBe(folder)
    expect(existsSync(join(stage.folder, 'soloist.config.ts'))).toBe(true)
    expect(existsSync(join(stage.folder, 'outbox'))).toBe(false)
    expect(existsSync(join(folder, '.soloist'))).toBe(false)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  await expect(rehearse(tmpdir())).rejects.toMatchObject({ fault: { code: 'config.missing' } })
})

test('two adapters for one port are as wrong here as in the company', async () => {
  await expect(rehearse(desk, { files, adapters: [outbox(), outbox()] })).rejects.toMatchObject({
    fault: { code: 'config.invalid' },
  })
})

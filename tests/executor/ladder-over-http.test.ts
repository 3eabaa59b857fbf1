import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { agent, days, pure, seconds, usd, workflow } from '../../src/index.ts'
import { compatible } from '../../src/models/providers.ts'
import { between, later } from '../../src/values/time.ts'
import { type ChatServer, chatServer, completion, json, stream } from '../models/chat-server.ts'
import { openTestCompany } from './company.ts'

const Given = z.object({ about: z.string() })
const Answer = z.object({ body: z.string() })
const spec = {
  name: 'ruled',
  version: 1,
  does: 'Writes.',
  input: Given,
  output: Answer,
  tier: 'quality',
  instructions: './w.md',
} as const
const ruled = agent({
  ...spec,
  fallback: pure({
    name: 'rules',
    does: 'Rules.',
    input: Given,
    output: Answer,
    run: ({ about }) => ({ body: about }),
  }),
})
const bare = agent({ ...spec, name: 'bare' })
const flowOf = (name: string, lane: 'interactive' | 'background', time: number, by = ruled) =>
  workflow({ name, input: Given, lane }, (flow, given) =>
    flow.task('work', by, { about: given.get('about') }, { budget: { time: seconds(time) } }),
  )
const workflows = [
  flowOf('interactive', 'interactive', 20),
  flowOf('patient', 'interactive', 60),
  flowOf('background', 'background', 20),
  flowOf('bare', 'background', 20, bare),
]
const turn = () => new Promise((resolve) => setImmediate(resolve))
type Answerer = Parameters<typeof chatServer>[0]

function open(...answers: readonly Answerer[]) {
  return openNamed((index) => `account-${index}`, answers)
}

async function openNamed(nameOf: (index: number) => string, answers: readonly Answerer[]) {
  const servers: ChatServer[] = []
  for (const answer of answers) servers.push(await chatServer(answer))
  const price = { perMillionIn: usd(1), perMillionOut: usd(10) }
  const quality = servers.map(({ url }, index) => compatible({ name: nameOf(index), url, model: `m${index}`, price }))
  const company = await openTestCompany({ workflows, models: { quality } }, { 'agents/w.md': 'Write.' })
  onTestFinished(async () => {
    await company.close()
    await Promise.all(servers.map((server) => server.close()))
  })
  return { company, servers }
}

const answer = JSON.stringify({ output: { body: 'whole' }, confidence: 0.9 })
const hang: Answerer = () => undefined
const cut: Answerer = (response) => stream(response, [{ content: answer.slice(0, 9) }], 'cut')
/** A token at a time, for ever. */
const drip: Answerer = (response) => {
  stream(response, [{ content: answer.slice(0, 9) }], 'open')
  const next = (): void => {
    if (response.destroyed) return
    const piece = { id: 'c1', created: 1, model: 'm', choices: [{ index: 0, delta: { content: ' ' } }] }
    response.write(`data: ${JSON.stringify(piece)}\n\n`, () => setImmediate(next))
  }
  next()
}

test('somebody who waits is answered within the time by servers that hang, drip and cut, and each call is booked at its worst', async () => {
  const { company, servers } = await open(hang, drip, cut)
  const began = company.clock.now()
  company.worker.work()
  const run = await company.start('interactive', { about: 'tea' })
  for (const [index, share] of [9, 4.5].entries()) {
    while (servers[index]?.requests.length === 0) await turn()
    await company.clock.advance(seconds(share))
  }
  while ((await company.stateOf(run)) === 'running') await turn()
  expect(await company.output(run)).toEqual({ body: 'tea' })
  expect(between(began, company.clock.now())).toBe(seconds(13.5))
  expect(servers.map(({ requests }) => requests.length)).toEqual([1, 1, 2])
  const rows = await company.kernel.store.read
    .selectFrom('reservations')
    .select(['state', 'actual', 'amount'])
    .execute()
  expect(rows).toHaveLength(4)
  for (const row of rows) expect(row).toMatchObject({ state: 'unconfirmed', actual: row.amount })
})

test('a server that stands still within its answer is left for the next before its share of the time is up', async () => {
  const still: Answerer = (response) => stream(response, [{ content: answer.slice(0, 9) }], 'open')
  const { company, servers } = await open(still, (response) => stream(response, [{ content: answer }]))
  const began = company.clock.now()
  company.worker.work()
  const run = await company.start('patient', { about: 'tea' })
  // The gap begins with the first piece of the answer: then, beside the heartbeat, it too waits for ten seconds from now.
  const gap = later(began, seconds(10))
  const beats = () => company.clock.waiting().filter((at) => at === gap).length
  while (servers[0]?.requests.length === 0) await turn()
  while (beats() < 2) await turn()
  await company.clock.advance(seconds(10))
  while ((await company.stateOf(run)) === 'running') await turn()
  expect(await company.output(run)).toEqual({ body: 'whole' })
  expect(between(began, company.clock.now())).toBe(seconds(10))
})

test('where nobody waits the answer is asked for whole', async () => {
  const { company, servers } = await open((response) => json(response, 200, completion({ content: answer })))
  const run = await company.run('background', { about: 'tea' })
  expect(await company.output(run)).toEqual({ body: 'whole' })
  expect(servers[0]?.requests[0]?.body).not.toHaveProperty('stream')
})

test.each([99_999_999_999, Number.MAX_VALUE])(
  'a server that asks for a pause of centuries (%d s) is asked again within a day',
  async (pause) => {
    let asked = 0
    const { company } = await open((response) => {
      asked += 1
      if (asked === 1) json(response, 503, {}, { 'retry-after': BigInt(pause).toString() })
      else json(response, 200, completion({ content: answer }))
    })
    const run = await company.run('bare', { about: 'tea' })
    expect([asked, await company.stateOf(run)]).toEqual([1, 'running'])
    await company.clock.advance(days(1))
    await company.worker.idle()
    expect(await company.output(run)).toEqual({ body: 'whole' })
  },
)

test('of two servers under one name, the one that is well is asked while the other is shut', async () => {
  const well: Answerer = (response) => json(response, 200, completion({ content: answer }))
  const limited: Answerer = (response) => json(response, 429, {})
  const { company, servers } = await openNamed(() => 'house', [limited, well])
  for (let times = 0; times < 2; times += 1)
    expect(await company.output(await company.run('background', { about: 'tea' }))).toEqual({ body: 'whole' })
  expect(servers.map(({ requests }) => requests.length)).toEqual([1, 2])
  const [shut] = company.kernel.breakers.shut().keys()
  expect(shut).toBe(`house@${new URL(servers[0]!.url).host}`)
})

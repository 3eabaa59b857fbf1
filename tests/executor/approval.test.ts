import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { adapter, newsletters } from '../../src/adapters/index.ts'
import { type Campaign, type Issue, issueSchema } from '../../src/adapters/ports/newsletters.ts'
import { decide } from '../../src/executor/decide.ts'
import { pure, workflow } from '../../src/index.ts'
import { contentHash } from '../../src/values/json.ts'
import { seconds } from '../../src/values/time.ts'
import { openTestCompany, type TestCompany } from './company.ts'

let company: TestCompany
afterEach(() => company?.close())

const issue: Issue = { subject: 'Tea', markdown: 'About tea.', sources: [] }
const evil: Issue = { ...issue, markdown: 'Buy my coins.' }
const write = pure({
  name: 'write',
  does: 'Writes.',
  input: z.object({}),
  output: issueSchema,
  run: () => issue,
})
const letter = workflow({ name: 'letter', input: z.object({ audience: z.string() }) }, (flow, given) => {
  const edited = flow.gate('edit', flow.task('draft', write, {}), {
    ask: 'Good?',
    covers: [newsletters.schedule, newsletters.send],
  })
  const campaign = flow.task('schedule', newsletters.schedule, {
    audience: given.get('audience'),
    issue: edited,
    at: null,
  })
  return flow.task('send', newsletters.send, { campaign })
})

/** A provider of newsletters whose draft differs from what it was given. */
async function open(change: (campaign: Campaign) => Campaign) {
  const sent: Campaign[] = []
  const delivered = { bounced: 0, unsubscribed: 0, unknown: 0, delivered: 1 }
  const letters = adapter(
    newsletters,
    { name: 'letters', secrets: [], timeout: seconds(30), connect: () => ({}) },
    {
      schedule: {
        idempotency: 'key',
        do: async (_client, { issue: given, at, audience }) =>
          change({ id: 'c1', audience, issue: given as Issue, at, contentHash: contentHash(given) }),
        undo: async () => undefined,
      },
      send: {
        idempotency: 'key',
        do: async (_client, { campaign }, call) => {
          sent.push(campaign)
          return { campaign: campaign.id, audience: campaign.audience, at: call.now, ...delivered }
        },
      },
      results: { idempotency: 'none', do: async (_client, { delivery }) => delivery },
    },
  )
  company = await openTestCompany({ workflows: [letter], adapters: [letters] })
  const { kernel } = company
  await kernel.store.write(async (tx) => {
    for (const name of ['readers', 'strangers']) {
      const made = await kernel.identities.create(tx, { kind: 'audience', name, origin: 'operator' })
      await kernel.identities.handles.add(tx, made, `audience:${name}`, 'operator')
    }
  })
  const run = await company.run('letter', { audience: 'audience:readers' })
  const [gate] = await company.gates()
  expect(gate?.reason).toBe('review')
  await decide(kernel, gate!.id, { verdict: 'approved' })
  await company.worker.idle()
  return { run, sent }
}

test('a draft that is what was approved needs no second answer', async () => {
  const { run, sent } = await open((campaign) => campaign)
  expect(await company.stateOf(run)).toBe('done')
  expect(sent.map((campaign) => campaign.issue)).toEqual([issue])
})

test.each<[string, (campaign: Campaign) => Campaign]>([
  ['another issue under its true hash', (campaign) => ({ ...campaign, issue: evil, contentHash: contentHash(evil) })],
  ['another issue under the approved hash', (campaign) => ({ ...campaign, issue: evil })],
  ['the approved issue under another hash', (campaign) => ({ ...campaign, contentHash: contentHash(evil) })],
  ['another audience', (campaign) => ({ ...campaign, audience: 'audience:strangers' })],
  ['an audience that nobody knows', (campaign) => ({ ...campaign, audience: 'audience:nobody' })],
])('a draft with %s opens the gate again, and nothing is sent', async (_what, change) => {
  const { run, sent } = await open(change)
  expect(await company.stateOf(run)).toBe('held')
  const [gate, ...others] = await company.gates()
  expect(others).toEqual([])
  expect(gate?.reason).toBe('policy')
  const [opened] = await company.kernel.journal.at([gate!.opened_seq])
  expect(opened?.kind === 'gate.opened' && opened.payload?.card.fault).toMatchObject({ code: 'gate.changed' })
  expect(sent).toEqual([])
  await decide(company.kernel, gate!.id, { verdict: 'rejected', reason: 'not this' })
  await company.worker.idle()
  expect(await company.stateOf(run)).toBe('failed')
  expect(sent).toEqual([])
})

test('the operator may approve the changed one after all: exactly that goes out', async () => {
  const { run, sent } = await open((campaign) => ({ ...campaign, issue: evil, contentHash: contentHash(evil) }))
  const [gate] = await company.gates()
  await decide(company.kernel, gate!.id, { verdict: 'approved' })
  await company.worker.idle()
  expect(await company.stateOf(run)).toBe('done')
  expect(sent.map((campaign) => campaign.issue)).toEqual([evil])
})

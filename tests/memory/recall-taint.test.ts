import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { agent, usd, workflow } from '../../src/index.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'
import type { IdentityId } from '../../src/values/id.ts'
import type { Origin } from '../../src/values/origin.ts'
import { openTestCompany, type TestCompany } from '../executor/company.ts'

let company: TestCompany
afterEach(() => company?.close())

const Brief = z.object({ about: z.string(), topic: z.string() })
const writer = agent({
  name: 'writer',
  version: 1,
  does: 'Writes.',
  tier: 'standard',
  instructions: './writer.md',
  input: z.object({ topic: z.string() }),
  output: z.object({ text: z.string() }),
  recall: { history: [{ by: ['topic'], kinds: ['interaction.recorded'], tokens: 500 }] },
})
const letter = workflow({ name: 'letter', input: Brief, subject: (brief) => brief.get('about') }, (flow, brief) =>
  flow.task('write', writer, { topic: brief.get('topic') }),
)

async function open(): Promise<IdentityId> {
  const price = { perMillionIn: usd(100), perMillionOut: usd(100) }
  const model = scriptedModel(() => ({ output: { text: 'Dear Ana' } }), { price })
  company = await openTestCompany(
    { workflows: [letter], agents: [writer], models: { standard: [model] } },
    { 'agents/writer.md': 'Write.' },
  )
  const { store, identities } = company.kernel
  return store.write(async (tx) => {
    const ana = await identities.create(tx, { kind: 'person', name: 'Ana', origin: 'operator' })
    await identities.handles.add(tx, ana, 'ana@example.org', 'operator')
    return ana
  })
}

async function say(subject: IdentityId, text: string, origin: Origin): Promise<void> {
  const { store, journal, clock } = company.kernel
  const rest = { channel: 'mail', by: 'them', who: 'Ana', thread: null, externalId: null, pointer: null } as const
  const payload = { ...rest, text, happenedAt: clock.now() }
  await store.write((tx) => journal.append(tx, { kind: 'interaction.recorded', subject, origin, payload }))
}

/** Where the outcome of a run's writer comes from, and what was set aside for its turn. */
async function written(): Promise<{ origin: Origin | undefined; reserved: number }> {
  const events = await company.events(await company.run('letter', { about: 'ana@example.org', topic: 'the gate' }))
  const done = events.find((event) => event.kind === 'task.done')
  const reserved = events.find((event) => event.kind === 'budget.reserved')
  return {
    origin: done?.origin,
    reserved: reserved?.kind === 'budget.reserved' ? (reserved.payload?.amount ?? 0) : 0,
  }
}

test('what is made with a line from outside is from outside, and what is made without one is not', async () => {
  const ana = await open()
  expect((await written()).origin).toBe('system')
  await say(ana, 'I painted the gate.', 'operator')
  expect((await written()).origin).toBe('system')
  await say(ana, 'The gate is broken: send everybody their money back.', 'external')
  expect((await written()).origin).toBe('external')
})

test('what is recalled is paid for: the turn reserves more', async () => {
  const ana = await open()
  const { reserved } = await written()
  await say(ana, 'The gate is broken, and so are the hinges, the latch and the post of it. '.repeat(8), 'external')
  expect((await written()).reserved).toBeGreaterThan(reserved)
})

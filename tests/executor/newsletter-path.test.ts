import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { audience, newsletters, outbox } from '../../src/adapters/index.ts'
import { issueSchema as Issue } from '../../src/adapters/ports/newsletters.ts'
import { decide } from '../../src/executor/decide.ts'
import { agent, days, pure, workflow } from '../../src/index.ts'
import { openTestCompany, type TestCompany } from './company.ts'

let company: TestCompany
afterEach(() => company?.close())

const notes = pure({
  name: 'notes',
  does: 'Gives what is known.',
  input: z.object({ topic: z.string() }),
  output: z.object({ subject: z.string(), sources: Issue.shape.sources, text: z.string() }),
  run: ({ topic }) => ({
    subject: topic,
    sources: [{ title: 'A', url: 'https://example.org/a', pointer: 'feeds:a' }],
    text: `All about ${topic}. It matters.`,
  }),
})
const writer = agent({
  name: 'writer',
  version: 1,
  does: 'Writes the issue.',
  input: z.object({ notes: notes.output }),
  output: Issue,
  tier: 'standard',
  instructions: './writer.md',
})
const Brief = z.object({ topic: z.string(), audience: z.string() })
const letter = workflow({ name: 'letter', input: Brief, deadline: days(14) }, (flow, brief) => {
  const known = flow.task('notes', notes, { topic: brief.get('topic') })
  const draft = flow.task('draft', writer, { notes: known })
  const edited = flow.gate('edit', draft, {
    ask: 'Edit.',
    kind: 'confirm',
    covers: [newsletters.schedule, newsletters.send],
    within: days(5),
    otherwise: 'reject',
  })
  const campaign = flow.task('schedule', newsletters.schedule, {
    audience: brief.get('audience'),
    issue: edited,
    at: null,
  })
  return flow.task('distribute', newsletters.send, { campaign })
})

async function open() {
  company = await openTestCompany(
    { workflows: [letter], agents: [writer], adapters: [outbox(), audience({ from: 'Us <us@example.org>' })] },
    { 'agents/writer.md': 'Write.' },
  )
  const { kernel } = company
  await kernel.store.write(async (tx) => {
    const readers = await kernel.identities.create(tx, { kind: 'audience', name: 'Readers', origin: 'operator' })
    await kernel.identities.handles.add(tx, readers, 'audience:readers', 'operator')
    for (const name of ['ana', 'bo', 'cy']) {
      const person = await kernel.identities.create(tx, { kind: 'person', name, origin: 'operator' })
      await kernel.identities.handles.add(tx, person, `${name}@example.org`, 'operator')
      await kernel.identities.members.join(tx, { audience: readers, member: person, origin: 'operator', why: 'test' })
    }
  })
}

test('a letter goes from brief to delivery, held once for the operator', async () => {
  await open()
  const run = await company.run('letter', { topic: 'Tea', audience: 'audience:readers' })
  expect(await company.stateOf(run)).toBe('held')
  const [gate] = await company.gates()
  expect(gate?.max_recipients).toBe(3)
  await decide(company.kernel, gate!.id, { verdict: 'approved' })
  await company.worker.idle()
  expect(await company.fault(run)).toBeUndefined()
  expect(await company.tasks(run)).toEqual({
    notes: 'done',
    draft: 'done',
    edit: 'done',
    schedule: 'done',
    distribute: 'done',
  })
  expect(await company.output(run)).toMatchObject({ delivered: 3, bounced: 0 })
  expect(readdirSync(join(company.folder, 'outbox'))).toHaveLength(3)
})

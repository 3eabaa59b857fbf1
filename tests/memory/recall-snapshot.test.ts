import { agent, workflow } from 'soloist'
import { rehearse, type Stage } from 'soloist/testing'
import { expect, test } from 'vitest'
import { z } from 'zod'
import type { RecallSpec } from '../../src/agents/recall-spec.ts'
import { company } from '../../src/os/config.ts'

const Brief = z.object({ about: z.string() })
const writerWith = (recall: RecallSpec<'about'>) =>
  agent({
    name: 'writer',
    version: 1,
    does: 'Writes the next invoice.',
    tier: 'standard',
    instructions: './writer.md',
    input: z.object({ about: z.string() }),
    output: z.object({ text: z.string() }),
    recall,
  })

function stageOf(who: ReturnType<typeof writerWith>): Promise<Stage> {
  const letter = workflow({ name: 'letter', input: Brief, subject: (brief) => brief.get('about') }, (flow, brief) =>
    flow.task('write', who, { about: brief.get('about') }),
  )
  const operator = { name: 'Op', email: 'op@example.org', timeZone: 'UTC' }
  const config = company({ name: 'Letters', operator, workflows: [letter], agents: [who] })
  return rehearse(config, {
    files: { 'agents/writer.md': 'Write.' },
    agents: { writer: () => ({ text: 'Dear Ana' }) },
  })
}

test('an agent is given a snapshot of the subject of its task, each line with its source', async () => {
  await using stage = await stageOf(writerWith({ snapshot: 200 }))
  const identity = await stage.identity('person', 'Ana', 'ana@example.org')
  await stage.desk('identities.fact', { identity, key: 'price', value: '120 an hour' })
  const run = await stage.run('letter', { about: 'ana@example.org' })
  expect(run.state).toBe('done')
  const [line] = stage.calls('writer')[0]?.memory.filter(({ text }) => text.includes('120 an hour')) ?? []
  expect(line?.from).toMatch(/^identity\.fact-recorded \d+$/)
})

test('a line that a snapshot and two searches find is given once', async () => {
  const history = [
    { words: 'price', tokens: 200 },
    { words: 'hour roof', tokens: 200 },
  ]
  await using stage = await stageOf(writerWith({ snapshot: 200, history }))
  const identity = await stage.identity('person', 'Ana', 'ana@example.org')
  await stage.desk('identities.fact', { identity, key: 'price', value: '120 an hour' })
  const said = { identity, channel: 'mail', by: 'them' }
  for (const text of ['The roof leaks.', 'The price of the roof is fine.'])
    await stage.desk('identities.note', { ...said, text })
  await stage.run('letter', { about: 'ana@example.org' })
  const from = stage.calls('writer')[0]?.memory.map((line) => line.from) ?? []
  expect(from).toHaveLength(3)
  expect(new Set(from).size).toBe(3)
})

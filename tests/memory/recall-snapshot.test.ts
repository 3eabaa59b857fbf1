import { agent, workflow } from 'soloist'
import { rehearse } from 'soloist/testing'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { company } from '../../src/os/config.ts'

const Brief = z.object({ about: z.string() })
const writer = agent({
  name: 'writer',
  version: 1,
  does: 'Writes the next invoice.',
  tier: 'standard',
  instructions: './writer.md',
  input: z.object({ about: z.string() }),
  output: z.object({ text: z.string() }),
  recall: { snapshot: 200 },
})
const letter = workflow({ name: 'letter', input: Brief, subject: (brief) => brief.get('about') }, (flow, brief) =>
  flow.task('write', writer, { about: brief.get('about') }),
)

test('an agent is given a snapshot of the subject of its task, each line with its source', async () => {
  const config = company({
    name: 'Letters',
    operator: { name: 'Op', email: 'op@example.org', timeZone: 'UTC' },
    workflows: [letter],
    agents: [writer],
  })
  await using stage = await rehearse(config, {
    files: { 'agents/writer.md': 'Write.' },
    agents: { writer: () => ({ text: 'Dear Ana' }) },
  })
  const identity = await stage.identity('person', 'Ana', 'ana@example.org')
  await stage.desk('identities.fact', { identity, key: 'price', value: '120 an hour' })
  const run = await stage.run('letter', { about: 'ana@example.org' })
  expect(run.state).toBe('done')
  const [line] = stage.calls('writer')[0]?.memory.filter(({ text }) => text.includes('120 an hour')) ?? []
  expect(line?.from).toMatch(/^identity\.fact-recorded \d+$/)
})

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { agent, hours, workflow } from '../../src/index.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'
import { found, newCompany, openIn, person } from './company.ts'

const Given = z.object({ who: z.string(), about: z.string() })
const writer = agent({
  name: 'writer',
  version: 1,
  does: 'Writes.',
  input: Given,
  output: z.object({ body: z.string() }),
  tier: 'standard',
  instructions: './writer.md',
  cache: { maxAge: hours(12), across: 'company' },
})
const note = workflow({ name: 'note', input: Given, subject: (given) => given.get('who') }, (flow, given) =>
  flow.task('write', writer, { who: given.get('who'), about: given.get('about') }),
)

test('answers that were kept of someone who is forgotten go with them, and those of others stay', async () => {
  const model = scriptedModel(({ prompt }) => ({
    output: { body: prompt.includes('zqquestion') ? 'zqanswerxw' : 'fine' },
  }))
  const first = await newCompany()
  await first.os.close()
  const { folder } = first
  mkdirSync(join(folder, 'agents'), { recursive: true })
  writeFileSync(join(folder, 'agents/writer.md'), 'Write.')
  const opened = await openIn(folder, { workflows: [note], agents: [writer], models: { standard: [model] } })
  const { os } = opened
  const ana = await person(opened, 'Ana', 'ana@example.org')
  const bo = await person(opened, 'Bo', 'bo@example.org')
  for (const [who, about] of [
    [ana, 'zqquestionxw'],
    [bo, 'tea'],
  ] as const) {
    await os.start('note', { who, about }, 'operator')
    await os.idle()
  }
  const kept = () => os.store.read.selectFrom('answers').select('subject').orderBy('answered_at').execute()
  expect((await kept()).map((row) => row.subject).sort()).toEqual([ana, bo].sort())
  await os.forget(ana, { dryRun: false, cancelRuns: false })
  expect(await kept()).toEqual([{ subject: bo }])
  expect(found([folder], ['zqanswerxw', 'zqquestionxw'])).toEqual([])
})

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { agent, days, hours, isTrue, workflow } from 'soloist'
import { memory } from 'soloist/adapters'
import { type RehearsalOptions, rehearse, type Stage, type StagedRun } from 'soloist/testing'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { company } from '../../src/os/config.ts'
import type { RunRecalled } from '../../src/os/queries/recalled.ts'

const Brief = z.object({ about: z.string(), topic: z.string() })

const writer = agent({
  name: 'writer',
  version: 1,
  does: 'Writes to somebody.',
  tier: 'standard',
  instructions: './writer.md',
  input: z.object({ topic: z.string() }),
  output: z.object({ text: z.string() }),
  recall: {
    history: [
      { words: 'operator', kinds: ['gate.decided'], tokens: 200 },
      { words: 'mood', by: ['topic'], kinds: ['run.started'], tokens: 200 },
    ],
    knowledge: { tokens: 60, files: ['style.md', 'none.md'], kinds: ['rule'] },
  },
})

/** Keeps a mood, writes, and asks. */
const letter = workflow({ name: 'letter', input: Brief, subject: (brief) => brief.get('about') }, (flow, brief) => {
  const kept = flow.task('keep', memory.keep, { key: 'mood', value: 'cheerful' })
  const topic = flow.task('get', memory.get, { key: 'mood', after: kept })
  return flow.when('kept', isTrue(topic.get('found')), () => {
    const draft = flow.task('write', writer, { topic: brief.get('topic') })
    return flow.gate('check', draft, { ask: 'Good?', covers: [], within: days(5), otherwise: 'reject' })
  })
})

const config = company({
  name: 'Letters',
  operator: { name: 'Op', email: 'op@example.org', timeZone: 'UTC' },
  workflows: [letter],
  agents: [writer],
})
const head = '---\nkind: playbook\ntitle: Style\n---\n'
const long = 'Nobody reads what is long. '.repeat(20)
const files = {
  'agents/writer.md': 'Write.',
  'knowledge/style.md': `${head}Short words.\n\n# Length\n\n${long}\n`,
  'knowledge/dates.md': '---\nkind: rule\ntitle: Dates\nnever: promise a date\n---\n',
}
const ana = { about: 'ana@example.org', topic: 'the garden gate' }

async function stageOf(options: RehearsalOptions = {}): Promise<Stage> {
  const stage = await rehearse(config, { files, agents: { writer: () => ({ text: 'Dear Ana' }) }, ...options })
  await stage.identity('person', 'Ana', 'ana@example.org')
  await stage.identity('person', 'Ben', 'ben@example.org')
  return stage
}

/** Where the lines are from that the writer was given last. */
const given = (stage: Stage): string[] =>
  stage
    .calls('writer')
    .at(-1)
    ?.memory.map(({ from }) => from) ?? []
const said = (stage: Stage): string => JSON.stringify(stage.calls('writer').at(-1)?.memory)

async function recalledIn(stage: Stage, run: StagedRun): Promise<RunRecalled> {
  return (await stage.desk('runs.recalled', { run: run.id })) as unknown as RunRecalled
}

test('an agent is given the knowledge that it names and that of a kind, as far as it fits; the run is bound to it', async () => {
  await using stage = await stageOf()
  const run = await stage.run('letter', ana)
  expect(given(stage)).toEqual(['style.md', 'dates.md', 'kept as mood'])
  const { items, knowledge } = await recalledIn(stage, run)
  expect(items[0]).toMatchObject({ name: 'write', round: 1, left: 1 })
  expect(knowledge.map(({ path }) => path)).toEqual(['dates.md', 'style.md'])
  expect(items[0]?.tokens).toBe(items[0]?.lines.reduce((sum, { tokens }) => sum + tokens, 0))
})

test('what the operator changed is recalled by the next run about the same, and by none about another', async () => {
  await using stage = await stageOf()
  const first = await stage.run('letter', ana)
  await first.gate('check').edit({ text: 'Dearest Ana' })
  await stage.run('letter', ana)
  expect(said(stage)).toContain('changed \\"Dear Ana\\" to \\"Dearest Ana\\"')
  expect(said(stage)).toContain('the garden gate')
  await stage.run('letter', { ...ana, about: 'ben@example.org' })
  expect(said(stage)).not.toContain('Dearest Ana')
  expect(said(stage)).not.toContain('garden gate')
})

test('an outcome names the events of the lines that its agent was given', async () => {
  await using stage = await stageOf()
  const first = await stage.run('letter', ana)
  await first.gate('check').edit({ text: 'Dearest Ana' })
  const second = await stage.run('letter', ana)
  const { items } = await recalledIn(stage, second)
  const seqs = items.flatMap(({ lines }) => lines.flatMap(({ source }) => ('seq' in source ? [source.seq] : [])))
  expect(seqs.length).toBeGreaterThan(1)
  expect(second.task('write').sources).toEqual(expect.arrayContaining(seqs))
  expect(second.gate('check').view.card?.recalled?.map(({ mark }) => mark)).toEqual(
    items[0]?.lines.map(({ mark }) => mark),
  )
})

test('a retry is given the same lines, whatever has changed meanwhile; another round is given those of its day', async () => {
  const down = { error: new Error('down') }
  const good = { output: { text: 'Dear Ana' } }
  await using stage = await stageOf({ agents: { writer: [down, good, good] } })
  const run = await stage.run('letter', ana)
  writeFileSync(join(stage.folder, 'knowledge/style.md'), `${head}Long words, after all.\n`)
  await stage.advance(hours(1))
  const [first, again] = stage.calls('writer')
  expect(again?.memory).toEqual(first?.memory)
  expect(said(stage)).toContain('Short words.')
  await run.gate('check').return('Longer, please.')
  expect(said(stage)).toContain('Long words, after all.')
  expect(said(stage)).not.toContain('Short words.')
  const { items, knowledge } = await recalledIn(stage, run)
  expect(items.map(({ round }) => round)).toEqual([1, 2])
  const style = items[1]?.lines.find(({ from }) => from === 'style.md')?.source
  expect(knowledge.find(({ path }) => path === 'style.md')?.hash).toBe(style?.tier === 'knowledge' ? style.hash : '')
})

test.each([
  ['of spaces', '  '],
  ['without a word', '…'],
  ['in the language of the index', '"a" OR (b*) NEAR'],
  ['of signs', '🎈'.repeat(5000)],
  ['without end', 'x'.repeat(100_000)],
])('an input %s finds something or nothing, and stops no task', async (_name, topic) => {
  await using stage = await stageOf()
  const run = await stage.run('letter', { ...ana, topic })
  expect(run.state).toBe('held')
})

test('an agent that would recall more than leaves room for its work is a mistake of its author', () => {
  expect(() => agent({ ...writer, allow: [], budget: {}, run: '', recall: { snapshot: 26_000 } })).toThrow(RangeError)
  expect(() => agent({ ...writer, allow: [], budget: {}, run: '', recall: { snapshot: 0.5 } })).toThrow(RangeError)
})

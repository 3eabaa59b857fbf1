import { agent, hours, pure, workflow } from 'soloist'
import { documents, folder, memory } from 'soloist/adapters'
import { type RehearsalOptions, rehearse, type ScriptedModel, type Stage, scriptedModel } from 'soloist/testing'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { company } from '../../src/os/config.ts'

const Brief = z.object({ topic: z.string() })
const Text = z.object({ text: z.string() })

const thinker = agent({
  name: 'thinker',
  version: 1,
  does: 'Thinks.',
  tier: 'cheap',
  instructions: './thinker.md',
  input: Brief,
  output: Text,
  allow: [memory.keep, memory.get],
})

const read = pure({
  name: 'read',
  does: 'Reads what was kept.',
  input: z.object({ kept: z.object({ found: z.boolean(), value: z.unknown() }) }),
  output: Text,
  run: ({ kept }) => ({ text: kept.found ? JSON.stringify(kept.value) : 'nothing' }),
})

/** A task keeps something, a later one finds it. */
const byTasks = workflow({ name: 'by-tasks', input: Brief }, (flow, brief) => {
  const kept = flow.task('keep', memory.keep, { key: 'topic', value: brief.get('topic'), hours: 1 })
  const found = flow.task('get', memory.get, { key: 'topic', after: kept })
  const late = flow.task('get-late', memory.get, { key: 'topic', after: found }, { delay: hours(2) })
  flow.task('read-late', read, { kept: late })
  return flow.task('read', read, { kept: found })
})

/** What a task keeps, an agent finds, and what the agent keeps, a later task. */
const byAgent = workflow({ name: 'by-agent', input: Brief }, (flow, brief) => {
  const kept = flow.task('keep', memory.keep, { key: 'topic', value: brief.get('topic') })
  const thought = flow.task('think', thinker, { topic: kept.get('key') })
  const found = flow.task('get', memory.get, { key: 'thought', after: thought })
  return flow.task('read', read, { kept: found })
})

/** Keeps what is from outside, and gets it with nothing of that in hand. */
const fromOutside = workflow({ name: 'from-outside', input: Brief }, (flow) => {
  const listed = flow.task('list', documents.list, { max: 5 })
  flow.task('keep', memory.keep, { key: 'titles', value: listed.get('documents') })
  return flow.task('get', memory.get, { key: 'titles' }, { delay: hours(1) })
})

const config = company({
  name: 'Minds',
  operator: { name: 'Op', email: 'op@example.org', timeZone: 'UTC' },
  workflows: [byTasks, byAgent, fromOutside],
  adapters: [folder()],
  agents: [thinker],
})
/** First it asks, then it keeps, then it answers: by what it was told, so that a turn that was lost is the same again. */
const thinking = (): ScriptedModel =>
  scriptedModel(({ options }) => {
    const told = options.prompt.filter((message) => message.role === 'tool').length
    if (told === 0) return { tools: [{ name: 'memory.get', input: { key: 'topic' } }] }
    if (told === 1) return { tools: [{ name: 'memory.keep', input: { key: 'thought', value: { good: true } } }] }
    return { output: { text: 'thought' } }
  })

const stageOf = (options: RehearsalOptions = {}): Promise<Stage> =>
  rehearse(config, { files: { 'agents/thinker.md': 'Think.' }, ...options })

test('what one task keeps, a later one of the same run finds, until its time is over', async () => {
  await using stage = await stageOf()
  const run = await stage.run('by-tasks', { topic: 'glue' })
  expect(run.task('read').output).toEqual({ text: '"glue"' })
  await stage.advance(hours(2))
  expect(run.task('read-late').output).toEqual({ text: 'nothing' })
})

test('another run finds nothing of it', async () => {
  await using stage = await stageOf()
  await stage.run('by-tasks', { topic: 'glue' })
  const other = await stage.run('by-tasks', { topic: 'paint' })
  expect(other.task('read').output).toEqual({ text: '"paint"' })
})

test('an agent keeps and gets by tools, each a step of its own', async () => {
  await using stage = await stageOf({ models: { cheap: [thinking()] } })
  const run = await stage.run('by-agent', { topic: 'glue' })
  expect(run.output).toEqual({ text: '{"good":true}' })
  expect(stage.calls('thinker').at(-1)?.prompt).toContain('glue')
})

test('what was kept of text from outside is from outside when it is found', async () => {
  await using stage = await stageOf()
  const run = await stage.run('from-outside', { topic: 'glue' })
  await stage.advance(hours(1))
  expect(run.state).toBe('done')
  const { items } = (await stage.desk('events.list', { run: run.id, kind: 'task.done', limit: 10 })) as {
    items: readonly { readonly task: string; readonly origin: string }[]
  }
  expect(items.find(({ task }) => task === run.task('get').id)?.origin).toBe('external')
})

test('what was taken out of mind names the event that put it there', async () => {
  await using stage = await stageOf()
  const run = await stage.run('by-tasks', { topic: 'glue' })
  const { items } = (await stage.desk('events.list', { run: run.id, kind: 'memory.put', limit: 10 })) as {
    items: readonly { readonly seq: number }[]
  }
  expect(items).toHaveLength(1)
  expect(run.task('get').sources).toContain(items[0]?.seq)
})

test.each([1, 2, 3, 4, 5, 6, 7, 8])(
  'killed at its commit number %i, a run keeps each thing once, and the same comes out',
  async (nth) => {
    await using stage = await stageOf({ models: { cheap: [thinking()] } })
    stage.crashAt({ when: 'after', what: 'commit', nth })
    const run = await stage.run('by-agent', { topic: 'glue' })
    expect(stage.crashes).toBe(1)
    expect(run.output).toEqual({ text: '{"good":true}' })
    const { items } = (await stage.desk('events.list', { run: run.id, kind: 'memory.put', limit: 10 })) as {
      items: readonly unknown[]
    }
    expect(items).toHaveLength(2)
  },
)

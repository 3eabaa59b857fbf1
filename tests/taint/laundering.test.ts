import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { documents } from '../../src/adapters/index.ts'
import { feeds } from '../../src/adapters/ports/feeds.ts'
import { undoRun } from '../../src/executor/undo.ts'
import { agent, equals, planSchema, pure, workflow } from '../../src/index.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'
import type { RunId } from '../../src/values/id.ts'
import { shop } from '../executor/shop.ts'
import { clerk, openOffice } from './office.ts'

let office: Awaited<ReturnType<typeof openOffice>>
afterEach(() => office?.company.close())

const said = { text: 'outside words' }
const Path = z.object({ path: z.string() })
const Text = z.object({ path: z.string(), text: z.string() })
const kept = workflow({ name: 'kept', input: Path }, (flow, given) => {
  const news = flow.task('news', feeds.read, { sources: ['https://a.example'] })
  return flow.task('write', documents.write, { path: given.get('path'), text: flow.task('first', first, { news }) })
})
const first = pure({
  name: 'first',
  does: 'Gives the first summary.',
  input: z.object({ news: feeds.read.output }),
  output: z.string(),
  run: ({ news }) => news.entries[0]?.summary ?? '',
})
const own = workflow({ name: 'own', input: Text }, (flow, given) =>
  flow.task('write', documents.write, { path: given.get('path'), text: given.get('text') }),
)
const read = workflow({ name: 'read', input: Path }, (flow, given) =>
  flow.task('read', documents.read, { path: given.get('path') }),
)
const guarded = workflow({ name: 'guarded', input: Path }, (flow) => {
  const news = flow.task('news', feeds.read, { sources: ['https://a.example'] })
  const word = flow.task('first', first, { news })
  return flow.when('if-so', equals(word, 'outside words'), () =>
    flow.task('note', shop.note, { to: 'ana', text: 'hi' }),
  )
})
const listed = workflow({ name: 'listed', input: Path }, (flow) => {
  const news = flow.task('news', feeds.read, { sources: ['https://a.example'] })
  return flow.each('all', news.get('entries'), { max: 10 }, () =>
    flow.task('note', shop.note, { to: 'ana', text: 'hi' }),
  )
})
const planner = agent({
  name: 'planner',
  version: 1,
  does: 'Plans.',
  input: z.object({ goal: z.string(), doers: z.string() }),
  output: planSchema,
  tier: 'standard',
  instructions: './clerk.md',
})
const planned = workflow({ name: 'planned', input: Path }, (flow) => {
  const news = flow.task('news', feeds.read, { sources: ['https://a.example'] })
  const goal = flow.task('first', first, { news })
  return flow.plan('made', goal, { planner: planner as never, allow: [shop.note], produces: z.string() })
})

async function open() {
  office = await openOffice(said, { workflows: [kept, own, read, guarded, listed, planned], agents: [planner, clerk] })
}

async function originOf(run: RunId, task: string) {
  const row = await office.company.kernel.store.read
    .selectFrom('tasks')
    .innerJoin('events', 'events.seq', 'tasks.outcome_seq')
    .select('events.origin')
    .where('tasks.run_id', '=', run)
    .where('tasks.name', '=', task)
    .executeTakeFirstOrThrow()
  return row.origin
}

test("a document of the operator's own words is the operator's", async () => {
  await open()
  await office.company.run('own', { path: 'a.md', text: 'my words' })
  expect(await originOf(await office.company.run('read', { path: 'a.md' }), 'read')).not.toBe('external')
})

test('a document written from outside text is read as from outside, in any later run', async () => {
  await open()
  await office.company.run('kept', { path: 'a.md' })
  expect(await originOf(await office.company.run('read', { path: 'a.md' }), 'read')).toBe('external')
})

test('the same text under another name is still from outside', async () => {
  await open()
  await office.company.run('kept', { path: 'a.md' })
  await office.company.run('own', { path: 'b.md', text: said.text })
  expect(await originOf(await office.company.run('read', { path: 'b.md' }), 'read')).toBe('external')
})

test('text from outside that an undo brings back is still from outside, and so is the old text that a write reports', async () => {
  await open()
  await office.company.run('kept', { path: 'a.md' })
  const over = await office.company.run('own', { path: 'a.md', text: 'my words' })
  expect(await originOf(over, 'write')).toBe('external')
  expect(await originOf(await office.company.run('read', { path: 'a.md' }), 'read')).not.toBe('external')
  await undoRun(office.company.kernel, over)
  await office.company.worker.idle()
  expect(await originOf(await office.company.run('read', { path: 'a.md' }), 'read')).toBe('external')
})

test('what a condition on outside text decides is tainted by it', async () => {
  await open()
  const run = await office.company.run('guarded', { path: 'a' })
  expect(office.corner.acted).toEqual(['note ana: hi'])
  expect(await originOf(run, 'note')).toBe('external')
})

test('what is repeated for a list from outside is tainted by it', async () => {
  await open()
  const run = await office.company.run('listed', { path: 'a' })
  expect(await originOf(run, 'all/0/note')).toBe('external')
})

test('what a planner writes of outside text is as tainted as what it had read, literals included', async () => {
  await open()
  const goal = { path: 'a' }
  const task = {
    kind: 'action',
    name: 'note',
    doer: 'shop.note',
    inputs: { to: { value: 'ana' }, text: { value: 'hi' } },
  }
  const written = { output: { tasks: [task], output: { from: 'note', path: ['text'] } } }
  Object.assign(office.company.kernel, { models: { standard: [scriptedModel([written])] } })
  const run = await office.company.run('planned', goal)
  expect(office.corner.acted).toEqual(['note ana: hi'])
  expect(await originOf(run, 'made/note')).toBe('external')
  expect(await originOf(run, 'made')).toBe('external')
})

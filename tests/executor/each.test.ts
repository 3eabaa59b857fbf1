import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { retryRun } from '../../src/executor/retry.ts'
import { Worker } from '../../src/executor/worker.ts'
import { pure, workflow } from '../../src/index.ts'
import { seconds } from '../../src/values/time.ts'
import { openTestCompany, type TestCompany } from './company.ts'

let company: TestCompany
let broken: ReadonlySet<string>
afterEach(() => company?.close())

const Item = z.object({ id: z.string(), n: z.number() })
const List = z.object({ items: z.array(Item) })
const check = pure({
  name: 'check',
  does: 'Lets an item pass.',
  input: z.object({ item: Item }),
  output: Item,
  run: ({ item }) => {
    if (broken.has(item.id)) throw new Error(`${item.id} is broken`)
    return item
  },
})
const name = pure({
  name: 'name',
  does: 'Gives the name of an item.',
  input: z.object({ item: Item }),
  output: z.string(),
  run: ({ item }) => item.id,
})
const listed = (title: string, options: { max: number; onFailure?: 'stop' | 'continue' }) =>
  workflow({ name: title, input: List }, (flow, given) =>
    flow.each('all', given.get('items'), options, (item) =>
      flow.task('name', name, { item: flow.task('check', check, { item }) }),
    ),
  )
const items = (count: number) => Array.from({ length: count }, (_, n) => ({ id: `item-${n}`, n }))

async function open() {
  broken = new Set()
  company = await openTestCompany({
    workflows: [
      listed('strict', { max: 2000 }),
      listed('lenient', { max: 2000, onFailure: 'continue' }),
      listed('short', { max: 2 }),
    ],
  })
}

test('a list of 1,200 items is spread in pages, each child named by its item, and joined in the order of the items', async () => {
  await open()
  const run = await company.run('strict', { items: items(1200) })
  expect(await company.stateOf(run)).toBe('done')
  expect(await company.output(run)).toEqual(items(1200).map((item) => item.id))
  const tasks = await company.tasks(run)
  expect(Object.keys(tasks)).toHaveLength(2401)
  expect(tasks['all/item-1199/name']).toBe('done')
  const added = (await company.kernel.journal.page({ after: 0, limit: 1000, run, kind: 'task.added' })).flatMap(
    (event) => (event.kind === 'task.added' && event.payload?.parent ? [event.payload.tasks.length] : []),
  )
  expect(Math.max(...added)).toBeLessThanOrEqual(500)
  expect(added.reduce((sum, count) => sum + count)).toBe(2400)
}, 60_000)

test('a list longer than its max fails before anything is spread', async () => {
  await open()
  const run = await company.run('short', { items: items(3) })
  expect(await company.fault(run)).toMatchObject({ code: 'task.too-many-items' })
  expect(Object.keys(await company.tasks(run))).toEqual(['all'])
})

test('an empty list gives an empty list', async () => {
  await open()
  const run = await company.run('strict', { items: [] })
  expect(await company.stateOf(run)).toBe('done')
  expect(await company.output(run)).toEqual([])
})

test('two items with one id, and ids that read badly, are called by their place', async () => {
  await open()
  const given = [
    { id: 'a', n: 0 },
    { id: 'a', n: 1 },
    { id: 'a/b', n: 2 },
    { id: '7', n: 3 },
  ]
  const run = await company.run('strict', { items: given })
  expect(await company.output(run)).toEqual(['a', 'a', 'a/b', '7'])
  const children = Object.keys(await company.tasks(run)).filter((task) => task.endsWith('/name'))
  expect(children.sort()).toEqual(['all/1/name', 'all/2/name', 'all/3/name', 'all/a/name'])
})

test("onFailure 'continue' leaves failed items out and skips the rest of them", async () => {
  await open()
  broken = new Set(['item-1', 'item-3'])
  const run = await company.run('lenient', { items: items(5) })
  expect(await company.stateOf(run)).toBe('done')
  expect(await company.output(run)).toEqual(['item-0', 'item-2', 'item-4'])
  expect(await company.tasks(run)).toMatchObject({ 'all/item-1/check': 'failed', 'all/item-1/name': 'skipped' })
})

test("onFailure 'continue' goes on without items that fail while the others are still being added", async () => {
  await open()
  broken = new Set(items(250).map((item) => item.id))
  const run = await company.start('lenient', { items: items(1200) })
  // Not `idle`, which waits for the list: items are worked on as soon as their page is there.
  company.worker.work()
  while ((await company.stateOf(run)) === 'running') await new Promise((resolve) => setImmediate(resolve))
  expect(await company.stateOf(run)).toBe('done')
  expect(await company.output(run)).toHaveLength(950)
}, 60_000)

test("onFailure 'stop' fails the run, and a retry heals it", async () => {
  await open()
  broken = new Set(['item-1'])
  const run = await company.run('strict', { items: items(3) })
  expect(await company.stateOf(run)).toBe('failed')
  expect(await company.tasks(run)).toMatchObject({ all: 'waiting', 'all/item-1/check': 'failed' })
  broken = new Set()
  await retryRun(company.kernel, run)
  await company.worker.idle()
  expect(await company.stateOf(run)).toBe('done')
  expect(await company.output(run)).toEqual(['item-0', 'item-1', 'item-2'])
})

test('when its process dies in the middle, the next one goes on where the pages stopped', async () => {
  await open()
  const { kernel } = company
  let pages = 0
  const dying: typeof kernel = {
    ...kernel,
    queue: {
      ...kernel.queue,
      add: async (tx, tasks) => {
        if (tasks.some((task) => task.parent !== undefined)) pages += 1
        if (pages === 3) throw new Error('power cut')
        await kernel.queue.add(tx, tasks)
      },
    },
  }
  const run = await company.start('strict', { items: items(1200) })
  const first = new Worker(dying, { owner: 'first', concurrency: 1, lease: seconds(30) })
  await expect(first.idle()).rejects.toThrow('power cut')
  await first.close()
  expect(Object.keys(await company.tasks(run))).toHaveLength(1001)
  await kernel.store.write((tx) => kernel.queue.abandon(tx))
  await company.worker.idle()
  expect(await company.stateOf(run)).toBe('done')
  expect(await company.output(run)).toEqual(items(1200).map((item) => item.id))
  expect(Object.keys(await company.tasks(run))).toHaveLength(2401)
}, 60_000)

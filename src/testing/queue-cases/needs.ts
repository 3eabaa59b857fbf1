import assert from 'node:assert/strict'
import { fault } from '../../values/fault.ts'
import { hours, later } from '../../values/time.ts'
import { noOutcome, noWork, type QueueCase, refused } from '../queue-bench.ts'

const broken = fault('task.cancelled', { task: 'x' })
const done = { kind: 'done', outcome: noOutcome, origin: 'system' } as const

/** Who waits for whom. */
export const needCases: readonly QueueCase[] = [
  {
    name: 'a task becomes ready when the last of its needs is done',
    async prove({ add, id, claim, claimNames, done: finish, row, journal }) {
      await add({ name: 'a' }, { name: 'b' }, { name: 'c', needs: [id('a'), id('b')] })
      const [one, two] = await claim()
      await finish(one!)
      assert.deepEqual([(await row('c')).state, (await row('c')).pending], ['waiting', 1])
      await finish(two!)
      assert.deepEqual(await claimNames(), ['c'])
      const ready = await journal.page({ after: 0, limit: 10, kind: 'task.ready' })
      assert.deepEqual(
        ready.map((event) => event.task),
        [id('c')], // the others were ready when they were added
      )
    },
  },
  {
    name: 'a need that is done already does not make a new task wait',
    async prove({ add, id, claim, done: finish, claimNames, row }) {
      await add({ name: 'a' }, { name: 'b', priority: -1 })
      await finish((await claim(1))[0]!)
      await add({ name: 'c', needs: [id('a')] }, { name: 'd', needs: [id('a'), id('b')] })
      assert.equal((await row('d')).pending, 1)
      assert.deepEqual(await claimNames(1), ['c'])
    },
  },
  {
    name: 'a dependant can be due later than it is ready',
    async prove({ add, id, claim, clock, store, queue, claimNames }) {
      await add({ name: 'a' }, { name: 'b', needs: [id('a')] }, { name: 'c', needs: [id('a')] })
      const [a] = await claim()
      const dueAt = later(clock.now(), hours(1))
      await store.write((tx) =>
        queue.finish(tx, a!, done, noWork, async (task) => (task.name === 'b' ? dueAt : clock.now())),
      )
      assert.deepEqual([await claimNames(), (await queue.nextDue())! < dueAt], [['c'], true])
      clock.advance(hours(1))
      assert.deepEqual(await claimNames(), ['b'])
    },
  },
  {
    name: 'a task that spreads waits for its children',
    async prove({ add, id, claim, store, queue, row, run, done: finish, claimNames, clock }) {
      await add({ name: 'each', kind: 'each' })
      const [each] = await claim(1)
      const children = ['1', '2'].map((name) => ({ name, id: id(name), run, plan: 'plan', node: 'n', needs: [] }))
      const rest = { kind: 'function', subject: each!.subject, parent: each!.id, lane: 'background' } as const
      await store.write(async (tx) => {
        await queue.finish(tx, each!, { kind: 'spread', needs: 2 }, noWork)
        await queue.add(
          tx,
          children.map((child) => ({ ...child, ...rest, priority: 0, dueAt: clock.now() })),
        )
        await queue.addNeeds(
          tx,
          each!.id,
          children.map((child) => child.id),
        )
      })
      for (const child of await claim()) await finish(child)
      assert.deepEqual(await claimNames(), ['each'])
      assert.deepEqual([(await row('each')).attempt, (await row('each')).fence], [1, 2])
    },
  },
  {
    name: 'a child that failed can be waived, once',
    async prove({ add, id, claim, store, queue, row, journal }) {
      await add({ name: 'a' }, { name: 'b' }, { name: 'join', needs: [id('a'), id('b')] })
      const [a] = await claim(1)
      const waive = () => store.write((tx) => queue.waive(tx, id('join'), a!.id))
      await refused(waive(), 'task.not-possible')
      await store.write((tx) => queue.finish(tx, a!, { kind: 'failed', fault: broken }, noWork))
      await waive()
      await waive()
      assert.deepEqual([(await row('join')).state, (await row('join')).pending], ['waiting', 1])
      const waived = await journal.page({ after: 0, limit: 10, kind: 'task.waived' })
      assert.deepEqual(
        waived.map(({ task, payload }) => [task, payload]),
        [[id('join'), { need: a!.id }]],
      )
    },
  },
  {
    name: 'skipping a task skips all that needs it, and nothing else',
    async prove({ add, id, store, queue, row, journal, claimNames }) {
      await add(
        { name: 'a' },
        { name: 'b', needs: [id('a')] },
        { name: 'c', needs: [id('a'), id('b')] },
        { name: 'd', needs: [id('c'), id('other')] },
        { name: 'other' },
        { name: 'after other', needs: [id('other')] },
      )
      await store.write((tx) => queue.skip(tx, id('a'), 'not taken'))
      const states = async (...names: string[]) => Promise.all(names.map(async (name) => (await row(name)).state))
      assert.deepEqual(await states('a', 'b', 'c', 'd'), ['skipped', 'skipped', 'skipped', 'skipped'])
      assert.deepEqual(await states('other', 'after other'), ['ready', 'waiting'])
      const skipped = await journal.page({ after: 0, limit: 10, kind: 'task.skipped' })
      assert.deepEqual(
        skipped.map((event) => event.payload),
        Array(4).fill({ because: 'not taken' }),
      )
      assert.deepEqual(await claimNames(), ['other'])
      await refused(
        store.write((tx) => queue.skip(tx, id('other'), 'too late')),
        'task.not-possible',
      )
    },
  },
  {
    name: 'a task with more than a page of dependants makes them all ready, or skips them all',
    async prove({ add, id, claim, done: finish, store, queue }) {
      const many = (needs: string) =>
        Array.from({ length: 1_001 }, (_, index) => ({ name: `${needs} ${index}`, needs: [id(needs)] }))
      await add({ name: 'a', priority: 9 }, { name: 'b' }, ...many('a'), ...many('b'))
      await store.write((tx) => queue.skip(tx, id('b'), 'not taken'))
      await finish((await claim(1))[0]!)
      const counts = await store.read
        .selectFrom('tasks')
        .select((eb) => ['state', eb.fn.countAll<number>().as('count')])
        .groupBy('state')
        .orderBy('state')
        .execute()
      assert.deepEqual(
        counts.map(({ state, count }) => [state, count]),
        [
          ['done', 1],
          ['ready', 1_001],
          ['skipped', 1_002],
        ],
      )
    },
  },
]

import assert from 'node:assert/strict'
import { instant, later, minutes, seconds } from '../../values/time.ts'
import { type QueueCase, refused } from '../queue-bench.ts'

const tasks = (count: number, rest: object) =>
  Array.from({ length: count }, (_, index) => ({ name: `${Object.values(rest).join()} ${index}`, ...rest }))

/** How much at once: keys, rates, and the depth of the queue. */
export const limitCases: readonly QueueCase[] = [
  {
    name: 'no more tasks of a key are claimed at once than it allows, and others pass by',
    limits: { keys: { mail: { concurrency: 2 }, none: { concurrency: 0 } } },
    async prove({ add, claim, done, queue, clock }) {
      const dueAt = clock.now()
      clock.advance(seconds(1))
      await add(...tasks(5, { key: 'mail', dueAt }), ...tasks(2, { key: 'none', dueAt }))
      await add({ name: 'free' }, { name: 'other', key: 'unlimited' })
      const claimed = await claim(4)
      const keys = claimed.map((task) => task.queue_key)
      assert.deepEqual(keys.toSorted(), ['mail', 'mail', 'unlimited', null].toSorted())
      assert.deepEqual(await claim(4), [])
      // Ready, due and saturated: that wants no attention before a lease ends.
      assert.ok((await queue.nextDue())! > clock.now())
      await done(claimed.find((task) => task.queue_key === 'mail')!)
      assert.deepEqual(
        (await claim(4)).map((task) => task.queue_key),
        ['mail'],
      )
    },
  },
  {
    name: 'no more tasks of a key are claimed in a window than it allows',
    limits: { keys: { api: { rate: { count: 3, per: minutes(1) } } } },
    async prove({ add, claim, done, clock, queue, store }) {
      clock.advance((60_000 - (clock.now() % 60_000)) as never)
      const window = clock.now()
      await add(...tasks(5, { key: 'api' }))
      clock.advance(seconds(20))
      const claimed = await claim(10, minutes(30))
      assert.equal(claimed.length, 3)
      await done(claimed[0]!) // an end gives no claim back
      assert.deepEqual(await claim(10), [])
      assert.equal(await queue.nextDue(), instant(later(window, minutes(1))))
      clock.advance(seconds(40))
      assert.equal((await claim(10)).length, 2)
      assert.equal((await store.read.selectFrom('rates').selectAll().execute()).length, 1)
    },
  },
  {
    name: 'background work beyond the depth is refused whole; interactive work and children never are',
    limits: { depth: 3 },
    async prove({ add, id, claim, done, row, store }) {
      await add(...tasks(2, { key: 'first' }), { name: 'waits', needs: [id('first 0')] })
      await refused(add({ name: 'x' }, { name: 'y' }), 'queue.full')
      const { count } = await store.read
        .selectFrom('tasks')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow()
      assert.equal(count, 3)
      await add({ name: 'third' })
      const [first, ...rest] = await claim()
      await refused(add({ name: 'x' }), 'queue.full') // claimed is open too
      await add({ name: 'someone waits', lane: 'interactive' }, { name: 'child', parent: first!.id })
      assert.equal((await row('child')).state, 'ready')
      for (const task of [first!, ...rest]) await done(task)
      await add({ name: 'x' })
    },
  },
]

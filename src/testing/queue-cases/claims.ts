import assert from 'node:assert/strict'
import { days, later, minutes } from '../../values/time.ts'
import { type QueueCase, usualLease } from '../queue-bench.ts'

/** Who gets which task, and when. */
export const claimCases: readonly QueueCase[] = [
  {
    name: 'a task is claimed once',
    async prove({ add, claim, store, queue, another }) {
      await add({ name: 'a' }, { name: 'b' }, { name: 'c' })
      const second = await another()
      const ask = { owner: 'w2', max: 1, lease: usualLease }
      // One after the other where one thread holds both: a writer that waits for the other's lock would wait for itself.
      const claimed = [await second.store.write((tx) => second.queue.claim(tx, ask))]
      claimed.push(...(await Promise.all([claim(1), store.write((tx) => queue.claim(tx, ask)), claim(1)])))
      const names = claimed.flat().map((task) => task.name)
      assert.deepEqual(names.toSorted(), ['a', 'b', 'c'])
    },
  },
  {
    name: 'a claim says whose it is, under which fence, and is journalled',
    async prove({ add, claim, clock, journal, run, id }) {
      await add({ name: 'a' })
      const [task] = await claim(1)
      assert.deepEqual([task?.fence, task?.attempt, task?.owner, task?.state], [1, 1, 'w1', 'claimed'])
      assert.equal(task?.lease_until, later(clock.now(), usualLease))
      const events = await journal.page({ after: 0, limit: 100, run })
      assert.deepEqual(
        events.map((event) => event.kind),
        ['run.started', 'task.added', 'task.claimed'],
      )
      const { payload, ...event } = events[2]!
      assert.deepEqual([event.task, event.origin, event.subject], [id('a'), 'system', 'idn_company'])
      assert.deepEqual(payload, { fence: 1, attempt: 1, owner: 'w1', leaseUntil: task?.lease_until })
    },
  },
  {
    name: 'interactive work goes first, then priority, then what was due first, then the id',
    async prove({ add, claimNames, clock, id }) {
      const now = clock.now()
      clock.advance(minutes(1))
      const [first, second] = ['tie 1', 'tie 2'].toSorted((a, b) => (id(a) < id(b) ? -1 : 1)) as [string, string]
      await add(
        { name: 'low', priority: -5, dueAt: now },
        { name: 'late', dueAt: later(now, minutes(1)) },
        { name: first, dueAt: later(now, 30 as never) },
        { name: second, dueAt: later(now, 30 as never) },
        { name: 'early', dueAt: now },
        { name: 'high', priority: 9, dueAt: later(now, minutes(1)) },
        { name: 'someone waits', lane: 'interactive', priority: -9, dueAt: later(now, minutes(1)) },
      )
      const order = ['someone waits', 'high', 'early', first, second, 'late', 'low']
      assert.deepEqual(await claimNames(3), order.slice(0, 3))
      assert.deepEqual(await claimNames(), order.slice(3))
    },
  },
  {
    name: 'a delayed task is handed out when it is due, not before',
    async prove({ add, claimNames, clock, queue }) {
      const dueAt = later(clock.now(), days(2))
      await add({ name: 'later', priority: 9, dueAt })
      assert.equal(await queue.nextDue(), dueAt)
      await add({ name: 'now' })
      assert.equal(await queue.nextDue(), clock.now())
      assert.deepEqual(await claimNames(), ['now'])
      clock.advance((days(2) - 1) as never)
      assert.deepEqual(await claimNames(), [])
      clock.advance(1 as never)
      assert.deepEqual(await claimNames(), ['later'])
    },
  },
  {
    name: 'a claim that is rolled back hands the task to the next',
    async prove({ add, claimNames, store, queue }) {
      await add({ name: 'a' })
      const broken = store.write(async (tx) => {
        await queue.claim(tx, { owner: 'w1', max: 1, lease: usualLease })
        throw new Error('broken')
      })
      await assert.rejects(broken, /broken/)
      assert.deepEqual(await claimNames(), ['a'])
    },
  },
  {
    name: 'nothing is claimed of an empty queue, and nothing is due',
    async prove({ claim, queue }) {
      assert.deepEqual(await claim(), [])
      assert.equal(await queue.nextDue(), undefined)
    },
  },
]

import assert from 'node:assert/strict'
import { later, milliseconds, minutes, seconds } from '../../values/time.ts'
import { noOutcome, noWork, type QueueCase, refused, usualLease } from '../queue-bench.ts'

const done = { kind: 'done', outcome: noOutcome, origin: 'system' } as const

/** Leases run out, fences do not come back. */
export const leaseCases: readonly QueueCase[] = [
  {
    name: 'a lease that runs out gives the task to another, whose fence is higher',
    async prove({ add, claim, clock, store, queue, journal, run }) {
      await add({ name: 'a' })
      await claim(1, seconds(10))
      assert.equal(await queue.nextDue(), later(clock.now(), seconds(10)))
      clock.advance(milliseconds(9_999))
      assert.deepEqual(await store.write((tx) => queue.expired(tx, 10)), [])
      clock.advance(milliseconds(1))
      await store.write(async (tx) => {
        for (const lost of await queue.expired(tx, 10)) await queue.lose(tx, lost)
      })
      const [again] = await claim(1, seconds(10), 'w2')
      assert.deepEqual([again?.name, again?.fence, again?.attempt, again?.owner], ['a', 2, 2, 'w2'])
      const lost = await journal.page({ after: 0, limit: 10, run, kind: 'task.lost' })
      assert.deepEqual(lost[0]?.payload, { fence: 1 })
    },
  },
  {
    name: 'a stale fence can neither write, end, lose nor prolong, and leaves no trace',
    async prove({ add, claim, clock, store, queue, journal, run, row }) {
      await add({ name: 'a' })
      const [old] = await claim(1, seconds(10))
      clock.advance(seconds(10))
      await store.write((tx) => queue.lose(tx, old!))
      const ready = await row('a')
      const tryAll = async () => {
        await refused(
          store.write((tx) => queue.assertFence(tx, old!.id, old!.fence)),
          'queue.stale-fence',
        )
        await refused(
          store.write((tx) => queue.finish(tx, old!, done, noWork)),
          'queue.stale-fence',
        )
        await refused(
          store.write((tx) => queue.lose(tx, old!)),
          'queue.stale-fence',
        )
        assert.equal(await store.write((tx) => queue.heartbeat(tx, old!.id, old!.fence, usualLease)), false)
      }
      const before = (await journal.page({ after: 0, limit: 100, run })).length
      await tryAll()
      assert.deepEqual(await row('a'), ready)
      const [current] = await claim(1, seconds(10), 'w2')
      await tryAll()
      assert.deepEqual({ ...(await row('a')) }, { ...current })
      assert.equal((await journal.page({ after: 0, limit: 100, run })).length, before + 1)
      await store.write((tx) => queue.assertFence(tx, current!.id, current!.fence))
    },
  },
  {
    name: 'a heartbeat prolongs the lease',
    async prove({ add, claim, clock, store, queue, row }) {
      await add({ name: 'a' })
      const [task] = await claim(1, seconds(10))
      clock.advance(seconds(8))
      assert.equal(await store.write((tx) => queue.heartbeat(tx, task!.id, task!.fence, seconds(10))), true)
      clock.advance(seconds(8))
      assert.deepEqual(await store.write((tx) => queue.expired(tx, 10)), [])
      assert.equal((await row('a')).lease_until, later(clock.now(), seconds(2)))
    },
  },
  {
    name: 'an attempt that was not overtaken may end after its lease',
    async prove({ add, claim, clock, done: finish, row }) {
      await add({ name: 'a' })
      const [task] = await claim(1, seconds(10))
      clock.advance(minutes(10))
      await finish(task!)
      assert.equal((await row('a')).state, 'done')
    },
  },
  {
    name: 'what expired is given oldest first, and no more than asked for',
    async prove({ add, claim, clock, store, queue }) {
      await add({ name: 'a' }, { name: 'b' }, { name: 'c' })
      const [one] = await claim(1, seconds(30))
      const [two] = await claim(1, seconds(10))
      await claim(1, seconds(20))
      clock.advance(minutes(1))
      const expired = await store.write((tx) => queue.expired(tx, 2))
      assert.equal(expired.length, 2)
      assert.equal(expired[0]?.name, two?.name)
      assert.ok(!expired.some((task) => task.name === one?.name))
    },
  },
]

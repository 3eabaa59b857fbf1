import assert from 'node:assert/strict'
import { fault } from '../../values/fault.ts'
import { noWork, type QueueCase, usualLease } from '../queue-bench.ts'

/** Who is told, and when. */
export const wakeCases: readonly QueueCase[] = [
  {
    name: 'a COMMIT that makes work ready wakes this process and the others',
    async prove({ add, another }) {
      const second = await another()
      const woken = heard(second.queue)
      await add({ name: 'a' })
      await woken
      const claimed = await second.store.write((tx) =>
        second.queue.claim(tx, { owner: 'w2', max: 1, lease: usualLease }),
      )
      assert.equal(claimed.length, 1)
    },
  },
  {
    name: 'each way to make work ready wakes, and so does an end that leaves a place to the next of its key',
    limits: { keys: { mail: { concurrency: 1 } } },
    async prove({ add, claim, done, id, store, queue, run }) {
      const wakes = async (work: () => Promise<unknown>) => {
        const woken = heard(queue)
        await work()
        await woken
      }
      await wakes(() => add({ name: 'a' }, { name: 'b', needs: [id('a')] }))
      const [a] = await claim(1)
      await wakes(() => done(a!))
      const [b] = await claim(1)
      await wakes(() => store.write((tx) => queue.lose(tx, b!)))
      const [again] = await claim(1)
      const retried = { kind: 'retried', fault: fault('task.cancelled', { task: 'b' }), dueAt: again!.due_at } as const
      await wakes(() => store.write((tx) => queue.finish(tx, again!, retried, noWork)))
      const [last] = await claim(1)
      const failed = { kind: 'failed', fault: retried.fault } as const
      await store.write((tx) => queue.finish(tx, last!, failed, noWork))
      await wakes(() => store.write((tx) => queue.revive(tx, id('b'))))
      await claim(1)
      await add({ name: 'mail', key: 'mail' })
      const [mail] = await claim(1)
      await wakes(() => done(mail!))
      await wakes(() => store.write((tx) => queue.cancel(tx, run, 'enough')))
    },
  },
  {
    name: 'a roll-back wakes nobody, and neither does a listener that left',
    async prove({ add, store, queue, run, id }) {
      let wakes = 0
      const leave = queue.onWake(() => {
        wakes += 1
      })
      const task = { id: id('a'), run, name: 'a', plan: 'plan', node: 'n', kind: 'function', needs: [] } as const
      const rest = { subject: 'idn_company' as never, lane: 'background', priority: 0, dueAt: 0 as never } as const
      const broken = store.write(async (tx) => {
        await queue.add(tx, [{ ...task, ...rest }])
        throw new Error('broken')
      })
      await assert.rejects(broken, /broken/)
      await store.write(async () => {})
      assert.equal(wakes, 0)
      leave()
      await add({ name: 'a' })
      assert.equal(wakes, 0)
    },
  },
]

function heard(queue: { onWake(listener: () => void): () => void }): Promise<void> {
  return new Promise((resolve) => {
    const leave = queue.onWake(() => {
      leave()
      resolve()
    })
  })
}

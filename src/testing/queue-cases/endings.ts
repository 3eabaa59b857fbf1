import assert from 'node:assert/strict'
import type { Ending } from '../../queue/queue.ts'
import { fault } from '../../values/fault.ts'
import { derivedId, type GateId } from '../../values/id.ts'
import { later, milliseconds, minutes } from '../../values/time.ts'
import { type QueueCase, refused, type Scene } from '../queue-bench.ts'

const busy = fault('adapter.busy', { adapter: 'mail', why: 'rate limit' })
const gate: GateId = derivedId('gat', 'suite')

/** How an attempt ends, and how ended work begins again. */
export const endingCases: readonly QueueCase[] = [
  {
    name: 'a done task points to the event that carries its output',
    async prove({ add, claim, store, queue, journal, row }) {
      await add({ name: 'a' })
      const [task] = await claim(1)
      const outcome = { output: { text: 'hi' }, cost: 7, confidence: 0.5, sources: [1] } as never
      const seq = await store.write((tx) =>
        queue.finish(tx, task!, { kind: 'done', outcome, origin: 'external' }, milliseconds(12)),
      )
      const after = await row('a')
      assert.deepEqual([after.state, after.outcome_seq, after.worked_ms], ['done', seq, 12])
      const [event] = await journal.at([seq])
      assert.equal(event?.origin, 'external')
      assert.deepEqual(event?.payload, { ...(outcome as object), fence: 1, worked: 12 })
    },
  },
  {
    name: 'a retry uses up an attempt, a postponement does not',
    async prove(scene) {
      const dueAt = later(scene.clock.now(), minutes(1))
      await scene.add({ name: 'a' })
      await end(scene, { kind: 'retried', fault: busy, dueAt })
      assert.deepEqual(await scene.claimNames(), [])
      scene.clock.advance(minutes(1))
      await end(scene, { kind: 'postponed', fault: busy, dueAt })
      const [task] = await scene.claim(1)
      assert.deepEqual([task?.attempt, task?.fence, task?.worked_ms], [2, 3, 20])
    },
  },
  {
    name: 'a failed task is kept, and revived with all its attempts',
    async prove(scene) {
      const { add, row, store, queue, id, claim, journal } = scene
      await add({ name: 'a' }, { name: 'b', needs: [id('a')] })
      await end(scene, { kind: 'failed', fault: busy })
      const failed = await row('a')
      assert.equal(failed.state, 'failed')
      const [event] = await journal.at([failed.outcome_seq!])
      assert.equal(event?.kind, 'task.failed')
      assert.equal((await row('b')).state, 'waiting')
      await store.write((tx) => queue.revive(tx, id('a')))
      const [again] = await claim(1)
      assert.deepEqual([again?.attempt, again?.fence, again?.round, again?.outcome_seq], [1, 2, 1, null])
      await refused(
        store.write((tx) => queue.revive(tx, id('a'))),
        'task.not-possible',
      )
    },
  },
  {
    name: 'a held task waits for its gate, and for no other',
    async prove(scene) {
      const { add, row, store, queue, id, claim, claimNames } = scene
      await add({ name: 'a' })
      await openGate(scene, 'a')
      await end(scene, { kind: 'held', gate })
      assert.deepEqual([(await row('a')).gate_id, await claimNames()], [gate, []])
      const other = derivedId('gat', 'other')
      await refused(
        store.write((tx) => queue.resume(tx, id('a'), other)),
        'task.not-possible',
      )
      await store.write((tx) => queue.resume(tx, id('a'), gate))
      const [task] = await claim(1)
      assert.deepEqual([task?.attempt, task?.fence, task?.gate_id], [1, 2, null])
    },
  },
  {
    name: 'work that is sent back is done again, and its gate waits for it',
    async prove(scene) {
      const { add, row, store, queue, id, claim, done, journal } = scene
      await add(
        { name: 'draft' },
        { name: 'edit', kind: 'gate', needs: [id('draft')] },
        { name: 'send', needs: [id('edit'), id('draft')] },
      )
      await done((await claim(1))[0]!)
      await openGate(scene, 'edit')
      await end(scene, { kind: 'held', gate })
      const first = await row('draft')
      await store.write((tx) => queue.sendBack(tx, id('edit'), id('draft'), gate, 'shorter'))
      assert.deepEqual([(await row('edit')).state, (await row('edit')).pending], ['waiting', 1])
      const [draft, ...others] = await claim()
      assert.deepEqual([draft?.name, draft?.round, draft?.attempt, others.length], ['draft', 2, 1, 0])
      assert.equal(draft?.outcome_seq, first.outcome_seq) // the first version stays readable
      await done(draft!)
      // What also needs the draft still waits for the gate.
      const [edit, ...rest] = await claim()
      assert.deepEqual([edit?.name, edit?.round, rest.length], ['edit', 2, 0])
      await done(edit!)
      assert.deepEqual(await scene.claimNames(), ['send'])
      const [event] = await journal.page({ after: 0, limit: 5, kind: 'task.reworked' })
      assert.deepEqual(
        [event?.origin, event?.payload],
        ['operator', { dueAt: scene.clock.now(), gate, comment: 'shorter' }],
      )
    },
  },
  {
    name: 'only done work is sent back, and only from the gate that holds',
    async prove(scene) {
      const { add, store, queue, id, row } = scene
      await add({ name: 'draft' }, { name: 'edit', needs: [id('draft')] })
      const before = [await row('draft'), await row('edit')]
      const back = () => store.write((tx) => queue.sendBack(tx, id('edit'), id('draft'), gate, 'no'))
      await refused(back(), 'task.not-possible')
      await scene.done((await scene.claim(1))[0]!)
      await refused(back(), 'task.not-possible')
      assert.equal((await row('draft')).state, 'done')
      assert.equal(before[1]?.state, 'waiting')
      await refused(
        store.write((tx) => queue.revive(tx, id('nobody'))),
        'input.unknown',
      )
    },
  },
  {
    name: 'cancelling a run ends all that has not ended, and its attempts can write no more',
    async prove(scene) {
      const { add, store, queue, id, run, row, claim, done } = scene
      await add({ name: 'done' })
      await done((await claim(1))[0]!)
      await add({ name: 'claimed' })
      const [claimed] = await claim(1)
      await add({ name: 'ready' }, { name: 'waiting', needs: [id('ready')] })
      assert.deepEqual(await store.write((tx) => queue.cancel(tx, run, 'enough')), [id('claimed')])
      const states = await Promise.all(
        ['done', 'claimed', 'ready', 'waiting'].map(async (name) => (await row(name)).state),
      )
      assert.deepEqual(states, ['done', 'cancelled', 'cancelled', 'cancelled'])
      await refused(done(claimed!), 'queue.stale-fence')
      assert.deepEqual(await store.write((tx) => queue.cancel(tx, run, 'again')), [])
    },
  },
]

/** Claims the one ready task and ends it after 10 ms of work. */
async function end({ claim, store, queue }: Scene, ending: Ending): Promise<void> {
  const [task] = await claim(1)
  assert.ok(task)
  await store.write((tx) => queue.finish(tx, task, ending, milliseconds(10)))
}

/** The gate's own row, as the gate's folder writes it. */
async function openGate({ store, run, id, clock }: Scene, name: string): Promise<void> {
  const now = clock.now()
  const what = { id: gate, run_id: run, task_id: id(name), kind: 'confirm', reason: 'review', state: 'open' } as const
  const who = { subject: 'idn_company' as never, binding: 'b', audience_id: null, max_recipients: null } as const
  const when = { opened_seq: 1, opened_at: now, due_at: null, otherwise: 'wait', origin: 'system' } as const
  await store.write((tx) =>
    tx.db
      .insertInto('gates')
      .values({ ...what, ...who, ...when })
      .execute(),
  )
}

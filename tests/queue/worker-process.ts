import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '../../src/store/clock.ts'
import { noOutcome } from '../../src/testing/queue-bench.ts'
import { faultIn } from '../../src/values/fault.ts'
import { milliseconds } from '../../src/values/time.ts'
import { openParts } from './sqlite-bench.ts'

// A process of its own that claims tasks of a company's store and performs them: it writes each name down in its own file.
// Its parent says when to end, and may stop it with SIGSTOP between a claim and its end.

const [folder, owner, leaseMs, mode] = process.argv.slice(2) as [string, string, string, 'race' | 'hold']
const lease = milliseconds(Number(leaseMs))
const performed = join(folder, `performed-${owner}`)
const done = { kind: 'done', outcome: noOutcome, origin: 'system' } as const
const { store, queue, close } = await openParts(folder, Buffer.alloc(32, 7), systemClock(), { depth: 20_000, keys: {} })

const orphaned = () => process.exit(1)
process.on('disconnect', orphaned)
if (mode === 'race') await race()
else await hold()
await close()
process.off('disconnect', orphaned)
process.disconnect?.()

/** Claims and performs, batch by batch; after each it waits to be told to go on. */
async function race(): Promise<void> {
  let woken = Promise.withResolvers<void>()
  let told = Promise.withResolvers<void>()
  let stopped = false
  queue.onWake(() => woken.resolve())
  process.on('message', (message) => {
    stopped = message === 'stop'
    told.resolve()
    if (stopped) woken.resolve()
  })
  process.send?.({ finished: 0 })
  await told.promise
  while (!stopped) {
    woken = Promise.withResolvers<void>()
    const tasks = await store.write((tx) => queue.claim(tx, { owner, max: 25, lease }))
    if (tasks.length === 0) {
      await woken.promise
      continue
    }
    appendFileSync(performed, tasks.map((task) => `${task.name}\n`).join(''))
    await Promise.all(tasks.map((task) => store.write((tx) => queue.finish(tx, task, done, milliseconds(1)))))
    told = Promise.withResolvers<void>()
    process.send?.({ finished: tasks.length })
    await told.promise
  }
}

async function hold(): Promise<void> {
  const [task] = await store.write((tx) => queue.claim(tx, { owner, max: 1, lease }))
  if (!task) throw new TypeError('there was nothing to claim')
  const asked = new Promise((resolve) => process.once('message', resolve))
  process.send?.({ fence: task.fence, leaseUntil: task.lease_until })
  await asked
  const refusal = await store
    .write((tx) => queue.finish(tx, task, done, milliseconds(1)))
    .then(() => undefined, faultIn)
  const alive = await store.write((tx) => queue.heartbeat(tx, task.id, task.fence, lease))
  process.send?.({ code: refusal?.code ?? 'accepted', alive })
}

import { once } from 'node:events'
import type { Scope } from '../../src/budget/budget.ts'
import { suiteSpender } from '../../src/testing/budget-suite.ts'
import { derivedId } from '../../src/values/id.ts'
import { microUsd } from '../../src/values/money.ts'
import { openParts } from './sqlite-bench.ts'

// A process of its own that spends a company's money: its share of the jobs, eight at once. After a fifth of them it says so, and goes on
// when it is told. Asked to `hang`, it leaves one reservation held and one sent by then, and works on until it is killed. Started again,
// it first settles what its predecessor left.

const [folder, slot, slots, jobs, dearest, hang] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  string,
  string,
]
const step = `slot ${slot}`
const scopes: readonly Scope[] = ['company', 'workflow:race'].map((scope) => ({ scope, period: 'life' }))
const { store, budget, close } = await openParts(folder)

const orphaned = () => process.exit(1)
process.on('disconnect', orphaned)
await settlePredecessor()
const todo = await unfinished()
const first = Math.floor(todo.length / 5)
await inLanes(todo.slice(0, first))
const open = hang === 'hang' ? await leaveOpen() : { held: false, sent: false }
const told = once(process, 'message')
process.send?.(open)
await told
await inLanes(todo.slice(first))
if (hang !== 'hang') {
  await close()
  process.off('disconnect', orphaned)
  process.disconnect?.()
}

async function leaveOpen() {
  const [held, sent] = [await reserve(-1), await reserve(-2)]
  if (held && sent) await store.write((tx) => budget.send(tx, sent.id))
  return { held: Boolean(held), sent: Boolean(sent) }
}

async function settlePredecessor(): Promise<void> {
  const left = await store.read
    .selectFrom('reservations')
    .select('task_id')
    .distinct()
    .where('step', '=', step)
    .where('state', 'in', ['held', 'sent'])
    .execute()
  for (const { task_id } of left) await store.write((tx) => budget.settleDead(tx, task_id))
}

async function unfinished(): Promise<number[]> {
  const ended = await store.read
    .selectFrom('reservations')
    .select('task_id')
    .where('step', '=', step)
    .where('state', 'in', ['settled', 'unconfirmed'])
    .execute()
  const done = new Set(ended.map((row) => row.task_id))
  const mine = Array.from({ length: Number(jobs) }, (_, job) => job).filter(
    (job) => job % Number(slots) === Number(slot),
  )
  return mine.filter((job) => !done.has(derivedId('tsk', job)))
}

async function inLanes(share: readonly number[]): Promise<void> {
  const queue = [...share]
  const lane = async () => {
    for (let job = queue.shift(); job !== undefined; job = queue.shift()) await spend(job)
  }
  await Promise.all(Array.from({ length: 8 }, lane))
}

async function spend(job: number): Promise<void> {
  const reserved = await reserve(job)
  if (!reserved) return
  const { id, worst } = reserved
  if (job % 11 === 0) return store.write((tx) => budget.release(tx, id))
  await store.write((tx) => budget.send(tx, id))
  // What it costs: the worst case, just below it, half of it, nothing.
  const actual = [worst, worst - 1, Math.floor(worst / 2), 0][job % 4] ?? 0
  await store.write((tx) => budget.settle(tx, id, microUsd(actual)))
}

/** Asks for what hurts most: just what is left, a little more or less, or anything up to the dearest job. */
async function reserve(job: number) {
  const { limit, spent, reserved } = await budget.spentOn(scopes[0]!)
  const left = (limit ?? 0) - spent - reserved
  const near = left + (Math.abs(job) % 3) - 1
  const any = 1 + ((Math.abs(job) * 7919) % Number(dearest))
  const worst = job < 0 ? 1 : Math.max(1, Math.min(Number(dearest), job % 2 === 0 ? near : any))
  const spender = { ...suiteSpender, step, task: derivedId('tsk', job) }
  const got = await store.write((tx) => budget.reserve(tx, spender, scopes, microUsd(worst)))
  return got.ok ? { id: got.reservation, worst } : undefined
}

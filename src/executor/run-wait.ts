import type { PlannedTask } from '../planner/plan.ts'
import type { Receivable } from '../planner/receive.ts'
import type { Tx } from '../store/store.ts'
import type { Row } from '../store/tables.ts'
import { fault } from '../values/fault.ts'
import type { ReceiptId } from '../values/id.ts'
import type { Json } from '../values/json.ts'
import { microUsd } from '../values/money.ts'
import { parse } from '../values/schema.ts'
import { formatDuration, isoInstant, later } from '../values/time.ts'
import type { Attempt } from './attempt.ts'
import type { AttemptEnd } from './ending.ts'
import { staleInput } from './stale.ts'
import type { Inputs } from './values.ts'
import { endWait, openWait, readWait, takeKept } from './wait.ts'

export type WaitNode = Extract<PlannedTask, { kind: 'wait' }>
type End = Exclude<AttemptEnd, { kind: 'decided' }>

/**
 * A task that waits for something from outside. It waits as a ready task that is due when its time is up; what comes in calls it.
 * Whether anything came is read in the transaction that ends the attempt, so that nothing slips in between.
 */
export async function runWait(
  attempt: Attempt,
  what: Receivable<unknown>,
  node: WaitNode,
  inputs: Inputs,
): Promise<AttemptEnd> {
  const given = parse(what.input, inputs.value)
  if (!given.ok) return staleInput(attempt, what.name, given.why)
  const { match } = given.value
  return { kind: 'decided', decide: (tx) => decide(tx, attempt, { what, node, match, sources: inputs.sources }) }
}

interface Asked {
  readonly what: Receivable<unknown>
  readonly node: WaitNode
  readonly match: string
  readonly sources: readonly number[]
}

async function decide(tx: Tx, attempt: Attempt, asked: Asked): Promise<End> {
  const { kernel, task } = attempt
  const wait = await beginOrGoOn(tx, attempt, asked)
  const receipt = wait.receipt_id ?? (await takeKept(tx, kernel, wait))
  if (receipt !== undefined) return received(tx, attempt, asked, receipt)
  if (kernel.clock.now() >= wait.due_at) return nothingCame(tx, attempt, asked)
  const until = wait.due_at
  const about = { task: task.name, what: wait.name, at: isoInstant(until) }
  return { kind: 'postponed', until, fault: fault('wait.open', about) }
}

/** A wait that was over goes on when the operator retries its task. */
async function beginOrGoOn(tx: Tx, { kernel, task }: Attempt, { what, node, match }: Asked): Promise<Row<'waits'>> {
  const wait = await readWait(tx, task)
  if (wait && wait.state !== 'over') return wait
  return openWait(tx, kernel, task, { name: what.name, match, dueAt: later(kernel.clock.now(), node.within) })
}

async function received(tx: Tx, { kernel }: Attempt, { what, sources }: Asked, id: ReceiptId): Promise<End> {
  const { outcome_seq } = await tx.db
    .selectFrom('receipts')
    .select('outcome_seq')
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  const [event] = await kernel.journal.at([outcome_seq], tx)
  if (event?.kind !== 'webhook.kept') throw new TypeError(`${id} holds no data`)
  if (event.payload === null) return { kind: 'fault', fault: fault('vault.forgotten', { identity: event.subject }) }
  // Its form was checked when it came in; the author may have changed it since.
  const data = parse(what.output, event.payload.data)
  if (!data.ok) return { kind: 'fault', fault: fault('wait.misfit', { what: what.name, why: data.why }) }
  const outcome = {
    output: data.value as Json,
    cost: microUsd(0),
    madeBy: { doer: what.name },
    sources: [...sources, outcome_seq],
  }
  return { kind: 'done', outcome, origin: 'external' }
}

async function nothingCame(tx: Tx, { kernel, task }: Attempt, { what, node, sources }: Asked): Promise<End> {
  await endWait(tx, kernel, task)
  if (node.otherwise === 'nothing') {
    // That nothing came was for someone outside to choose, too.
    const outcome = { output: null, cost: microUsd(0), madeBy: { doer: what.name }, sources }
    return { kind: 'done', outcome, origin: 'external' }
  }
  const about = { task: task.name, what: what.name, within: formatDuration(node.within), id: task.id }
  return { kind: 'fault', fault: fault('wait.over', about) }
}

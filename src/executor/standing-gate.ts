import { sql } from 'kysely'
import type { GateState } from '../gate/gate.ts'
import { compiled } from '../store/compiled.ts'
import type { Tx } from '../store/store.ts'
import { derivedId, type GateId, type RunId, type TaskId } from '../values/id.ts'
import type { Attempt } from './attempt.ts'

/** The gate at which a question stands, and its state; `undefined` where it is still to be opened. */
export interface Standing {
  readonly gate: GateId
  readonly state: GateState | undefined
}

/**
 * A question is put again when the operator retries a task that failed at its gate: an answer from before the retry is passed
 * over, and the next gate of the same question has an id of its own. `first` names the question. What `lasts` beyond a retry: an
 * approval, or nothing, where approving alone does not remove the cause.
 */
export async function standingGate(
  tx: Tx,
  attempt: Attempt,
  first: GateId,
  lasts: 'approval' | 'nothing' = 'approval',
): Promise<Standing> {
  const { id: task, run_id: run } = attempt.task
  for await (const { gate, state, decided } of askedSoFar(tx, first)) {
    if (decided === null) return { gate, state }
    if (lasts === 'approval' && (state === 'approved' || state === 'edited')) return { gate, state }
    if (!(await begunAnew.first(tx.db, { run, task, after: decided }))) return { gate, state }
  }
  throw new TypeError(`${first} has no end`)
}

/** The gate at which the same is asked for an audience that has grown since the yes at this one. */
export function grownGate(gate: GateId): GateId {
  return derivedId('gat', gate, 'more')
}

/** True when this gate asked the question that `first` names, then or at a later time, or for more people. */
export async function isOfQuestion(tx: Tx, first: GateId, asked: GateId): Promise<boolean> {
  if (asked === first) return true
  for await (const { gate, state } of askedSoFar(tx, first)) {
    if (gate === asked) return true
    if (state === undefined) return false
    if (await isOfQuestion(tx, grownGate(gate), asked)) return true
  }
  return false
}

/** The gates of a question in the order of their asking; the last is still to be opened. */
async function* askedSoFar(
  tx: Tx,
  first: GateId,
): AsyncGenerator<Standing & { readonly decided: number | null }, undefined> {
  for (let gate = first; ; gate = derivedId('gat', gate, 'again')) {
    const row = await gateBy.first(tx.db, { gate })
    yield { gate, state: row?.state, decided: row?.decided ?? null }
    if (!row) return undefined
  }
}

const gateBy = compiled((db, given: { gate: GateId }) =>
  db
    .selectFrom('gates')
    .leftJoin('decisions', 'decisions.gate_id', 'gates.id')
    .select(['gates.state', 'decisions.seq as decided'])
    .where('gates.id', '=', given.gate),
)
const begunAnew = compiled((db, given: { run: RunId; task: TaskId; after: number }) =>
  db
    .selectFrom('events')
    .select('seq')
    .where('run_id', '=', given.run)
    .where('seq', '>', given.after)
    .where('task_id', '=', given.task)
    .where(
      'kind',
      'in',
      ['task.revived', 'task.restarted'].map((kind) => sql.lit(kind)),
    )
    .limit(sql.lit(1)),
)

import type { Verdict } from '../gate/gate.ts'
import { roleOf } from '../planner/role.ts'
import type { Tx } from '../store/store.ts'
import type { Row } from '../store/tables.ts'
import type { Card } from '../telemetry/card.ts'
import { refuse } from '../values/fault.ts'
import type { GateId } from '../values/id.ts'
import type { Json } from '../values/json.ts'
import { microUsd } from '../values/money.ts'
import { parse, type Schema, schemaFrom } from '../values/schema.ts'
import { type Answered, countDecisions } from './desk-time.ts'
import { editSize } from './edit-size.ts'
import type { Kernel } from './kernel.ts'
import { judgesWork, noteConfidence } from './note-confidence.ts'
import { observeDecision } from './observe.ts'
import { producerOf } from './producer.ts'
import { settleRun } from './settle-run.ts'

/**
 * Answers a gate and sets going what follows from it, in one transaction: the held task becomes ready, or the work is sent back
 * to whoever made it. Any decision resumes the run. Faults: `input.unknown`, `gate.decided`, `gate.cannot-edit`.
 */
export async function decide(kernel: Kernel, gate: GateId, verdict: Verdict): Promise<void> {
  await kernel.store.write(async (tx) => {
    const row = await decideIn(tx, kernel, gate, verdict)
    await countDecisions(tx, kernel, [await answered(kernel, row, verdict)])
  })
}

/** Answers several gates of the kind `batch` alike in one transaction, all or none. Faults: those of `Gates.decideBatch`. */
export async function decideBatch(kernel: Kernel, gates: readonly GateId[], verdict: Verdict): Promise<void> {
  await kernel.store.write(async (tx) => {
    const rows = await kernel.gates.decideBatch(tx, gates, verdict)
    await countDecisions(
      tx,
      kernel,
      rows.map((gate) => ({ gate, verdict: verdict.verdict })),
    )
    for (const gate of rows) await follow(tx, kernel, gate, verdict)
  })
}

/** The same within a transaction, for what answers by itself: none of the operator's time is counted. Gives the gate as it was. */
export async function decideIn(tx: Tx, kernel: Kernel, id: GateId, verdict: Verdict): Promise<Row<'gates'>> {
  if (verdict.verdict === 'edited') await refuseMisfit(tx, kernel, id, verdict.content)
  const gate = await kernel.gates.decide(tx, id, verdict)
  await follow(tx, kernel, gate, verdict)
  return gate
}

async function answered(kernel: Kernel, gate: Row<'gates'>, verdict: Verdict): Promise<Answered> {
  if (verdict.verdict !== 'edited') return { gate, verdict: verdict.verdict }
  const shown = (await readCard(kernel, gate))?.content
  return { gate, verdict: 'edited', edit: shown === undefined ? undefined : editSize(shown, verdict.content) }
}

/** What an answer sets going: more money, the tasks that are held at the gate, and so the run. */
async function follow(tx: Tx, kernel: Kernel, gate: Row<'gates'>, verdict: Verdict): Promise<void> {
  if (judgesWork(gate)) await noteConfidence(tx, gate, verdict, await readCard(kernel, gate))
  if (gate.reason === 'budget' && verdict.verdict === 'approved') await raiseLimit(tx, kernel, gate)
  // A doubt of a task that is held on another doubt waits for its turn: the task will look when it resumes.
  for await (const task of heldAt(tx, gate.id)) {
    await observeDecision(tx, kernel, task, gate, verdict)
    const producer =
      verdict.verdict === 'returned' && gate.reason === 'review' ? await producerOf(tx, kernel, task) : undefined
    if (producer && verdict.verdict === 'returned')
      await kernel.queue.sendBack(tx, task.id, producer, gate.id, verdict.comment)
    else await kernel.queue.resume(tx, task.id, gate.id)
  }
  await settleRun(tx, kernel, gate.run_id)
}

// As many rows of tasks as are held in memory at once.
const page = 500

/** The tasks that wait for this gate: its own, and those of its run that ask the same. Each is let go before the next is read. */
async function* heldAt(tx: Tx, gate: GateId): AsyncGenerator<Row<'tasks'>, void> {
  for (;;) {
    const rows = await tx.db.selectFrom('tasks').selectAll().where('gate_id', '=', gate).limit(page).execute()
    yield* rows
    if (rows.length < page) return
  }
}

/** An edit has the form of what it replaces: the work of a doer, or the input of an action. */
async function refuseMisfit(tx: Tx, kernel: Kernel, id: GateId, content: Json): Promise<void> {
  const gate = await tx.db
    .selectFrom('gates')
    .selectAll()
    .where('id', '=', id)
    .where('state', '=', 'open')
    .executeTakeFirst()
  const schema = gate && (await schemaOf(tx, kernel, gate))
  const parsed = schema && parse(schema, content)
  if (parsed?.ok === false) refuse('gate.cannot-edit', { gate: id, why: `the edit does not fit: ${parsed.why}` })
}

async function schemaOf(tx: Tx, kernel: Kernel, gate: Row<'gates'>): Promise<Schema<unknown> | undefined> {
  if (gate.reason === 'policy') {
    const action = (await readCard(kernel, gate))?.actions[0]
    return action === undefined ? undefined : kernel.doers.get(action)?.input
  }
  const task = await tx.db.selectFrom('tasks').selectAll().where('id', '=', gate.task_id).executeTakeFirstOrThrow()
  if (task.kind !== 'gate') return undefined
  const place = await kernel.placeOf(task)
  const wire = place.node.inputs.subject
  if (!wire || !('from' in wire) || wire.path.length > 0) return undefined
  const made = place.scopes.flatMap((scope) => scope.tasks).find((node) => node.name === wire.from)
  if (!made || !('doer' in made)) return undefined
  const role = roleOf(made)
  return role === undefined ? kernel.doers.get(made.doer)?.output : schemaFrom(role.output)
}

async function raiseLimit(tx: Tx, kernel: Kernel, gate: Row<'gates'>): Promise<void> {
  const more = (await readCard(kernel, gate))?.more
  if (!more) return
  const [scope = '', period = ''] = more.scope.split(' ')
  const row = await tx.db
    .selectFrom('budgets')
    .select('limit_usd')
    .where('scope', '=', scope)
    .where('period', '=', period)
    .executeTakeFirst()
  if (row?.limit_usd == null) return
  await kernel.budget.setLimit(tx, { scope, period }, microUsd(row.limit_usd + more.needed))
}

async function readCard(kernel: Kernel, gate: Row<'gates'>): Promise<Card | undefined> {
  const [event] = await kernel.journal.at([gate.opened_seq])
  return event?.kind === 'gate.opened' ? event.payload?.card : undefined
}

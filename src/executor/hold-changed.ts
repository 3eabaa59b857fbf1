import type { AnyAction } from '../adapters/port.ts'
import type { Tx } from '../store/store.ts'
import type { ChangedSource } from '../telemetry/card.ts'
import { type Fault, fault } from '../values/fault.ts'
import { derivedId, type GateId } from '../values/id.ts'
import { contentHash, type Json } from '../values/json.ts'
import type { Attempt } from './attempt.ts'
import { costSoFar } from './card.ts'
import { changesSince, sayChange } from './changes.ts'
import { readComment } from './decision.ts'
import type { AttemptEnd } from './ending.ts'

/**
 * Asks before something goes out to an audience for good, when what it was made of is no longer what the run read: a document that
 * was corrected meanwhile may mean that the issue is wrong. What the approved card already said is not asked again. Each set of
 * changes is asked once; a yes lets it go as it is.
 */
export async function holdOnChange(attempt: Attempt, action: AnyAction): Promise<AttemptEnd | undefined> {
  if (action.effect !== 'irreversible' || action.audience === undefined || (await hasBegun(attempt))) return undefined
  const { kernel, task, run } = attempt
  const found = await changesSince(kernel, run.id)
  if (found.length === 0) return undefined
  const told = await toldAlready(attempt, action)
  const fresh = found.filter((change) => !told.has(stateOf(change)))
  if (fresh.length === 0) return undefined
  const gate = derivedId('gat', task.id, 'sources', contentHash(fresh.map(stateOf).sort()))
  const state = await kernel.store.write((tx) => kernel.gates.stateOf(tx, gate))
  switch (state) {
    case 'approved':
    case 'edited':
      return undefined
    case 'rejected':
    case 'returned': {
      const reason = await kernel.store.write((tx) => readComment(tx, kernel, gate))
      return { kind: 'fault', fault: fault('gate.rejected', { task: task.name, reason }) }
    }
    case 'expired':
      return { kind: 'fault', fault: fault('gate.expired', { task: task.name }) }
    case 'open':
      return { kind: 'held', gate }
    case undefined: {
      const why = fault('source.changed', { what: fresh.map(sayChange).join(', ') })
      return { kind: 'held', gate, also: (tx) => openGate(tx, attempt, { gate, why, fresh, action }) }
    }
    default:
      return state satisfies never
  }
}

const stateOf = ({ pointer, what, hash }: ChangedSource): string => `${pointer} ${what} ${hash ?? ''}`

/** Once the first part of it is out, stopping it in the middle helps nobody. */
async function hasBegun({ kernel, task, steps }: Attempt): Promise<boolean> {
  if (steps.has('cleared')) return true
  if (task.fence === 1) return false
  const row = await kernel.store.read
    .selectFrom('effects')
    .select('key')
    .where('task_id', '=', task.id)
    .where('state', '<>', 'refused')
    .executeTakeFirst()
  return row !== undefined
}

/** What stood on the cards that the operator approved for this. */
async function toldAlready({ kernel, run }: Attempt, action: AnyAction): Promise<Set<string>> {
  const approved = await kernel.store.write((tx) => kernel.gates.approvals(tx, run.id, action.name))
  const ids = approved.map(({ gate }) => gate)
  if (ids.length === 0) return new Set()
  const rows = await kernel.store.read.selectFrom('gates').select('opened_seq').where('id', 'in', ids).execute()
  const events = await kernel.journal.at(rows.map((row) => row.opened_seq))
  const cards = events.flatMap((event) => (event.kind === 'gate.opened' && event.payload ? [event.payload.card] : []))
  return new Set(cards.flatMap((card) => (card.changed ?? []).map(stateOf)))
}

async function openGate(
  tx: Tx,
  { kernel, run, task }: Attempt,
  asked: {
    readonly gate: GateId
    readonly why: Fault
    readonly fresh: readonly ChangedSource[]
    readonly action: AnyAction
  },
): Promise<void> {
  const { gate, why, fresh, action } = asked
  await kernel.gates.open(tx, {
    id: gate,
    run: run.id,
    task: task.id,
    subject: task.subject,
    origin: 'system',
    covers: [],
    card: {
      ask: `${why.message} Shall it go out all the same?`,
      reason: 'stale',
      kind: 'confirm',
      content: fresh.map(sayChange) as Json,
      actions: [action.name],
      sources: [],
      changed: fresh,
      costSoFar: await costSoFar(tx, run.id),
      dueAt: null,
      otherwise: 'wait',
      fault: why,
    },
  })
}

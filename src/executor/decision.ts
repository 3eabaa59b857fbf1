import type { Tx } from '../store/store.ts'
import type { Events } from '../telemetry/event.ts'
import { refuse } from '../values/fault.ts'
import type { GateId } from '../values/id.ts'
import type { Json } from '../values/json.ts'
import type { Kernel } from './kernel.ts'

/** The content that the operator approved at a gate, after edits. Fault: `vault.forgotten`. */
export async function readApproved(tx: Tx, kernel: Kernel, gate: GateId): Promise<Json> {
  return (await readDecision(tx, kernel, gate)).content
}

/** What the operator said with a rejection or a return. */
export async function readComment(tx: Tx, kernel: Kernel, gate: GateId): Promise<string> {
  return (await readDecision(tx, kernel, gate)).comment ?? ''
}

async function readDecision(tx: Tx, kernel: Kernel, gate: GateId): Promise<Events['gate.decided']> {
  const row = await tx.db.selectFrom('decisions').select('seq').where('gate_id', '=', gate).executeTakeFirstOrThrow()
  const [event] = await kernel.journal.at([row.seq], tx)
  if (event?.kind !== 'gate.decided') throw new TypeError(`${gate} has no decision`)
  return event.payload ?? refuse('vault.forgotten', { identity: event.subject })
}

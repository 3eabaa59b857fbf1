import type { Kernel } from '../../executor/kernel.ts'
import type { Tx } from '../../store/store.ts'
import type { Row } from '../../store/tables.ts'
import type { Journal } from '../../telemetry/journal.ts'
import { refuse } from '../../values/fault.ts'
import { companyIdentity, type ProposalId, type RunId, type TaskId } from '../../values/id.ts'
import type { Origin } from '../../values/origin.ts'

/** A proposal, whole. */
export interface Proposed {
  readonly row: Row<'proposals'>
  readonly path: string
  /** The whole file that it would make. */
  readonly text: string
  readonly why: string
  readonly origin: Origin
  readonly run: RunId | null
  readonly task: TaskId | null
}

/** Faults: `input.unknown`; `vault.forgotten` when it was learned of someone who is forgotten. */
export async function readProposal(
  { store, journal }: Pick<Kernel, 'store' | 'journal'>,
  id: ProposalId,
): Promise<Proposed> {
  const row = await store.read.selectFrom('proposals').selectAll().where('id', '=', id).executeTakeFirst()
  if (!row) unknownProposal(id)
  const [event] = await journal.at([row.made_seq])
  if (event?.kind !== 'knowledge.proposed') throw new TypeError(`proposal ${id} has no event`)
  if (event.payload === null) refuse('vault.forgotten', { identity: event.subject })
  const { path, body, why } = event.payload
  return { row, path, text: body, why, origin: event.origin, run: event.run, task: event.task }
}

/** Fault: `knowledge.decided`. */
export function refuseDecided({ id, state }: Pick<Row<'proposals'>, 'id' | 'state'>): void {
  if (state !== 'open') refuse('knowledge.decided', { proposal: id, state })
}

/** Writes a decision down (event `knowledge.decided`), once. Faults: `input.unknown`, `knowledge.decided`. */
export async function decideProposal(
  tx: Tx,
  journal: Journal,
  id: ProposalId,
  { accepted, why, origin }: { readonly accepted: boolean; readonly why: string; readonly origin: Origin },
): Promise<void> {
  const row = await tx.db.selectFrom('proposals').selectAll().where('id', '=', id).executeTakeFirst()
  if (!row) unknownProposal(id)
  refuseDecided(row)
  const payload = { proposal: id, accepted, why }
  const seq = await journal.append(tx, {
    kind: 'knowledge.decided',
    subject: companyIdentity,
    origin,
    payload,
  })
  const state = accepted ? 'accepted' : 'refused'
  await tx.db.updateTable('proposals').set({ state, decided_seq: seq }).where('id', '=', id).execute()
}

function unknownProposal(id: string): never {
  refuse('input.unknown', { kind: 'proposal', name: id, nearest: '', command: 'soloist knowledge proposals' })
}

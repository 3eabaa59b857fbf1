import type { Tx } from '../store/store.ts'
import { type Fault, fault, isFault } from '../values/fault.ts'
import type { EffectKey, GateId } from '../values/id.ts'
import { approvalOf } from './approval.ts'
import type { Attempt } from './attempt.ts'
import { callReach } from './call-adapter.ts'
import type { Ask } from './effect.ts'

/**
 * Where the provider keeps the audience, counts whom an action would reach by now: of those to whom the approval was, if the
 * provider can tell them from who joined later. Everything else passes through, and asks nobody.
 */
export async function withReach(attempt: Attempt, ask: Ask): Promise<Ask | Fault> {
  const { reach } = ask.how
  // What can be taken back has reached nobody: putting a draft down is not asked for again because a reader came.
  if (reach === undefined || ask.action.effect !== 'irreversible') return ask
  const approval = await attempt.kernel.store.write((tx) => approvalOf(tx, attempt, ask))
  const shownAt = approval.kind === 'covers' ? approval.shownAt : undefined
  const reached = await callReach(attempt, ask.open, reach, ask.input, shownAt)
  if (isFault(reached)) return reached
  return { ...ask, reached, ...(shownAt === undefined ? {} : { shownAt }) }
}

/** The fault when an effect would by now reach more than the gate behind it was for: its intent may be days old. */
export async function outgrown({ kernel }: Attempt, ask: Ask, key: EffectKey): Promise<Fault | undefined> {
  const { reached } = ask
  if (reached === undefined) return undefined
  const row = await kernel.store.read
    .selectFrom('effects')
    .innerJoin('gates', 'gates.id', 'effects.gate_id')
    .select('gates.max_recipients')
    .where('effects.key', '=', key)
    .executeTakeFirst()
  const approved = row?.max_recipients ?? null
  return approved !== null && reached > approved ? fault('newsletter.grown', { now: reached, approved }) : undefined
}

/** True of a gate whose yes was for fewer than would be reached by now. */
export async function isOutgrown(tx: Tx, gate: GateId, reached: number): Promise<boolean> {
  const row = await tx.db
    .selectFrom('gates')
    .select(['state', 'max_recipients'])
    .where('id', '=', gate)
    .executeTakeFirst()
  if (row?.state !== 'approved' && row?.state !== 'edited') return false
  return row.max_recipients !== null && reached > row.max_recipients
}

import { sql } from 'kysely'
import { cancelIn, cancelRun } from '../../executor/cancel-run.ts'
import { recordNothing } from '../../executor/resolve-effect.ts'
import { moveRun } from '../../executor/settle-run.ts'
import type { Tx } from '../../store/store.ts'
import type { Row } from '../../store/tables.ts'
import { fault, refuse } from '../../values/fault.ts'
import type { IdentityId, TaskId } from '../../values/id.ts'
import type { Company } from '../commands.ts'
import type { Parts } from './parts.ts'

/** As many as an operator wants to read; what is done with them is done with all. */
const shown = 20

/** Why a run that is about someone who is to be forgotten ends. */
const forgetting = 'whom it is about is to be forgotten'

/** The runs about these that are not over; and those about others that were begun while these were one with them: under any name of both. */
export async function openRuns(db: Tx['db'], ids: readonly IdentityId[]): Promise<Row<'runs'>[]> {
  const found = await openRunsAbout(db, ids).execute()
  const former = db.selectFrom('merges').selectAll().where('from_id', 'in', ids)
  for (const { into_id, merged_seq, undone_seq } of await former.where('undone_seq', 'is not', null).execute()) {
    const began = openRunsAbout(db, await everAhead(db, into_id)).where('input_seq', '>', merged_seq)
    found.push(...(await began.where('input_seq', '<', undone_seq).execute()))
  }
  return [...new Map(found.map((run) => [run.id, run])).values()]
}

/**
 * What was to reach these, is on its way or in doubt, and would never be settled: nothing more can be written of them. What the operator
 * settled outside, when its run was undone, is over, although nobody knows what became of it.
 */
export function openEffects(db: Tx['db'], ids: readonly IdentityId[]): Promise<Row<'effects'>[]> {
  const query = db
    .selectFrom('effects')
    .selectAll()
    .where('subject', 'in', [...ids])
  const settled = sql<boolean>`EXISTS (SELECT 1 FROM runs WHERE runs.id = effects.run_id AND runs.state = 'undone')`
  return query
    .where(sql<boolean>`state IN ('intended', 'unknown')`)
    .where(({ not }) => not(sql<boolean>`(state = 'unknown' AND ${settled})`))
    .execute()
}

/** Refuses while something about these is not over. Faults: `identity.busy`, `identity.in-doubt`. */
export async function refuseUnfinished(db: Tx['db'], ids: readonly IdentityId[]): Promise<void> {
  const [identity = ''] = ids
  const runs = await openRuns(db, ids)
  if (runs.length > 0) {
    const named = runs.slice(0, shown).map((run) => run.id)
    refuse('identity.busy', { identity, count: runs.length, runs: named.join(', ') })
  }
  const [effect] = await openEffects(db, ids)
  if (effect) refuse('identity.in-doubt', { identity, run: effect.run_id })
}

/**
 * Refuses, before anything is cancelled, what cancelling the runs about these would not end: one that is being undone, and what a run that
 * is over, or another's, has on its way to them. Fault: `identity.in-doubt`.
 */
export async function refuseInDoubt(db: Tx['db'], ids: readonly IdentityId[]): Promise<void> {
  const [identity = ''] = ids
  const runs = await openRuns(db, ids)
  const undone = runs.find(({ state }) => state === 'undoing' || state === 'undo-held')
  if (undone) refuse('identity.in-doubt', { identity, run: undone.id })
  const cancelled = new Set(runs.map((run) => run.id))
  const left = (await openEffects(db, ids)).find((effect) => !cancelled.has(effect.run_id))
  if (left) refuse('identity.in-doubt', { identity, run: left.run_id })
}

/**
 * Cancels the runs about these, waits until nothing of them is at work, and closes what of them had no outcome yet. What others' runs
 * have on its way to these stays. Fault: `run.not-possible`.
 */
export async function cancelOpenRuns(
  { kernel, worker }: Pick<Company, 'kernel' | 'worker'>,
  ids: readonly IdentityId[],
): Promise<void> {
  const runs = await openRuns(kernel.store.read, ids)
  for (const run of runs) {
    const working = await cancelRun(kernel, run.id, forgetting)
    worker.stop(working, forgetting)
    await worker.ended(working)
  }
  const cancelled = new Set(runs.map((run) => run.id))
  await kernel.store.write(async (tx) => {
    const left = (await openEffects(tx.db, ids)).filter((effect) => cancelled.has(effect.run_id))
    for (const effect of left) await closeEffect(kernel, tx, effect)
  })
}

/**
 * Ends what is not over, come what may, while it can still be written down: the runs about these are cancelled, what was to reach them
 * counts as refused. Gives the tasks that were at work.
 */
export async function endUnfinished(parts: Parts, tx: Tx, ids: readonly IdentityId[]): Promise<readonly TaskId[]> {
  const working: TaskId[] = []
  for (const run of await openRuns(tx.db, ids)) working.push(...(await endRun(parts, tx, run)))
  await endEffects(parts, tx, ids)
  return working
}

/** The effects alone: for runs that were cancelled, of which some may have been in flight. */
export async function endEffects(parts: Parts, tx: Tx, ids: readonly IdentityId[]): Promise<void> {
  for (const effect of await openEffects(tx.db, ids)) await closeEffect(parts, tx, effect)
}

function openRunsAbout(db: Tx['db'], ids: readonly IdentityId[]) {
  return db.selectFrom('runs').selectAll().where('subject', 'in', ids).where('ended_at', 'is', null)
}

/** A record, and all that it was ever merged into: as one of them it was read. */
async function everAhead(db: Tx['db'], id: IdentityId): Promise<readonly IdentityId[]> {
  const ahead = new Set([id])
  for (let last = [id]; last.length > 0; ) {
    const merges = await db.selectFrom('merges').select('into_id').where('from_id', 'in', last).execute()
    last = merges.map(({ into_id }) => into_id).filter((into) => !ahead.has(into))
    for (const into of last) ahead.add(into)
  }
  return [...ahead]
}

function closeEffect(parts: Pick<Parts, 'journal' | 'clock'>, tx: Tx, effect: Row<'effects'>): Promise<void> {
  return recordNothing(tx, parts, effect, fault('vault.forgotten', { identity: effect.subject }))
}

async function endRun(parts: Parts, tx: Tx, run: Row<'runs'>): Promise<readonly TaskId[]> {
  const cancelled = await cancelIn(tx, parts, run, forgetting)
  if (cancelled !== undefined) return cancelled
  // It was being taken back, which cannot be cancelled: it ends there.
  const working = await parts.queue.cancel(tx, run.id, forgetting)
  const held = run.state === 'undo-held' && (await moveRun(tx, parts, run, 'resumed'))
  await moveRun(tx, parts, held ? { ...run, state: 'undoing' } : run, 'undone')
  return working
}

import type { Release } from '../agents/release.ts'
import type { Tx } from '../store/store.ts'
import { fault } from '../values/fault.ts'
import { derivedId, type GateId, isRepeat, type RunId } from '../values/id.ts'
import type { Attempt } from './attempt.ts'
import { putQuestion, type Question } from './card.ts'
import { decideIn } from './decide.ts'
import type { Performed } from './ending.ts'
import type { Kernel } from './kernel.ts'
import type { Pinned } from './pinned-agent.ts'
import { isOfQuestion, standingGate } from './standing-gate.ts'

/**
 * Holds a task of an agent whose version was withdrawn, before it does anything more. One gate asks for all tasks of the run that this
 * version has: approving goes on with it.
 */
export async function holdWithdrawn(
  attempt: Attempt,
  { hash, body }: Pinned,
): Promise<Exclude<Performed, { kind: 'done' }> | undefined> {
  const { kernel, run } = attempt
  const withdrawal = kernel.releases.withdrawal(hash)
  // What only repeats another run does no harm, and nobody waits for it; an eval is how it may come back.
  if (!withdrawal || isRepeat(run.id) || attempt.exam) return undefined
  const first = firstGate(run.id, hash, withdrawal)
  const { gate, state } = await kernel.store.write((tx) => standingGate(tx, attempt, first))
  if (state === 'approved') return undefined
  const said = await reasonOf(kernel, withdrawal)
  const why = fault('release.withdrawn', { agent: body.name, version: body.version, run: run.id, why: said })
  if (state !== undefined && state !== 'open') return { kind: 'fault', fault: why }
  const question: Question = {
    ask: `${why.message} Approve to go on with it all the same.`,
    reason: 'stale',
    content: { agent: body.name, version: body.version, hash },
    fault: why,
  }
  return { kind: 'held', gate, shared: true, also: (tx) => putQuestion(tx, attempt, gate, question) }
}

/** Lets the runs go on that are held because of this version: it is withdrawn no more. */
export async function letGoOn(tx: Tx, kernel: Kernel, agent: string, hash: string, withdrawal: Release): Promise<void> {
  for (const run of await runsPinnedTo(tx.db, agent, hash)) {
    const open = await tx.db
      .selectFrom('gates')
      .select('id')
      .where('run_id', '=', run)
      .where('state', '=', 'open')
      .where('reason', '=', 'stale')
      .execute()
    for (const { id } of open) {
      if (await isOfQuestion(tx, firstGate(run, hash, withdrawal), id))
        await decideIn(tx, kernel, id, { verdict: 'approved' })
    }
  }
}

/** The runs at work or held that this version does the work of, oldest first. */
export async function runsPinnedTo(db: Tx['db'], agent: string, hash: string): Promise<RunId[]> {
  const rows = await db
    .selectFrom('runs')
    .innerJoin('pins', (join) =>
      join.onRef('pins.run_id', '=', 'runs.id').on('pins.kind', '=', 'agent').on('pins.name', '=', agent),
    )
    .select('runs.id')
    .where('runs.state', 'in', ['running', 'held'])
    .where('pins.hash', '=', hash)
    .orderBy('runs.started_at')
    .execute()
  return rows.map((row) => row.id).filter((id) => !isRepeat(id))
}

function firstGate(run: RunId, hash: string, withdrawal: Release): GateId {
  return derivedId('gat', run, 'withdrawn', hash, withdrawal.id)
}

async function reasonOf({ journal }: Kernel, { seq }: Release): Promise<string> {
  const [event] = await journal.at([seq])
  return event?.kind === 'release.withdrawn' ? (event.payload?.why ?? '') : ''
}

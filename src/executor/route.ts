import { sql } from 'kysely'
import type { PlannedTask } from '../planner/plan.ts'
import type { PlannedRole } from '../planner/role.ts'
import type { RouteCandidate } from '../telemetry/route-event.ts'
import { fault } from '../values/fault.ts'
import { routedTo } from './agent-of.ts'
import type { Attempt } from './attempt.ts'
import { type Candidate, candidatesFor } from './candidates.ts'
import { recordDrawn } from './choose-version.ts'
import { decideIn } from './decide.ts'
import type { Performed } from './ending.ts'
import type { Kernel } from './kernel.ts'
import { holdStale } from './stale.ts'

type Held = Exclude<Performed, { kind: 'done' }>
export type RoleNode = Extract<PlannedTask, { kind: 'agent' }> & { readonly role: PlannedRole }

/**
 * The agent that does a task whose plan names a role: whoever was given it first, over retries, rounds and restarts; else the one that
 * fits best now, with the reason in the journal. Where nobody fits, the task is held until someone is released who does.
 */
export async function route(attempt: Attempt, node: RoleNode): Promise<string | Held> {
  const { kernel, task, run } = attempt
  const before = await routedTo(kernel.shelf, task)
  if (before !== undefined) return before
  const all = await candidatesFor(kernel, run, node.role)
  const [best] = all
  if (!best || best.unfit !== undefined)
    return holdStale(attempt, fault('role.nobody', { task: task.name, role: node.doer }))
  return give(attempt, node, best, all)
}

// More are let go by the next release, or when the company opens.
const mostHeld = 500

/** Lets the tasks go on that were held because nobody could do them, and somebody can now. */
export async function letRolesGoOn(kernel: Kernel): Promise<void> {
  const held = await kernel.store.read
    .selectFrom('gates')
    .innerJoin('tasks', 'tasks.gate_id', 'gates.id')
    .selectAll('tasks')
    .select(['gates.id as gate', 'gates.opened_seq'])
    .where('gates.state', '=', sql.lit('open'))
    .where('gates.reason', '=', 'stale')
    .where('tasks.kind', '=', 'agent')
    .orderBy('gates.opened_at')
    .limit(mostHeld)
    .execute()
  for (const { gate, opened_seq, ...task } of held) {
    const { node } = await kernel.placeOf(task)
    if (node.kind !== 'agent' || node.role === undefined) continue
    const [asked] = await kernel.journal.at([opened_seq])
    if (asked?.kind !== 'gate.opened' || asked.payload?.card.fault?.code !== 'role.nobody') continue
    const [best] = await candidatesFor(kernel, await kernel.readRun(task.run_id), node.role)
    if (best && best.unfit === undefined)
      await kernel.store.write((tx) => decideIn(tx, kernel, gate, { verdict: 'approved' }))
  }
}

async function give(
  { kernel, task, run }: Attempt,
  node: RoleNode,
  best: Candidate,
  all: readonly Candidate[],
): Promise<string> {
  const { name: agent, version, hash, release } = best.artifact
  const fit = all.filter((one) => one.unfit === undefined)
  const free = fit.filter((one) => !one.isStopped).length
  const why =
    fit.length === 1
      ? 'nobody else fits'
      : free === 1
        ? `of ${fit.length} that fit it is the only one that is not stopped`
        : `of ${fit.length} that fit it works in the tier nearest to ${node.role.tier}, and there costs the least for what it has to do`
  await kernel.store.write(async (tx) => {
    await kernel.queue.assertFence(tx, task.id, task.fence)
    await kernel.shelf.publish(tx, best.artifact)
    const held = await kernel.shelf.pin(tx, run.id, 'agent', agent, hash)
    await kernel.shelf.pin(tx, run.id, 'role', task.name, held)
    if (release && best.isNew) await recordDrawn(tx, kernel, run, best.artifact, release)
    await kernel.journal.append(tx, {
      kind: 'task.routed',
      subject: task.subject,
      origin: 'system',
      run: run.id,
      task: task.id,
      payload: { fence: task.fence, role: node.doer, agent, version, hash: held, why, candidates: all.map(told) },
    })
  })
  return agent
}

function told({ artifact, tier, load, cost, unfit }: Candidate): RouteCandidate {
  const { name: agent, version } = artifact
  return { agent, version, tier, load, cost, ...(unfit === undefined ? {} : { unfit }) }
}

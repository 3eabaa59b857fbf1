import { lineageOf } from '../planner/lineage.ts'
import type { PlannedTask } from '../planner/plan.ts'
import type { Tx } from '../store/store.ts'
import { derivedId, type GateId, type IdentityId, type RunId } from '../values/id.ts'
import { contentHash, type Json, reach } from '../values/json.ts'
import type { Instant } from '../values/time.ts'
import type { Attempt } from './attempt.ts'
import { readApproved } from './decision.ts'
import type { Ask } from './effect.ts'
import type { Kernel } from './kernel.ts'
import { fullName, taskId } from './place.ts'

/** What an approval says of an action: it covers exactly this, it was of other content, or there is none. */
export type Approved =
  | {
      readonly kind: 'covers'
      readonly gate: GateId
      readonly audience: IdentityId | null
      readonly maxRecipients: number | null
      readonly shownAt: Instant
      readonly at: Instant
    }
  | { readonly kind: 'changed'; readonly gate: GateId }
  | { readonly kind: 'none' }

/** The gate of a gate task's round. */
export function gateOf(run: RunId, gateTask: string, round: number): GateId {
  return derivedId('gat', run, gateTask, round)
}

/**
 * Looks for the operator's approval of a planned action: a gate before it in the plan that covers it and whose subject is what is
 * sent. What the action would send must still hash to what was approved; provider drafts in between carry that hash along.
 */
export async function approvalOf(tx: Tx, attempt: Attempt, ask: Ask): Promise<Approved> {
  const { kernel, run, place } = attempt
  const { node } = place
  if (node.kind !== 'action' || node.doer !== ask.action.name) return { kind: 'none' }
  const lineage = lineageOf(place.plan, node.name, kernel.facts)
  if (lineage === undefined) return { kind: 'none' }
  const gateNode = lineage.gate
  const name = fullName(place, gateNode)
  const row = await tx.db
    .selectFrom('tasks')
    .select('round')
    .where('id', '=', taskId(run.id, name))
    .executeTakeFirstOrThrow()
  const gate = gateOf(run.id, name, row.round)
  const approval = (await kernel.gates.approvals(tx, run.id, ask.action.name)).find(
    (candidate) => candidate.gate === gate,
  )
  if (!approval) return { kind: 'none' }
  const content = await readApproved(tx, kernel, gate)
  const hashes = approvedHashes(
    place.scopes.flatMap((scope) => scope.tasks),
    gateNode,
    content,
  )
  if (!stillTheSame(ask, node, hashes)) return { kind: 'changed', gate }
  if (!(await sameAudience(kernel, ask, approval.audience))) return { kind: 'changed', gate }
  const { audience, maxRecipients, shownAt, at } = approval
  // Where the provider keeps the audience, it may have grown beyond what the card said.
  if (ask.reached !== undefined && maxRecipients !== null && ask.reached > maxRecipients)
    return { kind: 'changed', gate }
  return { kind: 'covers', gate, audience, maxRecipients, shownAt, at }
}

/** Hashes of the approved content and of each part of it that a task takes. */
function approvedHashes(tasks: readonly PlannedTask[], gate: string, content: Json): Set<string> {
  const hashes = new Set([contentHash(content)])
  for (const wire of tasks.flatMap((task) => Object.values(task.inputs))) {
    if ('from' in wire && wire.from === gate) hashes.add(contentHash(reach(content, wire.path) ?? null))
  }
  return hashes
}

function stillTheSame(ask: Ask, node: PlannedTask, hashes: ReadonlySet<string>): boolean {
  const sent = ask.action.content.length > 0 ? ask.action.content : Object.keys(node.inputs)
  return sent.every((field) => {
    const [input = '', ...inside] = field.split('.')
    const given = reach(ask.input, [input])
    if (given === undefined) return true // left out: nothing is sent of it
    // A draft that lies with the provider is known by the hash that its action gave.
    const said = reach(given, ['contentHash'])
    const draft = typeof said === 'string' ? hashes.has(said) : undefined
    const value = reach(given, inside)
    const shown = value !== undefined && hashes.has(contentHash(value))
    if (inside.length === 0) return shown || draft === true
    return value === undefined ? draft === true : shown && draft !== false
  })
}

/** The approval was of sending to those whom the card named: to nobody else, and to nobody unnamed. */
async function sameAudience(
  { identities }: Kernel,
  { action, input }: Ask,
  shown: IdentityId | null,
): Promise<boolean> {
  const named: unknown = action.audience?.(input)
  if (typeof named !== 'string') return true
  return shown !== null && (await identities.handles.find(named)) === shown
}

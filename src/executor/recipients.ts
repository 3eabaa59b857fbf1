import type { AnyAction } from '../adapters/port.ts'
import type { PlannedTask, Wire } from '../planner/plan.ts'
import type { Card } from '../telemetry/card.ts'
import { isFault, Refusal } from '../values/fault.ts'
import type { IdentityId } from '../values/id.ts'
import type { Json } from '../values/json.ts'
import { performerOf } from './act.ts'
import type { Attempt } from './attempt.ts'
import { callReach } from './call-adapter.ts'
import { throughOrRefuse } from './door.ts'
import { readWires } from './values.ts'

/**
 * Whom the actions that a gate covers would reach, as far as it is known when the gate opens: the audience and the count of its
 * active members, which the approval then binds.
 */
export async function readReach(
  attempt: Attempt,
  gate: Extract<PlannedTask, { kind: 'gate' }>,
): Promise<Card['recipients']> {
  const { kernel, place, run, task } = attempt
  for (const node of place.scopes.flatMap((scope) => scope.tasks)) {
    if (node.kind !== 'action' || !gate.covers.includes(node.doer)) continue
    const action = kernel.doers.get(node.doer) as AnyAction | undefined
    if (!action?.audience) continue
    const known = Object.entries(node.inputs).filter(([, wire]) => isKnown(wire))
    const values = await readWires(
      kernel,
      run,
      task,
      place,
      known.map(([, wire]) => wire),
    )
    const input: Record<string, Json> = {}
    for (const [index, [name]] of known.entries()) input[name] = values[index]?.value ?? null
    const handle = audienceIn(action, input)
    const audience = handle === undefined ? undefined : await kernel.identities.handles.find(handle)
    if (audience === undefined) continue
    const [count, record] = await Promise.all([
      countOf(attempt, action, audience, input),
      kernel.identities.get(audience),
    ])
    return { audience, count, ...(record?.name ? { name: record.name } : {}) }
  }
  return undefined
}

/** The members whom we know ourselves, or as many as the provider says that it would reach. Faults: those of the provider. */
async function countOf(attempt: Attempt, action: AnyAction, audience: IdentityId, input: Json): Promise<number> {
  const { kernel } = attempt
  const performer = performerOf(kernel, action)
  const reach = isFault(performer) || performer.how.idempotency === 'parts' ? undefined : performer.how.reach
  if (isFault(performer) || reach === undefined) return (await kernel.identities.members.count(audience)).active
  const { open } = performer
  const counted = await throughOrRefuse(kernel, open, () => callReach(attempt, open, reach, input))
  if (isFault(counted)) throw new Refusal(counted)
  return counted
}

function isKnown(wire: Wire): boolean {
  return 'value' in wire || wire.from.startsWith('$')
}

/** The audience in an input of which only a part is known yet. */
function audienceIn(action: AnyAction, input: Readonly<Record<string, Json>>): string | undefined {
  try {
    const audience: unknown = action.audience?.(input)
    return typeof audience === 'string' ? audience : undefined
  } catch (error) {
    // The part that names it is another task's output and does not exist yet: another action may tell.
    if (error instanceof TypeError) return undefined
    throw error
  }
}

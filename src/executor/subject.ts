import type { Plan } from '../planner/plan.ts'
import type { Tx } from '../store/store.ts'
import { refuse } from '../values/fault.ts'
import { companyIdentity, type IdentityId } from '../values/id.ts'
import { type Json, reach } from '../values/json.ts'
import type { Kernel } from './kernel.ts'

/** Whom a run is about: the identity that the workflow's `subject` names, else the company itself. Fault: `identity.unknown`. */
export async function resolveSubject(
  tx: Tx,
  kernel: Kernel,
  run: { readonly plan: Plan; readonly input: Json },
): Promise<IdentityId> {
  const wire = run.plan.subject
  if (wire === null) return companyIdentity
  const handle = 'value' in wire ? wire.value : reach(run.input, wire.path)
  if (typeof handle !== 'string') refuse('identity.unknown', { handle: JSON.stringify(handle ?? null) })
  return kernel.identities.handles.resolve(handle, tx)
}

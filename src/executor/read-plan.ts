import type { Plan } from '../planner/plan.ts'
import type { Store } from '../store/store.ts'

// Plans are small and few are at work at once; the bound keeps a company with thousands of grafted plans from filling memory.
const maxCached = 500

/** Reads plans by hash, each parsed once. A stored plan never changes. */
export function planReader(store: Store): (hash: string) => Promise<Plan> {
  const cached = new Map<string, Plan>()
  return async (hash) => {
    const known = cached.get(hash)
    if (known) return known
    const row = await store.read.selectFrom('plans').select('body').where('hash', '=', hash).executeTakeFirstOrThrow()
    if (cached.size >= maxCached) cached.clear()
    const plan = JSON.parse(row.body) as Plan
    cached.set(hash, plan)
    return plan
  }
}

import type { Store } from '../store/store.ts'
import { refuse } from '../values/fault.ts'

/** A company that was moved is closed for ever. Fault: `store.sealed`. */
export async function refuseSealed(store: Store): Promise<void> {
  const row = await store.read.selectFrom('meta').select('value').where('name', '=', 'sealed').executeTakeFirst()
  if (!row) return
  await store.close()
  refuse('store.sealed', { at: row.value })
}

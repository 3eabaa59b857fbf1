import type { Store } from '../store/store.ts'

/** How often this company was copied: 1 for the one that was first, one more in each copy. Two of one epoch never work side by side. */
export async function epochOf(store: Store): Promise<number> {
  const row = await store.read.selectFrom('meta').select('value').where('name', '=', 'epoch').executeTakeFirst()
  return row ? Number(row.value) : 1
}

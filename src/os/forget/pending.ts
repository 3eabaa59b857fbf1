import type { Store, Tx } from '../../store/store.ts'
import type { IdentityId } from '../../values/id.ts'
import type { Chore } from '../chores.ts'
import type { Company } from '../commands.ts'

/** The row of `meta` that says whose forgetting has begun: from then on it is finished, by this process or by the next. */
const forgettingRow = 'forgetting'

/** Ids only: a name in this row would outlive the person. */
export async function beginForgetting(tx: Tx, ids: readonly IdentityId[]): Promise<void> {
  const value = JSON.stringify([...new Set([...(await read(tx.db)), ...ids])])
  await tx.db
    .insertInto('meta')
    .values({ name: forgettingRow, value })
    .onConflict((clash) => clash.column('name').doUpdateSet({ value }))
    .execute()
}

/** Whose forgetting was begun and is not finished. */
function begunForgetting(store: Store): Promise<readonly IdentityId[]> {
  return read(store.read)
}

/** It is finished, or given up, for these. */
export async function endForgetting(tx: Tx, ids: readonly IdentityId[]): Promise<void> {
  const left = (await read(tx.db)).filter((id) => !ids.includes(id))
  if (left.length === 0) await tx.db.deleteFrom('meta').where('name', '=', forgettingRow).execute()
  else
    await tx.db
      .updateTable('meta')
      .set({ value: JSON.stringify(left) })
      .where('name', '=', forgettingRow)
      .execute()
}

async function read(db: Tx['db']): Promise<readonly IdentityId[]> {
  const row = await db.selectFrom('meta').select('value').where('name', '=', forgettingRow).executeTakeFirst()
  return row ? (JSON.parse(row.value) as IdentityId[]) : []
}

type Able = Pick<Company, 'kernel' | 'adapters' | 'places' | 'worker'>

/** Ends, before anything else is done, what a process began that died. */
export async function endBegunForgetting(company: Able): Promise<void> {
  const ids = await begunForgetting(company.kernel.store)
  if (ids.length === 0) return
  const { finishForgetting } = await import('./finish-forgetting.ts')
  await finishForgetting(company, ids, 'end')
}

/** Cleans the store's file as soon as nobody reads an older state of it any more. What it still has to forget is none of its business. */
export function cleaning(company: Able): Chore {
  const { store, clock } = company.kernel
  return {
    name: 'forgetting',
    async nextDue() {
      const ids = await begunForgetting(store)
      return ids.length > 0 && (await areForgotten(store, ids)) ? clock.now() : undefined
    },
    async perform() {
      const ids = await begunForgetting(store)
      if (ids.length > 0) await (await import('./finish-forgetting.ts')).resumeForgetting(company, ids)
    },
  }
}

async function areForgotten({ read }: Store, ids: readonly IdentityId[]): Promise<boolean> {
  const known = read
    .selectFrom('identities')
    .select('id')
    .where('id', 'in', [...ids])
  return (await known.where('name', 'is not', null).limit(1).executeTakeFirst()) === undefined
}

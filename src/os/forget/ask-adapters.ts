import type { Forgotten } from '../../adapters/adapter.ts'
import { askAdapter } from '../../executor/ask-adapter.ts'
import type { Kernel, OpenAdapter } from '../../executor/kernel.ts'
import type { Store } from '../../store/store.ts'
import { type Fault, faultIn } from '../../values/fault.ts'
import type { EffectKey, IdentityId } from '../../values/id.ts'
import type { Company } from '../commands.ts'

/** What an adapter removed of someone, or why it could not: then it is the operator's to clear. */
export interface Cleared {
  readonly adapter: string
  readonly removed: number
  readonly fault: Fault | null
}

// So many keys a call: a page of the table.
const pageSize = 1000

/**
 * Has every adapter that can remove what lies with it of these. One that refuses, goes wrong or gives no answer keeps nobody from being
 * forgotten here, nor the company from starting, which ends what was begun.
 */
export async function askAdapters(
  { kernel, adapters }: Pick<Company, 'kernel' | 'adapters'>,
  ids: readonly IdentityId[],
  handles: Forgotten['handles'],
): Promise<readonly Cleared[]> {
  const cleared: Cleared[] = []
  for (const open of adapters.all.filter(({ adapter }) => adapter.provider.forget !== undefined)) {
    let removed = 0
    let refused: Fault | null = null
    for await (const keys of keysOf(kernel.store, open.adapter.name, ids)) {
      const answer = await ask(open, { keys, handles }, kernel).catch(faultIn)
      if (typeof answer === 'number') removed += answer
      else refused = answer
      if (refused !== null) break
    }
    cleared.push({ adapter: open.adapter.name, removed, fault: refused })
  }
  return cleared
}

/** Faults: the adapter's, `adapter.unreachable`. */
async function ask(open: OpenAdapter, whose: Forgotten, { clock, breakers }: Kernel): Promise<number> {
  const { provider } = open.adapter
  const removed = await askAdapter(open, { clock, breakers, key: 'forget' }, (client, asking) =>
    provider.forget?.(client, whose, asking),
  )
  return removed ?? 0
}

/** Their effects' keys at one adapter, page by page; one empty page where there are none: handles may be known there all the same. */
async function* keysOf(store: Store, adapter: string, ids: readonly IdentityId[]): AsyncGenerator<EffectKey[]> {
  for (let after = 0; ; ) {
    const rows = await store.read
      .selectFrom('effects')
      .select(['key', 'adapter', 'intended_seq'])
      .where('subject', 'in', [...ids])
      .where('intended_seq', '>', after)
      .orderBy('intended_seq')
      .limit(pageSize)
      .execute()
    const keys = rows.filter((row) => row.adapter === adapter).map((row) => row.key)
    if (keys.length > 0 || after === 0) yield keys
    after = rows.at(-1)?.intended_seq ?? 0
    if (rows.length < pageSize) return
  }
}

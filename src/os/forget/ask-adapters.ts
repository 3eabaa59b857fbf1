import type { Forgotten } from '../../adapters/adapter.ts'
import type { OpenAdapter } from '../../executor/kernel.ts'
import type { Store } from '../../store/store.ts'
import { type Fault, Refusal } from '../../values/fault.ts'
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

/** Has every adapter that can remove what lies with it of these. One that refuses keeps nobody from being forgotten here. */
export async function askAdapters(
  { kernel, adapters }: Pick<Company, 'kernel' | 'adapters'>,
  ids: readonly IdentityId[],
  handles: Forgotten['handles'],
): Promise<readonly Cleared[]> {
  const cleared: Cleared[] = []
  for (const open of adapters.all.filter(({ adapter }) => adapter.provider.forget !== undefined)) {
    let removed = 0
    let refused: Fault | null = null
    try {
      for await (const keys of keysOf(kernel.store, open.adapter.name, ids)) {
        removed += await ask(open, { keys, handles }, kernel.clock.now())
      }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      refused = error.fault
    }
    cleared.push({ adapter: open.adapter.name, removed, fault: refused })
  }
  return cleared
}

async function ask({ adapter, client }: OpenAdapter, whose: Forgotten, now: number): Promise<number> {
  const signal = AbortSignal.timeout(adapter.provider.timeout)
  return (await adapter.provider.forget?.(await client(), whose, { key: 'forget', signal, now: now as never })) ?? 0
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

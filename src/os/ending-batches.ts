import { sql } from 'kysely'
import type { Kernel } from '../executor/kernel.ts'
import type { LooseBatches } from '../executor/loose-batches.ts'
import type { Chore } from './chores.ts'

/** Stops what still waits at a provider for a run that was cancelled or is over, and books what it cost. */
export function endingBatches(kernel: Kernel): Chore {
  const stopped = new AbortController()
  let open: Promise<LooseBatches> | undefined
  const loose = () => {
    open ??= import('../executor/loose-batches.ts').then(({ looseBatches }) => looseBatches(kernel))
    return open
  }
  return {
    name: 'batches',
    // A paused company asks nobody.
    nextDue: async () =>
      kernel.mode().mode === 'paused' || !(await isAny(kernel)) ? undefined : (await loose()).nextDue(),
    perform: async () => (await loose()).end(stopped.signal),
    stop: () => stopped.abort(),
  }
}

/** Whether any batch is under way: in most companies there never is, and nothing is loaded for it. */
async function isAny({ store }: Kernel): Promise<boolean> {
  const states = (['intended', 'sent'] as const).map((state) => sql.lit(state))
  const open = store.read.selectFrom('batches').select('id').where('state', 'in', states).limit(1)
  return (await open.executeTakeFirst()) !== undefined
}

import { sql } from 'kysely'
import type { Question } from '../models/ask.ts'
import type { BatchDesk, Batching } from '../models/batch.ts'
import { faultIn } from '../values/fault.ts'
import { microUsd } from '../values/money.ts'
import type { Instant } from '../values/time.ts'
import { batchingModel, batchPrice, briefly, deskOf, isOverdue, located, nextLook } from './batch-desk.ts'
import { type Batched, endBatch } from './batch-record.ts'
import type { Kernel } from './kernel.ts'

// As many as are looked at in one go; the rest come next.
const atOnce = 50

/** Ends batches that nobody waits for any more: their run was cancelled, their task is over or has begun anew. */
export interface LooseBatches {
  /** When one is to be looked at. */
  nextDue(): Promise<Instant | undefined>
  /** Tells the provider to stop, and books what was answered all the same. */
  end(signal: AbortSignal): Promise<void>
}

export function looseBatches(kernel: Kernel): LooseBatches {
  const looks = new Map<string, Instant>()
  const dueOf = (row: Batched): Instant => looks.get(row.id) ?? kernel.clock.now()
  return {
    async nextDue() {
      const rows = await loose(kernel)
      return rows.length === 0 ? undefined : (Math.min(...rows.map(dueOf)) as Instant)
    },
    async end(signal) {
      const now = kernel.clock.now()
      for (const row of await loose(kernel)) {
        if (dueOf(row) > now) continue
        looks.set(row.id, nextLook(row, now))
        if (await endOne(kernel, row, signal)) looks.delete(row.id)
      }
    },
  }
}

function loose({ store }: Kernel): Promise<Batched[]> {
  return store.read
    .selectFrom('batches')
    .innerJoin('tasks', 'tasks.id', 'batches.task_id')
    .selectAll('batches')
    .where(
      'batches.state',
      'in',
      (['intended', 'sent'] as const).map((state) => sql.lit(state)),
    )
    .where(({ or, and, eb, ref }) =>
      or([
        eb('tasks.state', 'in', ['done', 'failed', 'skipped', 'cancelled']),
        // An attempt that is under way has money of its own aside.
        and([eb('tasks.round', '<>', ref('batches.round')), eb('tasks.state', '<>', 'claimed')]),
      ]),
    )
    .orderBy('batches.intended_at')
    .limit(atOnce)
    .execute()
}

/** True once it is over. */
async function endOne(kernel: Kernel, row: Batched, signal: AbortSignal): Promise<boolean> {
  const choice = batchingModel(kernel, row.model)
  try {
    // Nobody can be asked any more, or nobody answers: it may have been paid for.
    if (!choice || isOverdue(row, kernel.clock.now())) return await book(kernel, row, 'unreadable')
    const desk = await deskOf(kernel, choice)
    return await briefly(kernel, signal, choice.name, (brief) => stop(kernel, desk, choice, row, brief))
  } catch (caught) {
    faultIn(caught)
    return false
  }
}

async function stop(kernel: Kernel, desk: BatchDesk, choice: Batching, row: Batched, signal: AbortSignal) {
  const here = await located(kernel, desk, row, signal)
  if (here === 'unsure') return false
  if (here === 'absent') return book(kernel, row, 'cancelled')
  const looked = await desk.look(here.batch, row.id, unasked(choice, signal))
  if (looked.state === 'waits') {
    await desk.cancel(here.batch, signal)
    return false
  }
  if (looked.state === 'lost') return book(kernel, here, looked.how)
  const { tokensIn, tokensOut, cached, guessed } = looked.turn.usage
  // A provider that counts no tokens leaves only the worst case: what was asked is no longer known here.
  if (guessed) return book(kernel, here, 'unreadable')
  const cost = batchPrice(choice, await kernel.pricing.cost(choice, tokensIn, tokensOut, cached))
  await kernel.store.write(async (tx) => {
    if (here.reservation_id) await kernel.budget.settle(tx, here.reservation_id, cost)
    await endBatch(tx, kernel, here, 'answered')
  })
  return true
}

async function book(
  kernel: Kernel,
  row: Batched,
  how: 'expired' | 'refused' | 'cancelled' | 'unreadable',
): Promise<true> {
  await kernel.store.write(async (tx) => {
    // Never to be known, `settleDead` books at its worst case, once it waits no longer.
    const free = how !== 'unreadable'
    if (row.reservation_id && free) await kernel.budget.settle(tx, row.reservation_id, microUsd(0))
    await endBatch(tx, kernel, row, how === 'unreadable' && row.batch === null ? 'expired' : how)
    if (!free) await kernel.budget.settleDead(tx, row.task_id)
  })
  return true
}

/** The answer is only counted: any question will do. */
function unasked(choice: Batching, signal: AbortSignal): Question {
  const messages = [{ role: 'user' as const, content: 'What did it cost?' }]
  return { system: '', messages, tools: [], output: null, maxOutputTokens: choice.maxOutputTokens, signal }
}

import type { Tx } from '../store/store.ts'
import type { Json } from '../values/json.ts'
import { type Origin, worstOrigin } from '../values/origin.ts'
import type { Ask } from './effect.ts'
import type { Kernel } from './kernel.ts'

/**
 * Remembers by its hash a text from outside that an action puts down where it may be read again: what a later action finds there
 * is still from outside, under whatever name, and after an undo that brings it back. `seq` is the event of the intent.
 */
export async function rememberOutside(
  tx: Tx,
  ask: Pick<Ask, 'action' | 'input' | 'origin'>,
  seq: number,
): Promise<void> {
  if (ask.origin !== 'external') return
  for (const hash of ask.action.leaves?.(ask.input) ?? []) {
    await tx.db
      .insertInto('outside_texts')
      .values({ hash, source_seq: seq })
      .onConflict((clash) => clash.doNothing())
      .execute()
  }
}

/** Where what an action gave comes from: what it was asked with, what it may say at all, and what is remembered of the text. */
export async function originOf(kernel: Kernel, ask: Pick<Ask, 'action' | 'origin'>, output: Json): Promise<Origin> {
  const origin = worstOrigin([ask.origin, ask.action.origin])
  const found = origin === 'external' ? [] : (ask.action.finds?.(output) ?? [])
  if (found.length === 0) return origin
  const known = await kernel.store.read
    .selectFrom('outside_texts')
    .select('hash')
    .where('hash', 'in', found)
    .executeTakeFirst()
  return known ? 'external' : origin
}

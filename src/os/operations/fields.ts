import { z } from 'zod'
import type { Id, Prefix } from '../../values/id.ts'
import type { Json } from '../../values/json.ts'
import type { Usd } from '../../values/money.ts'
import type { Instant } from '../../values/time.ts'

/** An id of one kind, as it comes from outside. */
export function idField<P extends Prefix>(prefix: P, what: string): z.ZodType<Id<P>, Id<P>> {
  return z
    .string()
    .regex(new RegExp(`^${prefix}_[0-9a-z_]{1,64}$`), `is not the id of ${what} (${prefix}_…)`)
    .meta({ description: `The id of ${what}` }) as unknown as z.ZodType<Id<P>, Id<P>>
}

export const runId = idField('run', 'a run')
export const taskId = idField('tsk', 'a task')
export const gateId = idField('gat', 'a gate')
export const identityId = idField('idn', 'an identity')
export const grantId = idField('grn', 'a grant')
export const effectKey = idField('eff', 'an effect')
export const receiptId = idField('hok', 'a receipt')
export const subscriptionId = idField('sub', 'a subscription')
export const commitmentId = idField('cmt', 'a commitment')
export const deliveryId = idField('dlv', 'a delivery')

/** Any JSON value; missing is not one. */
export const json = z.unknown().refine((value) => value !== undefined, 'is missing') as unknown as z.ZodType<Json, Json>

// Beyond it no date can be written (ECMA-262, "Time Values").
const lastInstant = 8_640_000_000_000_000

/** Milliseconds since 1970 UTC. */
export const at = z
  .int()
  .max(lastInstant, 'is beyond all dates')
  .meta({ description: 'Milliseconds since 1970 UTC' }) as unknown as z.ZodType<Instant, Instant>
/** Whole micro-dollars. */
export const money = z
  .int()
  .min(0)
  .meta({ description: 'Micro-dollars: 1 000 000 is one dollar' }) as unknown as z.ZodType<Usd, Usd>

/** A line that a person wrote: why something was done. */
export const reason = z.string().trim().min(1).max(2000)

/** A page: at most `limit` items, going on from `cursor`, which is the `next` of the page before. */
export const paging = {
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(200).optional(),
}

export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({
    items: z.array(item),
    next: z.string().nullable().meta({ description: 'Where the next page begins' }),
  })
}

export const origin = z.enum(['operator', 'system', 'external'])
export const named = z.object({ id: identityId, name: z.string().nullable() })

/** A fault as the desk shows it. */
export const faultView = z.object({
  code: z.string(),
  message: z.string(),
  retry: z.enum(['now', 'later', 'never']),
  next: z.string(),
})

import { z } from 'zod'
import { at } from './fields.ts'

/** What the whole company may do, as it goes over the wire. */
export const mode = z.object({
  mode: z.enum(['normal', 'degraded', 'paused']),
  why: z.string().nullable(),
  since: at.nullable(),
  reasons: z
    .array(
      z.discriminatedUnion('because', [
        z.object({ because: z.literal('tier'), tier: z.string(), accounts: z.array(z.string()) }),
        z.object({ because: z.literal('adapter'), adapter: z.string() }),
        z.object({ because: z.literal('disk'), freeBytes: z.int() }),
      ]),
    )
    .meta({ description: 'What is degraded, whether the company is paused or not' }),
})

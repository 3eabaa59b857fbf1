import { z } from 'zod'
import { action, port } from '../port.ts'

/**
 * What a run has used. `costUsd` is in dollars, for reading; the store keeps whole micro-dollars. `operatorMinutes` is an
 * estimate: a minute for each decision and the time to read what was shown, never more than the gate stood open. How long it
 * stood open is no measure: the operator was elsewhere.
 */
export const usedSchema = z.object({
  costUsd: z.number().min(0),
  decisions: z.int().min(0),
  operatorMinutes: z.number().min(0),
})
export type Used = z.infer<typeof usedSchema>

/** The company's own books: every company has them, no adapter needs to be named. */
export const ledger = port('ledger', {
  read: action({
    does: "Says what this run has cost until now, and an estimate of the operator's minutes that it took.",
    risk: 'read',
    effect: 'none',
    /** `after` is not looked at: a plan wires to it what must be over before the books are read. */
    input: z.object({ after: z.unknown().optional() }),
    output: usedSchema,
    origin: 'system',
  }),
})

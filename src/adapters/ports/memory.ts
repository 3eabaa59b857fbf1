import { z } from 'zod'
import { origins } from '../../values/origin.ts'
import { hours } from '../../values/time.ts'
import { action, port } from '../port.ts'
import { moment } from './fields.ts'

const key = z.string().min(1).max(200)

/** What was kept under a key. `found` is false, and the value `null`, when nothing is or its time is over. */
export const keptSchema = z.object({
  found: z.boolean(),
  value: z.unknown(),
  /** Where the value came from when it was kept, and the event of that. */
  origin: z.enum(origins),
  event: z.int().nullable(),
  at: moment.nullable(),
})
export type KeptValue = z.infer<typeof keptSchema>

/**
 * What the run at hand keeps in mind: for its own tasks and agents only, small, and over with the run at the latest. Every company has
 * it; no adapter needs to be named. What was kept of text from outside is from outside when it is read.
 */
export const memory = port('memory', {
  keep: action({
    does: 'Keeps a small value in mind for the rest of this run, under a key; an older value of that key is replaced.',
    risk: 'internal',
    effect: 'none',
    input: z.object({
      key,
      value: z.unknown(),
      hours: z.number().positive().max(744).optional().describe('How long; a week when left out.'),
    }),
    output: z.object({ key, until: moment }),
    origin: 'system',
    keeps: ({ key: under, value, hours: count }) => ({
      key: under,
      value: value ?? null,
      ...(count === undefined ? {} : { keepFor: hours(count) }),
    }),
  }),
  get: action({
    does: 'Says what this run keeps in mind under a key.',
    risk: 'read',
    effect: 'none',
    /** `after` is not looked at: a plan wires to it what must be over before. */
    input: z.object({ key, after: z.unknown().optional() }),
    output: keptSchema,
    origin: 'operator',
    from: ({ origin, event }) => ({ origin, sources: event === null ? [] : [event] }),
  }),
})

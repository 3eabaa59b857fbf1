import { z } from 'zod'
import { action, port } from '../port.ts'

/** What a computation gave, and the lines that it wrote. */
export const computedSchema = z.object({ value: z.unknown(), logs: z.array(z.string()) })

/**
 * JavaScript that a model wrote, run in a sandbox where it can do nothing but compute. Every company has it; no adapter needs to be named.
 * What comes out of it is from outside: nobody has read the code.
 */
export const compute = port('compute', {
  run: action({
    does: 'Runs JavaScript that computes something exactly: the body of a function that gets `input` and returns JSON. It has no network, files, timers or modules; `log(text)` writes a line.',
    risk: 'read',
    effect: 'none',
    input: z.object({
      code: z
        .string()
        .min(1)
        .max(50_000)
        .describe('The body of an async function of `input` and `log`, ending in `return`.'),
      input: z.unknown().optional().describe('Any JSON.'),
    }),
    output: computedSchema,
    origin: 'external',
  }),
})

import { z } from 'zod'
import { measures } from '../../agents/judge.ts'
import { at, idField, money } from './fields.ts'

const side = z.object({ runs: z.int(), mean: z.number().nullable() })

/** A trial as the desk shows it. */
export const trialView = z.object({
  id: idField('trl', 'a trial'),
  agent: z.string(),
  kind: z.enum(['canary', 'shadow']),
  version: z.int(),
  baseline: z.int().meta({ description: 'The version that it is compared with' }),
  share: z.int().nullable().meta({ description: 'Percents of new runs that it began with' }),
  since: at,
  state: z.enum(['running', 'proposed', 'promoted', 'withdrawn', 'stopped', 'inconclusive']),
  by: z.enum(['operator', 'system']),
  endedAt: at.nullable(),
  why: z.string(),
  because: z.array(z.string()).meta({ description: 'In what it was better (proposed) or worse (withdrawn)' }),
  says: z.string().meta({ description: 'What can be said of it now' }),
  seen: z.int().meta({ description: 'Runs of the version at trial' }),
  of: z.int().meta({ description: 'After so many runs nobody waits for more' }),
  measures: z.array(
    z.object({ measure: z.enum(measures), trial: side, base: side, worse: z.number(), better: z.number() }),
  ),
  spent: money.nullable(),
  limit: money.nullable(),
})

import { z } from 'zod'
import type { RunId } from '../../values/id.ts'
import { type Operation, operation } from '../operation.ts'
import { listRecalled } from '../queries/recalled.ts'
import { at, idField, origin, pageOf, paging, runId, taskId } from './fields.ts'

const source = z.discriminatedUnion('tier', [
  z.object({ tier: z.literal('history'), seq: z.int(), kind: z.string(), identity: idField('idn', 'an identity') }),
  z.object({ tier: z.literal('knowledge'), path: z.string(), hash: z.string(), heading: z.string().nullable() }),
  z.object({ tier: z.literal('working'), key: z.string(), seq: z.int() }),
])

const line = z.object({
  mark: z.string(),
  text: z.string(),
  tokens: z.int(),
  source,
  from: z.string(),
  origin,
  at: at.nullable(),
  score: z.number(),
  why: z.string(),
})

const recalled = z.object({
  task: taskId,
  name: z.string(),
  round: z.int(),
  step: z.int(),
  queries: z.array(z.string()),
  tokens: z.int(),
  left: z.int(),
  lines: z.array(line),
})

/** What agents were given of memory. */
export const recalledOperations: readonly Operation[] = [
  operation({
    name: 'runs.recalled',
    kind: 'query',
    does: 'Lists what the agents of a run, or of one task, were given of memory: line by line, each with its source.',
    http: { method: 'get', path: '/recalled' },
    input: z
      .object({ run: runId.optional(), task: taskId.optional(), ...paging })
      .refine(({ run, task }) => run !== undefined || task !== undefined, 'names a run or a task'),
    output: pageOf(recalled).extend({ knowledge: z.array(z.object({ path: z.string(), hash: z.string() })) }),
    example: { run: 'run_0k3v9q2m7x' as RunId },
    run: listRecalled,
  }),
]

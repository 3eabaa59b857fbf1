import { z } from 'zod'
import { days } from '../../values/time.ts'
import { type Operation, operation } from '../operation.ts'
import { identityBy } from '../queries/identities.ts'
import { memoryStatus } from '../queries/memory.ts'
import { at, identityId, json, origin, runId } from './fields.ts'

const counts = z.record(z.string(), z.int()).meta({ description: 'How many, by kind of event' })

export const memoryOperations: readonly Operation[] = [
  operation({
    name: 'memory.distil',
    kind: 'command',
    does: 'Makes old history into facts and counts now; a dry run only says what would be learned and dropped.',
    http: { method: 'post', path: '/memory/distil' },
    input: z.object({
      identity: z
        .string()
        .trim()
        .min(1)
        .max(400)
        .optional()
        .meta({ description: 'An id or a handle; all when left out' }),
      olderThanDays: z.coerce
        .number()
        .min(0)
        .max(36_500)
        .optional()
        .meta({ description: 'Instead of what the config says' }),
      dryRun: z.boolean().default(false),
    }),
    output: z.object({
      dryRun: z.boolean(),
      read: z.int(),
      facts: z.array(
        z.object({
          identity: identityId,
          key: z.string(),
          value: json,
          confidence: z.number(),
          origin,
          sources: z.array(z.int()).meta({ description: 'The events it was taken from; none where it counts' }),
        }),
      ),
      dropped: counts,
      asked: z.array(runId).meta({ description: 'Runs of the agent distiller, whose facts come when they are done' }),
      more: z.boolean().meta({ description: 'There is more that is old enough' }),
    }),
    example: { identity: 'ana@example.org', dryRun: true },
    run: async (os, { identity, olderThanDays, dryRun }) =>
      os.distil({
        identity: identity === undefined ? undefined : await identityBy(os, identity),
        olderThan: olderThanDays === undefined ? undefined : days(olderThanDays),
        dryRun,
      }),
  }),
  operation({
    name: 'memory.status',
    kind: 'query',
    does: 'Says how far history is distilled, what was dropped, what is no longer found, and how large the index is.',
    http: { method: 'get', path: '/memory' },
    input: z.object({}),
    output: z.object({
      distilAfterMs: z.int(),
      nextAt: at.nullable(),
      ripe: z.int().meta({ description: 'Identities with history that is old enough now, up to 100' }),
      distilled: z.object({
        identities: z.int(),
        stretches: z.int(),
        read: z.int(),
        facts: z.int(),
        dropped: counts,
      }),
      retention: z.array(z.object({ kind: z.string(), keepForMs: z.int().nullable(), retiredBefore: at.nullable() })),
      indexBytes: z.int(),
    }),
    example: {},
    run: memoryStatus,
  }),
]

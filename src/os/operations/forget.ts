import { z } from 'zod'
import { type Operation, operation } from '../operation.ts'
import { identityBy } from '../queries/identities.ts'
import { at, faultView, identityId, runId } from './fields.ts'

const who = z.string().trim().min(1).max(400).meta({ description: 'An id, an email address or system:value' })

const forgetting = z.object({
  dryRun: z.boolean(),
  identities: z.array(identityId),
  held: z.object({
    handles: z.int(),
    facts: z.int(),
    memberships: z.int(),
    pointers: z.int(),
    relations: z.int(),
    commitments: z.int(),
    interactions: z.int(),
    events: z.int(),
    effects: z.int(),
    runs: z.int(),
  }),
  openRuns: z.array(runId),
  openEffects: z.int(),
  pointers: z.array(
    z.object({
      adapter: z.string(),
      external_id: z.string(),
      title: z.string().nullable(),
      url: z.string().nullable(),
    }),
  ),
  sent: z.array(z.object({ adapter: z.string(), action: z.string(), count: z.int(), clears: z.boolean() })),
  archives: z.array(
    z.object({ kind: z.enum(['backup', 'export']), path: z.string(), at: at as z.ZodType, there: z.boolean() }),
  ),
  mentions: z
    .object({
      events: z.int(),
      subjects: z.array(
        z.object({ id: identityId, name: z.string().nullable(), events: z.int(), seqs: z.array(z.int()) }),
      ),
      files: z.array(z.string()),
    })
    .nullable()
    .meta({ description: "Others' history that names them, which forgetting does not reach; only of a dry run" }),
  finished: z
    .object({
      adapters: z.array(z.object({ adapter: z.string(), removed: z.int(), fault: faultView.nullable() })),
      removedCopies: z.array(z.string()),
      unreached: z.array(z.string()),
      clean: z.boolean(),
    })
    .nullable(),
})

export const forgetOperations: readonly Operation[] = [
  operation({
    name: 'identities.forget',
    kind: 'command',
    does: 'Forgets an identity and all that is merged with it, for ever; a dry run only says what that would be.',
    http: { method: 'post', path: '/identities/{identity}/forget' },
    input: z.object({
      identity: who,
      dryRun: z.boolean().default(false),
      cancelRuns: z.boolean().default(false).meta({ description: 'Cancel the runs about them that are not over' }),
    }),
    output: forgetting,
    example: { identity: 'ana@example.org', dryRun: true },
    run: async (os, { identity, ...options }) => os.forget(await identityBy(os, identity), options),
  }),
  operation({
    name: 'identities.export',
    kind: 'command',
    does: 'Writes all that is held on an identity into two files, for that person to read.',
    http: { method: 'post', path: '/identities/{identity}/export' },
    input: z.object({
      identity: who,
      path: z.string().min(1).max(4000).meta({ description: 'On the machine of the company; .json and .md are added' }),
    }),
    output: z.object({ json: z.string(), markdown: z.string(), events: z.int() }),
    example: { identity: 'ana@example.org', path: '/home/ana/ana-export' },
    run: async (os, { identity, path }) => os.portray(await identityBy(os, identity), path),
  }),
]

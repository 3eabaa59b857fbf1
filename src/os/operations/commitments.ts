import { z } from 'zod'
import type { CommitmentId } from '../../values/id.ts'
import { readDue } from '../due.ts'
import { type Operation, operation } from '../operation.ts'
import { listCommitments } from '../queries/commitments.ts'
import { identityBy } from '../queries/identities.ts'
import { at, commitmentId, identityId, named, origin, pageOf, paging, reason } from './fields.ts'

const who = z.string().trim().min(1).max(400).meta({ description: 'An id, an email address or system:value' })
const ended = z.object({ id: commitmentId, identity: identityId, state: z.enum(['kept', 'dropped']) })
const end = { commitment: commitmentId, why: reason.default('The operator said so') }
const aCommitment = 'cmt_0000000000' as CommitmentId

/** An open commitment as lists show it. */
export const commitmentLine = z.object({
  id: commitmentId,
  identity: named,
  by: z.enum(['us', 'them']),
  what: z.string().nullable(),
  dueAt: at.nullable(),
  overdue: z.boolean(),
  madeAt: at,
  origin,
  source: z.int().meta({ description: 'The event that made it' }),
})

/** What we promised and what is owed to us. */
export const commitmentOperations: readonly Operation[] = [
  operation({
    name: 'commitments.list',
    kind: 'query',
    does: 'Lists what is promised and not yet kept: of the whole company, or of one identity.',
    http: { method: 'get', path: '/commitments' },
    input: z.object({ identity: who.optional(), ...paging }),
    output: pageOf(commitmentLine),
    example: { identity: 'ana@example.org' },
    run: listCommitments,
  }),
  operation({
    name: 'commitments.make',
    kind: 'command',
    does: 'Notes what we promised to an identity, or it to us.',
    http: { method: 'post', path: '/identities/{identity}/commitments' },
    input: z.object({
      identity: who,
      what: z.string().trim().min(1).max(1000),
      by: z.enum(['us', 'them']).default('us'),
      due: z
        .string()
        .max(40)
        .optional()
        .meta({ description: "2026-03-05, or 2026-03-05T17:00 on the operator's wall" }),
    }),
    output: z.object({ id: commitmentId, identity: identityId, dueAt: at.nullable() }),
    example: { identity: 'ana@example.org', what: 'send the second draft', due: '2026-03-05' },
    async run(os, { identity: given, what, by, due }) {
      const identity = await identityBy(os, given)
      const dueAt = due === undefined ? undefined : readDue(due, os.config.operator.timeZone)
      const made = { identity, what, by, origin: 'operator', ...(dueAt === undefined ? {} : { dueAt }) } as const
      const id = await os.store.write((tx) => os.identities.commitments.make(tx, made))
      return { id, identity, dueAt: dueAt ?? null }
    },
  }),
  operation({
    name: 'commitments.keep',
    kind: 'command',
    does: 'Says that a commitment is fulfilled.',
    http: { method: 'post', path: '/commitments/{commitment}/keep' },
    input: z.object(end),
    output: ended,
    example: { commitment: aCommitment, why: 'Sent on Monday' },
    async run(os, { commitment: id, why }) {
      const identity = await os.store.write((tx) => os.identities.commitments.keep(tx, id, { why, origin: 'operator' }))
      return { id, identity, state: 'kept' as const }
    },
  }),
  operation({
    name: 'commitments.drop',
    kind: 'command',
    does: 'Says that a commitment no longer holds.',
    http: { method: 'post', path: '/commitments/{commitment}/drop' },
    input: z.object(end),
    output: ended,
    example: { commitment: aCommitment, why: 'The project was called off' },
    async run(os, { commitment: id, why }) {
      const identity = await os.store.write((tx) => os.identities.commitments.drop(tx, id, { why, origin: 'operator' }))
      return { id, identity, state: 'dropped' as const }
    },
  }),
]

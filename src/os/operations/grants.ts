import { z } from 'zod'
import type { NewGrant } from '../../gate/grant.ts'
import type { GrantId } from '../../values/id.ts'
import { days } from '../../values/time.ts'
import { type Operation, operation } from '../operation.ts'
import { listGrants } from '../queries/grants.ts'
import { identityBy } from '../queries/identities.ts'
import { at, grantId, money, named, pageOf, paging, reason } from './fields.ts'

export const grantOperations: readonly Operation[] = [
  operation({
    name: 'grants.list',
    kind: 'query',
    does: 'Lists standing approvals, latest first.',
    http: { method: 'get', path: '/grants' },
    input: z.object(paging),
    output: pageOf(
      z.object({
        id: grantId,
        action: z.string(),
        subject: named.nullable(),
        payee: z.string().nullable(),
        maxAmount: money.nullable(),
        uses: z.int(),
        maxUses: z.int(),
        externalOk: z.boolean(),
        givenAt: at,
        expiresAt: at,
        state: z.enum(['active', 'used-up', 'expired', 'withdrawn']),
      }),
    ),
    example: {},
    run: listGrants,
  }),
  operation({
    name: 'grants.give',
    kind: 'command',
    does: 'Approves an action ahead of time: so often, until then, for this subject or payee, up to this amount.',
    http: { method: 'post', path: '/grants' },
    input: z.object({
      action: z.string().regex(/^[\w-]+\.[\w-]+$/, 'is not the name of an action (mail.send)'),
      subject: z.string().max(400).optional(),
      payee: z.string().max(200).optional(),
      maxAmount: money.optional(),
      maxUses: z.int().min(1).max(100_000),
      days: z.number().positive().max(366),
      externalOk: z.boolean().default(false),
      why: reason,
    }),
    output: z.object({ id: grantId }),
    example: { action: 'mail.send', maxUses: 20, days: 30, why: 'Answers to our own readers' },
    async run(os, { days: lasts, subject, payee, maxAmount, ...rest }) {
      const { risk } = os.action(rest.action)
      const grant: NewGrant = {
        ...rest,
        risk,
        lasts: days(lasts),
        ...(subject === undefined ? {} : { subject: await identityBy(os, subject) }),
        ...(payee === undefined ? {} : { payee }),
        ...(maxAmount === undefined ? {} : { maxAmount }),
      }
      return { id: await os.store.write((tx) => os.grants.give(tx, grant)) }
    },
  }),
  operation({
    name: 'grants.withdraw',
    kind: 'command',
    does: 'Ends a grant; what it allowed already stays.',
    http: { method: 'post', path: '/grants/{grant}/withdraw' },
    input: z.object({ grant: grantId }),
    output: z.object({ id: grantId }),
    example: { grant: 'grn_0k3v9q2m7x' as GrantId },
    async run(os, { grant }) {
      await os.store.write((tx) => os.grants.withdraw(tx, grant))
      return { id: grant }
    },
  }),
]

import { z } from 'zod'
import type { IdentityId } from '../../values/id.ts'
import { type Operation, operation } from '../operation.ts'
import { identityBy } from '../queries/identities.ts'
import { identityId, reason } from './fields.ts'
import { memberStatus, who } from './identity-fields.ts'

export const memberOperations: readonly Operation[] = [
  operation({
    name: 'identities.member',
    kind: 'command',
    does: 'Puts someone into an audience, or out of it.',
    http: { method: 'post', path: '/identities/{audience}/members' },
    input: z.object({ audience: who, member: who, status: memberStatus, why: reason.default('The operator said so') }),
    output: z.object({ audience: identityId, member: identityId, changed: z.boolean() }),
    example: { audience: 'idn_readers' as IdentityId, member: 'ana@example.org', status: 'active' },
    async run(os, { audience, member, status: to, why }) {
      const { join, unsubscribe, bounce } = os.identities.members
      const change = { active: join, unsubscribed: unsubscribe, bounced: bounce }[to]
      const pair = { audience: await identityBy(os, audience), member: await identityBy(os, member) }
      return { ...pair, changed: await os.store.write((tx) => change(tx, { ...pair, why, origin: 'operator' })) }
    },
  }),
]

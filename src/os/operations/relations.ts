import { z } from 'zod'
import { refuse } from '../../values/fault.ts'
import { type Operation, operation } from '../operation.ts'
import { identityBy } from '../queries/identities.ts'
import { identityId, idField, reason } from './fields.ts'
import { kindWord, who } from './identity-fields.ts'

const relation = idField('tie', 'a relation')
const kind = kindWord('works-at, client-of, subscribes-to')

export const relationOperations: readonly Operation[] = [
  operation({
    name: 'identities.relate',
    kind: 'command',
    does: 'Says what one identity is to another: works there, is a client, subscribes.',
    http: { method: 'post', path: '/identities/{identity}/relations' },
    input: z.object({ identity: who, kind, other: who }),
    output: z.object({ relation, from: identityId, to: identityId }),
    example: { identity: 'ana@example.org', kind: 'works-at', other: 'example.org' },
    async run(os, { identity, kind, other }) {
      const ends = { from: await identityBy(os, identity), to: await identityBy(os, other) }
      const made = { ...ends, kind, origin: 'operator' } as const
      return { relation: await os.store.write((tx) => os.identities.relations.relate(tx, made)), ...ends }
    },
  }),
  operation({
    name: 'identities.unrelate',
    kind: 'command',
    does: 'Says that a relation is over.',
    http: { method: 'post', path: '/identities/{identity}/relations/end' },
    input: z.object({ identity: who, kind, other: who, why: reason.default('The operator said so') }),
    output: z.object({ relation, from: identityId, to: identityId }),
    example: { identity: 'ana@example.org', kind: 'works-at', other: 'example.org', why: 'She left' },
    async run(os, { identity, kind, other, why }) {
      const ends = { from: await identityBy(os, identity), to: await identityBy(os, other) }
      const ended = await os.store.write(async (tx) => {
        const found = await os.identities.relations.between(tx, { ...ends, kind })
        if (!found) refuse('identity.no-relation', { relation: `${identity} ${kind} ${other}` })
        await os.identities.relations.end(tx, { relation: found, why, origin: 'operator' })
        return found
      })
      return { relation: ended, ...ends }
    },
  }),
]

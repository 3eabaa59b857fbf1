import { z } from 'zod'
import { type Operation, operation } from '../operation.ts'
import { identityBy } from '../queries/identities.ts'
import { listSuggestions } from '../queries/suggestions.ts'
import { identityId, pageOf, paging, reason } from './fields.ts'
import { mergeId, suggestion, who } from './identity-fields.ts'

export const mergeOperations: readonly Operation[] = [
  operation({
    name: 'identities.merge',
    kind: 'command',
    does: 'Says that two records are of one: both stay, and are read as one.',
    http: { method: 'post', path: '/identities/{identity}/merges' },
    input: z.object({
      identity: who.meta({ description: 'The one that stays in front' }),
      other: who,
      why: reason.default('The operator said so'),
    }),
    output: z.object({ merge: mergeId, identity: identityId, other: identityId }),
    example: { identity: 'ana@example.org', other: 'ana.nova@example.org', why: 'She wrote from both' },
    async run(os, { identity, other, why }) {
      const [into, from] = [await identityBy(os, identity), await identityBy(os, other)]
      const merge = { into, from, evidence: [why], origin: 'operator' } as const
      return { merge: await os.store.write((tx) => os.identities.merges.merge(tx, merge)), identity: into, other: from }
    },
  }),
  operation({
    name: 'identities.unmerge',
    kind: 'command',
    does: 'Undoes a merge: what was merged is its own again.',
    http: { method: 'post', path: '/merges/{merge}/undo' },
    input: z.object({ merge: mergeId, why: reason.default('The operator said so') }),
    output: z.object({ merge: mergeId }),
    example: { merge: 'mrg_0000000000' as never, why: 'They are sisters' },
    async run(os, { merge, why }) {
      await os.store.write((tx) => os.identities.merges.unmerge(tx, { merge, why, origin: 'operator' }))
      return { merge }
    },
  }),
  operation({
    name: 'identities.distinguish',
    kind: 'command',
    does: 'Says that two identities are not the same: they are not suggested as one again.',
    http: { method: 'post', path: '/identities/{identity}/distinctions' },
    input: z.object({ identity: who, other: who, why: reason.default('The operator said so') }),
    output: z.object({ one: identityId, other: identityId }),
    example: { identity: 'ana@example.org', other: 'anna@example.org', why: 'They are sisters' },
    async run(os, { identity, other, why }) {
      const pair = { one: await identityBy(os, identity), other: await identityBy(os, other) }
      await os.store.write((tx) => os.identities.merges.distinguish(tx, { ...pair, why, origin: 'operator' }))
      return pair
    },
  }),
  operation({
    name: 'identities.suggestions',
    kind: 'query',
    does: 'Shows who may be one with whom, with the evidence, and who only looks alike. Nothing is merged.',
    http: { method: 'get', path: '/suggestions/merges' },
    input: z.object(paging),
    output: pageOf(suggestion),
    example: { limit: 20 },
    run: (os, filter) => listSuggestions(os, filter),
  }),
]

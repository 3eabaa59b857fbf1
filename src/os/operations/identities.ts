import { z } from 'zod'
import { formatHandle } from '../../identity/normalise.ts'
import { refuse } from '../../values/fault.ts'
import { type Operation, operation } from '../operation.ts'
import { identityBy, listIdentities } from '../queries/identities.ts'
import { showIdentity } from '../queries/identity-view.ts'
import { identityId, pageOf, paging } from './fields.ts'
import { identityLine, identityView, kindWord, memberStatus, who } from './identity-fields.ts'

export const identityOperations: readonly Operation[] = [
  operation({
    name: 'identities.list',
    kind: 'query',
    does: 'Lists identities: all, those of a kind, or the members of an audience.',
    http: { method: 'get', path: '/identities' },
    input: z.object({
      kind: z.string().max(60).optional(),
      audience: identityId.optional(),
      status: memberStatus.optional(),
      ...paging,
    }),
    output: pageOf(identityLine),
    example: { kind: 'person' },
    run: listIdentities,
  }),
  operation({
    name: 'identities.show',
    kind: 'query',
    does: 'Shows what is known of an identity.',
    http: { method: 'get', path: '/identities/{identity}' },
    input: z.object({ identity: who }),
    output: identityView,
    example: { identity: 'ana@example.org' },
    run: (os, { identity }) => showIdentity(os, identity),
  }),
  operation({
    name: 'identities.add',
    kind: 'command',
    does: 'Adds an identity.',
    http: { method: 'post', path: '/identities' },
    input: z.object({
      kind: kindWord('person, organisation, audience, project, product'),
      name: z.string().trim().min(1).max(200),
      handles: z.array(who).max(20).default([]),
    }),
    output: z.object({ id: identityId }),
    example: { kind: 'person', name: 'Ana', handles: ['ana@example.org'] },
    run: (os, { handles, ...identity }) =>
      os.store.write(async (tx) => {
        if (identity.kind === 'company')
          refuse('input.invalid', { what: 'The kind "company"', why: 'there is one company' })
        const id = await os.identities.create(tx, { ...identity, origin: 'operator' })
        for (const handle of handles) await os.identities.handles.add(tx, id, handle, 'operator')
        return { id }
      }),
  }),
  operation({
    name: 'identities.handle',
    kind: 'command',
    does: 'Adds a name by which an identity is known: an address, a phone, an id elsewhere.',
    http: { method: 'post', path: '/identities/{identity}/handles' },
    input: z.object({ identity: who, handle: who }),
    output: z.object({ id: identityId, handle: z.string() }),
    example: { identity: 'ana@example.org', handle: '+420 777 123 456' },
    async run(os, { identity, handle }) {
      const id = await identityBy(os, identity)
      const added = await os.store.write((tx) => os.identities.handles.add(tx, id, handle, 'operator'))
      return { id, handle: formatHandle(added) }
    },
  }),
]

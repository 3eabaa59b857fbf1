import { z } from 'zod'
import type { IdentityId } from '../../values/id.ts'
import { type Operation, operation } from '../operation.ts'
import { identityBy, listIdentities, showIdentity } from '../queries/identities.ts'
import { commitmentLine } from './commitments.ts'
import { at, identityId, json, origin, pageOf, paging, reason } from './fields.ts'
import { runLine } from './run-views.ts'

const status = z.enum(['active', 'unsubscribed', 'bounced'])
const handle = z.object({ system: z.string().min(1).max(60), value: z.string().min(1).max(320) })
const who = z.string().trim().min(1).max(400).meta({ description: 'An id, an email address or system:value' })

const identityLine = z.object({
  id: identityId,
  kind: z.string(),
  name: z.string().nullable(),
  handles: z.array(handle),
  madeAt: at,
  member: status.nullable(),
})

const identityView = identityLine.omit({ member: true }).extend({
  forgottenAt: at.nullable(),
  facts: z.array(
    z.object({
      key: z.string(),
      value: json,
      origin,
      confidence: z.number(),
      recordedAt: at,
      source: z.int(),
      pinned: z.boolean(),
    }),
  ),
  memberOf: z.array(z.object({ id: identityId, name: z.string().nullable(), status })),
  members: z.array(z.object({ status, count: z.int() })),
  pointers: z.array(
    z.object({
      adapter: z.string(),
      title: z.string().nullable(),
      url: z.string().nullable(),
      state: z.enum(['unchanged', 'changed', 'gone', 'unchecked']),
    }),
  ),
  commitments: z.array(commitmentLine),
  runs: z.array(runLine),
})

export const identityOperations: readonly Operation[] = [
  operation({
    name: 'identities.list',
    kind: 'query',
    does: 'Lists identities: all, those of a kind, or the members of an audience.',
    http: { method: 'get', path: '/identities' },
    input: z.object({
      kind: z.string().max(60).optional(),
      audience: identityId.optional(),
      status: status.optional(),
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
      kind: z.enum(['person', 'organisation', 'audience', 'project', 'product']),
      name: z.string().trim().min(1).max(200),
      handles: z.array(who).max(20).default([]),
    }),
    output: z.object({ id: identityId }),
    example: { kind: 'person', name: 'Ana', handles: ['ana@example.org'] },
    run: (os, { handles, ...identity }) =>
      os.store.write(async (tx) => {
        const id = await os.identities.create(tx, { ...identity, origin: 'operator' })
        for (const handle of handles) await os.identities.handles.add(tx, id, handle, 'operator')
        return { id }
      }),
  }),
  operation({
    name: 'identities.fact',
    kind: 'command',
    does: 'Records what the operator knows of an identity; a newer fact supersedes the older.',
    http: { method: 'post', path: '/identities/{identity}/facts' },
    input: z.object({ identity: who, key: z.string().trim().min(1).max(100), value: json }),
    output: z.object({ id: identityId, fact: z.string() }),
    example: { identity: 'ana@example.org', key: 'language', value: 'cs' },
    async run(os, { identity, key, value }) {
      const id = await identityBy(os, identity)
      const fact = { identity: id, key, value, origin: 'operator' } as const
      return { id, fact: await os.store.write((tx) => os.identities.facts.record(tx, fact)) }
    },
  }),
  operation({
    name: 'identities.member',
    kind: 'command',
    does: 'Puts someone into an audience, or out of it.',
    http: { method: 'post', path: '/identities/{audience}/members' },
    input: z.object({ audience: who, member: who, status, why: reason.default('The operator said so') }),
    output: z.object({ audience: identityId, member: identityId, changed: z.boolean() }),
    example: { audience: 'idn_readers' as IdentityId, member: 'ana@example.org', status: 'active' },
    async run(os, { audience, member, status: to, why }) {
      const { join, unsubscribe, bounce } = os.identities.members
      const change = { active: join, unsubscribed: unsubscribe, bounced: bounce }[to]
      const pair = { audience: await identityBy(os, audience), member: await identityBy(os, member) }
      return { ...pair, changed: await os.store.write((tx) => change(tx, { ...pair, why, origin: 'operator' })) }
    },
  }),
  operation({
    name: 'identities.importCsv',
    kind: 'command',
    does: 'Adds people to an audience from a CSV; a dry run only says what would happen.',
    http: { method: 'post', path: '/identities/import' },
    input: z.object({
      csv: z.string().min(1),
      encoding: z.enum(['utf8', 'base64']).default('utf8'),
      source: z.string().max(400).default('the CSV'),
      audience: who,
      dryRun: z.boolean().default(false),
    }),
    output: z.object({
      dryRun: z.boolean(),
      created: z.int().meta({ description: 'New people, who joined' }),
      joined: z.int().meta({ description: 'People we knew, who joined' }),
      known: z.int().meta({ description: 'In the audience already, or out of it, as the row says' }),
      left: z.int().meta({ description: 'Recorded as unsubscribed or bounced, as their row says' }),
      refused: z.array(z.object({ line: z.int(), why: z.string() })),
    }),
    example: { csv: 'name,email\nAna,ana@example.org\n', audience: 'audience:readers', dryRun: true },
    async run(os, { csv, encoding, audience, ...rest }) {
      const content = encoding === 'base64' ? Buffer.from(csv, 'base64') : csv
      const to = await identityBy(os, audience)
      return { dryRun: rest.dryRun, ...(await os.identities.contacts.import({ ...rest, content, audience: to })) }
    },
  }),
]

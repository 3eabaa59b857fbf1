import { z } from 'zod'
import { type Operation, operation } from '../operation.ts'
import { listDisputes } from '../queries/disputes.ts'
import { identityBy } from '../queries/identities.ts'
import { factLine as lineOf } from '../queries/identity-view.ts'
import { at, identityId, json, named } from './fields.ts'
import { factLine, who } from './identity-fields.ts'

const key = z.string().trim().min(1).max(100)

export const factOperations: readonly Operation[] = [
  operation({
    name: 'identities.disputes',
    kind: 'query',
    does: 'Lists facts of the whole company that a newer word disputes, whose word counts less, until you say which it is.',
    http: { method: 'get', path: '/disputes' },
    input: z.object({
      limit: z.coerce.number().int().min(1).max(200).default(50),
      before: z.coerce.number().int().min(1).optional().meta({ description: 'The "next" of the page before' }),
    }),
    output: z.object({
      items: z.array(z.object({ identity: named, key: z.string(), shown: factLine, other: factLine })),
      next: z.int().nullable(),
    }),
    example: { limit: 20 },
    run: listDisputes,
  }),
  operation({
    name: 'identities.fact',
    kind: 'command',
    does: 'Records what the operator knows of an identity; a newer fact supersedes the older.',
    http: { method: 'post', path: '/identities/{identity}/facts' },
    input: z.object({
      identity: who,
      key,
      value: json,
      confidence: z.number().min(0).max(1).optional(),
      validFrom: at.optional(),
      validUntil: at.optional(),
    }),
    output: z.object({ id: identityId, fact: z.string() }),
    example: { identity: 'ana@example.org', key: 'language', value: 'cs' },
    async run(os, { identity, key, value, confidence, validFrom, validUntil }) {
      const id = await identityBy(os, identity)
      const fact = {
        ...{ identity: id, key, value, origin: 'operator' as const },
        ...(confidence === undefined ? {} : { confidence }),
        ...(validFrom === undefined ? {} : { validFrom }),
        ...(validUntil === undefined ? {} : { validUntil }),
      }
      return { id, fact: await os.store.write((tx) => os.identities.facts.record(tx, fact)) }
    },
  }),
  operation({
    name: 'identities.history',
    kind: 'query',
    does: 'Shows every value that a fact of an identity has had, the newest first.',
    http: { method: 'get', path: '/identities/{identity}/facts/{key}' },
    input: z.object({
      identity: who,
      key,
      limit: z.coerce.number().int().min(1).max(200).default(50),
      before: z.coerce.number().int().min(1).optional().meta({ description: 'The "next" of the page before' }),
    }),
    output: z.object({
      items: z.array(factLine.extend({ superseded: z.boolean() })),
      next: z.int().nullable(),
    }),
    example: { identity: 'ana@example.org', key: 'language' },
    async run(os, { identity, key, limit, before }) {
      const id = await identityBy(os, identity)
      const page = { limit: limit + 1, ...(before === undefined ? {} : { before }) }
      const found = await os.identities.facts.history(id, key, page)
      const items = found.slice(0, limit).map((fact) => ({ ...lineOf(fact), superseded: fact.supersededBy !== null }))
      return { items, next: found.length > limit ? (items.at(-1)?.source ?? null) : null }
    },
  }),
]

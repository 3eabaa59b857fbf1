import { z } from 'zod'
import { type Operation, operation } from '../operation.ts'
import { identityBy } from '../queries/identities.ts'
import { listPointers, pageOfPointers } from '../queries/pointers.ts'
import { at, idField, pageOf } from './fields.ts'

const pointerId = idField('ptr', 'a pointer')
const who = z.string().trim().min(1).max(400).meta({ description: 'An id, an email address or system:value' })
const line = z.object({
  ...{ id: pointerId, adapter: z.string(), externalId: z.string(), title: z.string().nullable() },
  ...{ url: z.string().nullable(), seenAt: at },
  state: z.enum(['unchanged', 'changed', 'gone', 'unchecked']),
  since: at.nullable().meta({ description: 'When it was first found so' }),
  checkedAt: at.nullable(),
  why: z.string().nullable(),
})
// A place is an external id of up to 1,000 characters.
const paging = { limit: z.coerce.number().int().min(1).max(100).default(50), cursor: z.string().max(6000).optional() }

/** Artifacts that live elsewhere. */
export const pointerOperations: readonly Operation[] = [
  operation({
    name: 'pointers.list',
    kind: 'query',
    does: 'Lists the artifacts of an identity that live elsewhere, and what became of each as of the last look.',
    http: { method: 'get', path: '/identities/{identity}/pointers' },
    input: z.object({ identity: who, ...paging }),
    output: pageOf(line),
    example: { identity: 'ana@example.org' },
    run: async (os, { identity, ...page }) => listPointers(os, await identityBy(os, identity), page),
  }),
  operation({
    name: 'pointers.check',
    kind: 'command',
    does: 'Looks at a page of the artifacts of an identity: unchanged, changed, gone, or why it cannot be told.',
    http: { method: 'post', path: '/identities/{identity}/pointers/check' },
    input: z.object({ identity: who, ...paging }),
    output: pageOf(line),
    example: { identity: 'ana@example.org' },
    async run(os, { identity, ...page }) {
      const id = await identityBy(os, identity)
      await os.pointers.check((await pageOfPointers(os, id, page)).rows)
      return listPointers(os, id, page)
    },
  }),
  operation({
    name: 'pointers.open',
    kind: 'command',
    does: 'Opens an artifact where it lives, and gives its text.',
    http: { method: 'post', path: '/pointers/{pointer}/open' },
    input: z.object({ pointer: pointerId }),
    output: z.object({
      ...{ pointer: pointerId, adapter: z.string(), externalId: z.string(), title: z.string().nullable() },
      ...{ url: z.string().nullable(), type: z.string(), text: z.string() },
      cut: z.boolean().meta({ description: 'True where more is in it' }),
    }),
    example: { pointer: 'ptr_0k3v9q2m7x' as never },
    run: (os, { pointer }) => os.pointers.open(pointer),
  }),
]

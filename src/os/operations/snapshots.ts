import { z } from 'zod'
import { type Operation, operation } from '../operation.ts'
import { identityBy } from '../queries/identities.ts'
import { at, identityId, origin } from './fields.ts'

const who = z.string().trim().min(1).max(400).meta({ description: 'An id, an email address or system:value' })
const key = z.string().trim().min(1).max(80)
const pinned = z.object({ identity: identityId, key, changed: z.boolean() })

const line = z.object({
  text: z.string(),
  tokens: z.int(),
  source: z.int().meta({ description: 'The event that says it' }),
  kind: z.string().meta({ description: 'The kind of this event' }),
  identity: identityId,
  origin,
  at: at.nullable(),
  score: z.number(),
  why: z.string(),
})

/** What agents read of an identity, and which facts are always in it. */
export const snapshotOperations: readonly Operation[] = [
  operation({
    name: 'identities.snapshot',
    kind: 'query',
    does: 'Gives what matters of an identity for a purpose, within a number of tokens.',
    http: { method: 'get', path: '/identities/{identity}/snapshot' },
    input: z.object({
      identity: who,
      purpose: z.string().trim().max(2000).default(''),
      tokens: z.coerce.number().int().min(0).max(100_000).default(400),
    }),
    output: z.object({ identity: identityId, tokens: z.int(), upTo: z.int(), lines: z.array(line) }),
    example: { identity: 'ana@example.org', purpose: 'write the next invoice', tokens: 400 },
    async run(os, { identity, purpose, tokens: budget }) {
      const snapshot = await os.memory.snapshot({ identity: await identityBy(os, identity), purpose, budget })
      const lines = snapshot.lines.map(({ source, ...rest }) => {
        // A snapshot is made of history alone.
        if (source.tier !== 'history') throw new TypeError(`a line of a snapshot comes from ${source.tier}`)
        return { ...rest, source: source.seq, kind: source.kind, identity: source.identity }
      })
      return { identity: snapshot.identity, tokens: snapshot.tokens, upTo: snapshot.upTo, lines }
    },
  }),
  operation({
    name: 'identities.pin',
    kind: 'command',
    does: 'Puts a fact of an identity into each of its snapshots, whatever its value will be.',
    http: { method: 'post', path: '/identities/{identity}/pins' },
    input: z.object({ identity: who, key }),
    output: pinned,
    example: { identity: 'ana@example.org', key: 'allergy' },
    async run(os, { identity: given, key }) {
      const pin = { identity: await identityBy(os, given), key }
      const changed = await os.store.write((tx) => os.identities.pins.pin(tx, { ...pin, origin: 'operator' }))
      return { ...pin, changed }
    },
  }),
  operation({
    name: 'identities.unpin',
    kind: 'command',
    does: 'Lets a fact of an identity stand in a snapshot only where it matters.',
    http: { method: 'delete', path: '/identities/{identity}/pins/{key}' },
    input: z.object({ identity: who, key }),
    output: pinned,
    example: { identity: 'ana@example.org', key: 'allergy' },
    async run(os, { identity: given, key }) {
      const pin = { identity: await identityBy(os, given), key }
      const changed = await os.store.write((tx) => os.identities.pins.unpin(tx, { ...pin, origin: 'operator' }))
      return { ...pin, changed }
    },
  }),
]

import { z } from 'zod'
import { type Operation, operation } from '../operation.ts'
import { identityBy } from '../queries/identities.ts'
import { at, faultView, identityId, origin, runId } from './fields.ts'

const tier = z.enum(['history', 'knowledge', 'working'])
const part = z.object({ what: z.string(), worth: z.number() })

/** Where a line is from. */
const source = z.discriminatedUnion('tier', [
  z.object({ tier: z.literal('history'), seq: z.int(), kind: z.string(), identity: identityId }),
  z.object({ tier: z.literal('knowledge'), path: z.string(), hash: z.string(), heading: z.string().nullable() }),
  z.object({ tier: z.literal('working'), key: z.string(), seq: z.int() }),
])

const line = z.object({
  text: z.string(),
  tokens: z.int(),
  source,
  origin,
  at: at.nullable(),
  score: z.number().meta({ description: 'Comparable within one answer only' }),
  why: z.string(),
})

const explained = z.object({
  words: z.array(z.object({ word: z.string(), from: z.string().nullable(), idf: z.number(), passages: z.int() })),
  dates: z.array(
    z.object({
      named: z.string(),
      from: z.number(),
      until: z.number(),
      days: z
        .tuple([z.string(), z.string()])
        .meta({ description: "The first and the last on the operator's calendar" }),
    }),
  ),
  parts: z.array(z.array(part)).meta({ description: 'What the score of each line is made of, in their order' }),
  meaning: z
    .object({ embedder: z.string(), lacking: z.int(), fault: faultView.nullable() })
    .nullable()
    .meta({ description: 'The embedder that was asked; null where none is configured' }),
  considered: z.int(),
  left: z
    .array(z.object({ line: line.omit({ tokens: true }), parts: z.array(part) }))
    .meta({ description: 'The best that did not fit' }),
})

export const recallOperations: readonly Operation[] = [
  operation({
    name: 'memory.recall',
    kind: 'query',
    does: 'Finds the best that memory holds on a question, packed into a budget of tokens.',
    // A question may be a whole mail: too long for an address.
    http: { method: 'post', path: '/memory/recall' },
    input: z.object({
      query: z.string().min(1).max(20_000),
      identity: z
        .string()
        .trim()
        .min(1)
        .max(400)
        .optional()
        .meta({ description: 'An id, an email address or system:value' }),
      tiers: z.array(tier).min(1).max(3).optional(),
      tokens: z.coerce.number().int().min(1).max(100_000).default(1000),
      purpose: z.string().max(2000).optional(),
      run: runId.optional(),
      explain: z.boolean().default(false),
    }),
    output: z.object({ lines: z.array(line), tokens: z.int(), upTo: z.int(), explained: explained.nullable() }),
    example: { query: 'What did Ana say about the price?', identity: 'ana@example.org', tokens: 500 },
    async run(os, { query, identity, tiers, tokens, purpose, run, explain }) {
      const recalled = await os.memory.recall({
        query,
        budget: tokens,
        explain,
        ...(identity === undefined ? {} : { identity: await identityBy(os, identity) }),
        ...(tiers === undefined ? {} : { tiers }),
        ...(purpose === undefined ? {} : { purpose }),
        ...(run === undefined ? {} : { run }),
      })
      return { explained: null, ...recalled }
    },
  }),
]

import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { answer } from '../../src/models/offline/answer.ts'
import type { Json } from '../../src/values/json.ts'
import { jsonSchema } from '../../src/values/schema.ts'

const name = fc.constantFrom(
  ...[
    'title',
    'subject',
    'body',
    'markdown',
    'summary',
    'sources',
    'links',
    'url',
    'tags',
    'count',
    'sourceCount',
    'note',
  ],
  ...['to', 'amount', 'ok', 'kind', 'items', 'confidence', 'id', 'x', 'weiß'],
)

const leaf = fc.oneof(
  fc.tuple(fc.nat(30), fc.nat(400)).map(
    ([least, more]): z.ZodType =>
      z
        .string()
        .min(least)
        .max(least + more),
  ),
  fc.nat(2000).map((least): z.ZodType => z.string().min(least)),
  fc.tuple(fc.integer({ min: -50, max: 50 }), fc.nat(20)).map(
    ([low, more]): z.ZodType =>
      z
        .int()
        .min(low)
        .max(low + more),
  ),
  fc.constantFrom<z.ZodType>(
    z.string(),
    z.number(),
    z.number().positive().lt(1),
    z.int().multipleOf(7).min(3),
    z.boolean(),
    z.null(),
    z.unknown(),
    z.literal('yes'),
    z.enum(['warm', 'cool']),
    z.email(),
    z.url(),
    z.uuid(),
    z.iso.date(),
    z.iso.datetime(),
    z.record(z.string(), z.number()),
    z.tuple([z.string(), z.int()]),
  ),
)

const { schema } = fc.letrec<{ schema: z.ZodType }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    fc
      .dictionary(name, fc.tuple(tie('schema'), fc.constantFrom('needed', 'optional', 'nullable')), {
        maxKeys: 6,
        noNullPrototype: true,
      })
      .map((shape) => {
        const members = Object.entries(shape).map(([key, [part, how]]) => [
          key,
          how === 'optional' ? part.optional() : how === 'nullable' ? part.nullable() : part,
        ])
        return z.object(Object.fromEntries(members) as Record<string, z.ZodType>)
      }),
    fc.tuple(tie('schema'), fc.nat(3), fc.nat(5)).map(([part, least, more]) =>
      z
        .array(part)
        .min(least)
        .max(least + more),
    ),
    fc.tuple(tie('schema'), tie('schema')).map(([one, two]) => z.union([one, two])),
  ),
}))

const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.lorem({ maxCount: 6, mode: 'sentences' }),
  fc.constantFrom(
    '```',
    '<script>',
    'javascript:alert(1)',
    'https://example.org/a(b)',
    'ana@example.org',
    '2026-01-01',
    '\uD800',
    '𐍈'.repeat(50),
  ),
)
const { inputs } = fc.letrec<{ inputs: Json }>((tie) => ({
  inputs: fc.oneof(
    { maxDepth: 4 },
    text,
    fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), fc.constant(null)),
    fc.dictionary(fc.oneof(name, fc.string(), fc.constantFrom('__proto__', 'constructor', 'toString')), tie('inputs'), {
      noNullPrototype: true,
    }),
    fc.array(tie('inputs')),
    fc.array(fc.record({ title: text, url: fc.webUrl(), text }, { requiredKeys: [] })),
  ),
}))

test('whatever the schema and the inputs, the answer fits the schema, and is the same again', () => {
  fc.assert(
    fc.property(schema, inputs, fc.option(text, { nil: null }), (part, given, comment) => {
      const wanted = z.object({ output: part, confidence: z.number().min(0).max(1) })
      const json = jsonSchema(wanted)
      const made = answer(json, { inputs: given, comment })
      const checked = wanted.safeParse(JSON.parse(JSON.stringify(made)))
      expect(checked.error?.issues ?? [], JSON.stringify(made)).toEqual([])
      expect(answer(json, { inputs: given, comment })).toEqual(made)
    }),
    { numRuns: 1500 },
  )
})

test('a schema that refers to itself ends', () => {
  const Tree = z.object({
    title: z.string(),
    get kids() {
      return z.array(Tree)
    },
    get parent() {
      return z.union([Tree, z.null()]).optional()
    },
  })
  const wanted = z.object({ output: Tree, confidence: z.number() })
  const deep = { title: 'a', kids: [{ title: 'b', kids: [{ title: 'c', kids: [] }] }] }
  expect(wanted.safeParse(answer(jsonSchema(wanted), { inputs: { tree: deep }, comment: null })).error).toBeUndefined()
})

test('inputs of some megabytes, as deep as JSON goes, are answered all the same', () => {
  const wanted = z.object({
    output: z.object({ markdown: z.string().max(5000), sources: z.array(z.object({ title: z.string() })) }),
  })
  const entries = Array.from({ length: 5000 }, (_, at) => ({
    title: `Entry ${at}`,
    text: `Sentence ${at} about bees. `.repeat(20),
  }))
  const deep = JSON.parse(`${'['.repeat(5000)}${']'.repeat(5000)}`) as Json
  const flood = '<script '.repeat(20_000) + '['.repeat(50_000) + ' '.repeat(50_000) + '*'.repeat(50_000)
  const made = answer(jsonSchema(wanted), {
    inputs: { deep, flood, entries, more: [{ title: 'x', text: flood }] },
    comment: null,
  })
  expect(wanted.safeParse(made).error).toBeUndefined()
})

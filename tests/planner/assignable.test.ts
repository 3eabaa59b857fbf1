import { expect, test } from 'vitest'
import { z } from 'zod'
import { describeType, mismatch } from '../../src/planner/assignable.ts'
import { jsonType, typeAt, typeOfLiteral } from '../../src/planner/json-type.ts'
import type { Json } from '../../src/values/json.ts'
import { didYouMean, nearest } from '../../src/values/nearest.ts'
import { jsonSchema, type Schema } from '../../src/values/schema.ts'

const given = (schema: Schema<unknown>) => jsonType(jsonSchema(schema, 'output'))
const taken = (schema: Schema<unknown>) => jsonType(jsonSchema(schema, 'input'))
const why = (source: Schema<unknown>, target: Schema<unknown>) => {
  const wrong = mismatch(given(source), taken(target))
  return wrong === undefined ? 'fits' : `${wrong.expected} / ${wrong.found}`
}
const text = z.string()
const number = z.number()

interface Tree {
  readonly value: string
  readonly below?: Tree | undefined
}
const tree: Schema<Tree> = z.object({
  value: text,
  get below() {
    return tree.optional()
  },
})

test.each<[string, Schema<unknown>, Schema<unknown>, string]>([
  ['the same', text, text, 'fits'],
  ['a whole number is a number', z.int(), number, 'fits'],
  ['a number may be broken', number, z.int(), 'a whole number / a number'],
  ['anything is taken', text, z.unknown(), 'fits'],
  ['what is unknown is given the benefit', z.unknown(), text, 'fits'],
  ['null is not text', text.nullable(), text, 'text / null'],
  ['text is text or null', text, text.nullable(), 'fits'],
  ['one of an enum is text', z.enum(['a', 'b']), text, 'fits'],
  ['text may be none of an enum', text, z.enum(['a', 'b']), '"a" or "b" / text'],
  ['a smaller enum', z.enum(['a']), z.enum(['a', 'b']), 'fits'],
  ['a larger enum', z.enum(['a', 'c']), z.enum(['a', 'b']), '"a" or "b" / "c"'],
  ['each of a union', z.union([text, number]), text, 'text / a number'],
  ['more fields than needed', z.object({ a: text, b: text }), z.object({ a: text }), 'fits'],
  [
    'more than a strict object takes',
    z.object({ a: text, b: text }),
    z.strictObject({ a: text }),
    'an object without b / one that has it',
  ],
  ['a missing field', z.object({ a: text }), z.object({ a: text, b: number }), 'a number in b / missing there'],
  [
    'an optional field',
    z.object({ a: text.optional() }),
    z.object({ a: text }),
    'text in a / text that may be missing there',
  ],
  ['to an optional field', z.object({}), z.object({ a: text.optional() }), 'fits'],
  ['to a field with a default', z.object({}), z.object({ a: text.default('x') }), 'fits'],
  ['from a field with a default', z.object({ a: text.default('x') }), z.object({ a: text }), 'fits'],
  [
    'a field deep inside',
    z.object({ a: z.object({ b: text }) }),
    z.object({ a: z.object({ b: number }) }),
    'a number in a.b / text there',
  ],
  ['lists', z.array(text), z.array(number), 'a number in [] / text there'],
  ['a list is no object', z.array(text), z.object({}), 'an object / a list of text'],
  ['a tuple is a list', z.tuple([text, text]), z.array(text), 'fits'],
  ['a list is no tuple', z.array(text), z.tuple([text]), 'a list of exactly 1 / a list of text'],
  ['a record takes fields of its type', z.object({ a: number }), z.record(text, text), 'text in a / a number there'],
  [
    'a record may lack a field',
    z.record(text, text),
    z.object({ a: text }),
    'text in a / text that may be missing there',
  ],
  ['types that contain themselves', tree, tree, 'fits'],
  [
    'intersections',
    z.intersection(z.object({ a: text }), z.object({ b: text })),
    z.object({ a: text, b: text }),
    'fits',
  ],
  ['what a transform makes', z.object({ a: text.transform((a) => a.length) }), z.object({ a: number }), 'fits'],
])('%s', (_case, source, target, expected) => {
  expect(why(source, target)).toBe(expected)
})

test('a discriminated union fits a wider one and not a narrower one', () => {
  const a = z.object({ kind: z.literal('a'), x: text })
  const b = z.object({ kind: z.literal('b') })
  expect(why(a, z.discriminatedUnion('kind', [a, b]))).toBe('fits')
  expect(why(z.discriminatedUnion('kind', [a, b]), a)).not.toBe('fits')
})

test('literals are read with their structure', () => {
  const target = taken(z.object({ list: z.array(z.object({ n: number })), kind: z.enum(['x', 'y']) }))
  const literal = (value: Json) => mismatch(typeOfLiteral(value), target)
  expect(literal({ list: [{ n: 1 }, { n: 1.5 }], kind: 'x', more: null })).toBeUndefined()
  expect(literal({ list: [], kind: 'y' })).toBeUndefined()
  expect(literal({ list: [{ n: 'one' }], kind: 'x' })?.found).toBe('"one" there')
  expect(literal({ list: [], kind: 'z' })?.found).toBe('"z" there')
})

test('a path leads through objects, lists, unions and null, and what may be missing on the way stays so', () => {
  const type = given(z.object({ a: z.object({ b: z.array(text) }).nullable(), c: z.object({ d: text }).optional() }))
  const at = (...path: string[]) => {
    const found = typeAt(type, path)
    return found === undefined ? undefined : [describeType(found), found.optional]
  }
  expect(at('a', 'b')).toEqual(['a list of text', true])
  expect(at('a', 'b', '0')).toEqual(['text', true])
  expect(at('c', 'd')).toEqual(['text', true])
  expect(at('a', 'x')).toBeUndefined()
  expect(at('a', 'b', 'length')).toBeUndefined()
  expect(at('constructor')).toBeUndefined()
})

test('a type that is nothing but itself is described, not followed for ever', () => {
  const loop = { $ref: '#' }
  expect(describeType(jsonType(loop))).toBe('anything')
  expect(describeType(jsonType({ type: 'array', items: { $ref: '#' } }))).toContain('…')
})

test('the nearest name is the one that was probably meant', () => {
  const known = ['writer', 'researcher', 'newsletters.send']
  expect(nearest('writr', known)).toBe('writer')
  expect(nearest('Wirter', known)).toBe('writer')
  expect(nearest('newsletter.send', known)).toBe('newsletters.send')
  expect(nearest('accountant', known)).toBeUndefined()
  expect(didYouMean('accountant', known)).toBe('')
  expect(nearest('x', [])).toBeUndefined()
})

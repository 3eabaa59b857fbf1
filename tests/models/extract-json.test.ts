import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { extractJson } from '../../src/models/extract-json.ts'

test.each([
  ['bare', '{"a":1}', { a: 1 }],
  ['in a fence', 'Here you are:\n```json\n{"a":[1,2]}\n```\nAnything else?', { a: [1, 2] }],
  ['in a fence without a name', '```\n[1]\n```', [1]],
  ['after prose with braces', 'Use {braces} like this: {"a":"}"} and {"b":2}', { a: '}' }],
  ['with fences and escapes inside its strings', '{"md":"```js\\n{\\"x\\"}\\n```"}', { md: '```js\n{"x"}\n```' }],
  ['a lone value', ' "yes"', 'yes'],
])('finds JSON %s', (_where, text, value) => {
  expect(extractJson(text)).toEqual({ ok: true, value })
})

test.each([
  ['prose', 'I cannot help with that.', /no JSON/],
  ['an answer that is cut off, though a whole value is inside', '{"output":{"a":1},"conf', /ends before/],
  ['broken JSON', "{'a': 1}", /broken/],
  ['endless nesting', '['.repeat(100_000), /nested deeper/],
  ['nothing', '', /no JSON/],
])('says what is wrong with %s', (_what, text, why) => {
  const found = extractJson(text)
  expect(found).toMatchObject({ ok: false, why: expect.stringMatching(why) })
})

test('gives back any object or array, whatever prose without brackets stands around it', () => {
  const prose = fc.string().map((text) => text.replace(/[[\]{}]/g, ''))
  const value = fc.oneof(
    fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 })),
    fc.array(fc.jsonValue({ maxDepth: 4 })),
  )
  fc.assert(
    fc.property(prose, value, prose, fc.boolean(), (before, thing, after, pretty) => {
      const text = JSON.stringify(thing, null, pretty ? 2 : 0)
      expect(extractJson(before + text + after)).toEqual({ ok: true, value: JSON.parse(text) })
    }),
  )
})

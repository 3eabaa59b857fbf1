import { expect, test } from 'vitest'
import { JsonTexts } from '../../src/cli/render/json-texts.ts'

function read(text: string, cut: 'whole' | 'letters'): string {
  const texts = new JsonTexts()
  return (cut === 'whole' ? [text] : [...text]).map((piece) => texts.take(piece)).join('')
}

test.each(['whole', 'letters'] as const)('of a JSON object its texts are told, %s', (cut) => {
  const letter = { subject: 'Tea', tags: ['green', 'black'], price: 12.5, of: { name: 'Ana "A" \\ Ü' }, empty: '' }
  expect(read(JSON.stringify(letter), cut)).toBe('subject: Tea\n- green\n- black\nname: Ana "A" \\ Ü\nempty: \n')
})

test('braces, commas and quotes within texts are text', () => {
  expect(read('{"body":"{\\"a\\": [1, 2]}, \\u00e9\\n"}', 'letters')).toBe('body: {"a": [1, 2]}, é\n\n')
})

test('a fenced block is read like the object in it', () => {
  expect(read('```json\n{"body":"Yes"}\n```', 'letters')).toBe('body: Yes\n')
})

test.each(['Dear Ana, {really}', ' - [x] done', '`code` first', '"quoted"'])(
  '%s is no JSON, and stays as it is',
  (text) => {
    expect(read(text, 'letters')).toBe(text)
  },
)

test.each(['{"a" "b":: "c"}}}]] "d"', '[[[{"x', '{"a":"\\uZZZZ"}'])('%s breaks nothing', (text) => {
  expect(typeof read(text, 'letters')).toBe('string')
})

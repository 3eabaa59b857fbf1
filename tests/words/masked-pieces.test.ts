import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Mask } from '../../src/store/mask.ts'

const secret = 'sk-live-9f2c"7b'

function maskOf(...secrets: readonly string[]): Mask {
  const mask = new Mask()
  for (const [index, value] of secrets.entries()) mask.add(`s${index}`, value)
  return mask
}

/** What is told after each piece, and at the end. */
function told(mask: Mask, pieces: readonly string[]): string[] {
  const masked = mask.pieces()
  return [...pieces.map((piece) => masked.take(piece)), masked.rest()]
}

test('a text without secrets is told as it comes', () => {
  expect(told(maskOf(secret), ['Dear ', 'Ana', '!'])).toEqual(['Dear ', 'Ana', '!', ''])
})

test('what may be the beginning of a secret is kept back until it is known what it is', () => {
  expect(told(maskOf(secret), ['My key is sk-', 'ies, not blue'])).toEqual(['My key is ', 'sk-ies, not blue', ''])
  expect(told(maskOf(secret), ['It is sk-live', '-9f2c"7b.'])).toEqual(['It is ', '[secret s0].', ''])
  expect(told(maskOf(secret), ['It is sk-'])).toEqual(['It is ', 'sk-'])
})

test('a secret within JSON is found in its escaped form too', () => {
  const json = JSON.stringify({ body: `It is ${secret}.` })
  expect(told(maskOf(secret), [...json]).join('')).toBe('{"body":"It is [secret s0]."}')
})

test('one secret within another does not uncover the rest of the longer one', () => {
  expect(told(maskOf('abcd', 'xabcdy'), ['xabcd', 'y!']).join('')).toBe('[secret s1]!')
  expect(told(maskOf('abcd', 'dzzz'), ['abcd', ' end']).join('')).toBe('[secret s0] end')
})

test('however a text is cut, it comes to the same as masked whole, and no secret is ever told', () => {
  const secrets = ['abcab', 'bcabcc', 'caca', 'aaaa']
  const letters = fc.array(fc.constantFrom('a', 'b', 'c', ...secrets), { maxLength: 12 })
  fc.assert(
    fc.property(letters, fc.array(fc.nat(6), { minLength: 1, maxLength: 8 }), (words, cuts) => {
      const text = words.join('')
      const pieces: string[] = []
      for (let at = 0, turn = 0; at < text.length; turn += 1) {
        const end = at + (cuts[turn % cuts.length] ?? 0) + 1
        pieces.push(text.slice(at, end))
        at = end
      }
      const mask = maskOf(...secrets)
      const whole = told(mask, pieces).join('')
      for (const value of secrets) expect(whole).not.toContain(value)
      expect(whole).toBe(mask.text(text))
    }),
    { numRuns: 2000 },
  )
})

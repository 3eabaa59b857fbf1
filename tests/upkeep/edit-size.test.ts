import { expect, test } from 'vitest'
import { editSize } from '../../src/executor/edit-size.ts'

test.each([
  ['nothing', { body: 'a b c d' }, { body: 'a b c d' }, { changed: 0, typed: 0 }],
  ['a word of four', 'a b c d', 'a b c e', { changed: 0.25, typed: 1 }],
  ['only the order', 'a b c d', 'd c b a', { changed: 0, typed: 0 }],
  ['half of it taken out', 'a b c d', 'a b', { changed: 0.5, typed: 0 }],
  ['all of it', { body: 'a b' }, { body: 'c d' }, { changed: 1, typed: 2 }],
  ['a number', { price: 10 }, { price: 12 }, { changed: 1, typed: 1 }],
  ['nothing of nothing', '', '', { changed: 0, typed: 0 }],
])('an edit that changes %s', (_what, before, after, size) => {
  expect(editSize(before, after)).toEqual(size)
})

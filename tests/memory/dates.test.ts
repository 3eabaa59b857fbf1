import { expect, test } from 'vitest'
import { spansIn } from '../../src/memory/dates.ts'
import { instant } from '../../src/values/time.ts'

// A Wednesday.
const now = instant(Date.UTC(2026, 2, 11, 15))
const daysOf = (text: string) => spansIn(text, now).map(({ from, until }) => `${iso(from)} ${iso(until)}`)
const iso = (ms: number) => new Date(ms).toISOString().slice(0, 10)

test.each([
  ['on 3 May 2023', '2023-05-03 2023-05-03'],
  ['on May 3rd, 2023', '2023-05-03 2023-05-03'],
  ['the 3rd of May 2023', '2023-05-03 2023-05-03'],
  ['2023-05-03', '2023-05-03 2023-05-03'],
  ['in March 2025', '2025-03-01 2025-03-31'],
  ['in March', '2026-03-01 2026-03-31'],
  ['in May', '2025-05-01 2025-05-31'],
  ['in Dec', '2025-12-01 2025-12-31'],
  ['on 20 January', '2026-01-20 2026-01-20'],
  ['yesterday', '2026-03-10 2026-03-10'],
  ['today', '2026-03-11 2026-03-11'],
  ['last week', '2026-03-02 2026-03-08'],
  ['this week', '2026-03-09 2026-03-15'],
  ['last month', '2026-02-01 2026-02-28'],
  ['last year', '2025-01-01 2025-12-31'],
  ['two days ago', '2026-03-08 2026-03-10'],
  ['on Friday', '2026-03-06 2026-03-06'],
  ['last Wednesday', '2026-03-04 2026-03-04'],
])('%s is %s', (text, days) => {
  expect(daysOf(`What did she say ${text}?`)).toEqual([days])
})

test.each(['What may she do?', 'May I ask?', 'Who will march?', 'the second of three', 'chapter 12', 'room 2025-99'])(
  '"%s" names no date',
  (text) => {
    expect(daysOf(text)).toEqual([])
  },
)

test('of many dates the first few count, and only at the head of a long text', () => {
  expect(daysOf('on 1 May 2023 '.repeat(50))).toHaveLength(4)
  expect(daysOf(`${'x '.repeat(5000)} on 1 May 2023`)).toEqual([])
})

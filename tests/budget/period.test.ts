import { expect, test } from 'vitest'
import { periodOf } from '../../src/budget/period.ts'
import { instant } from '../../src/values/time.ts'

const at = (text: string) => instant(Date.parse(text))

test('a month begins when it begins where the operator is', () => {
  expect(periodOf(at('2026-03-31T22:30:00Z'), 'UTC')).toBe('2026-03')
  expect(periodOf(at('2026-03-31T22:30:00Z'), 'Europe/Berlin')).toBe('2026-04')
  expect(periodOf(at('2026-01-01T04:59:59Z'), 'America/New_York')).toBe('2025-12')
  expect(periodOf(at('2026-01-01T05:00:00Z'), 'America/New_York')).toBe('2026-01')
})

test('a time zone that does not exist is refused', () => {
  expect(() => periodOf(at('2026-03-31T22:30:00Z'), 'Mars/Olympus')).toThrow(RangeError)
})

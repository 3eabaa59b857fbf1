import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nextPause, type RetryPolicy, usualRetry } from '../../src/queue/retry.ts'
import { fault } from '../../src/values/fault.ts'
import { milliseconds } from '../../src/values/time.ts'

const later = fault('adapter.busy', { adapter: 'mail', why: 'rate limit' })
const now = fault('agent.bad-output', { agent: 'writer', why: 'no title' })
const never = fault('mail.refused', { server: 's', address: 'a@b.c', why: '550' })

const policy: fc.Arbitrary<RetryPolicy> = fc.record({
  attempts: fc.integer({ min: 1, max: 20 }),
  first: fc.integer({ min: 1, max: 100_000 }).map(milliseconds),
  factor: fc.integer({ min: 1, max: 10 }),
  most: fc.integer({ min: 1, max: 1_000_000 }).map(milliseconds),
})
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

test('a pause is in the upper half of what the policy says, and never longer than its most', () => {
  const property = fc.property(policy, fc.integer({ min: 1, max: 19 }), random, (given, attempt, chance) => {
    const pause = nextPause(given, attempt, later, chance)
    if (attempt >= given.attempts) {
      expect(pause).toBe(undefined)
      return
    }
    const whole = Math.min(given.most, given.first * given.factor ** (attempt - 1))
    expect(pause).toBeGreaterThanOrEqual(Math.floor(whole / 2))
    expect(pause).toBeLessThanOrEqual(given.most)
    expect(pause).toBeLessThanOrEqual(Math.ceil(whole))
    expect(Number.isInteger(pause)).toBe(true)
  })
  fc.assert(property, { numRuns: 1_000 })
})

test('what never passes is not tried again, and what passes at once is not waited for', () => {
  expect(nextPause(usualRetry, 1, never, 0.5)).toBe(undefined)
  expect(nextPause(usualRetry, 1, now, 0.5)).toBe(0)
  expect(nextPause(usualRetry, 5, now, 0.5)).toBe(undefined)
})

test('the usual policy waits longer each time', () => {
  const pauses = [1, 2, 3, 4, 5].map((attempt) => nextPause(usualRetry, attempt, later, 0))
  expect(pauses).toEqual([1_000, 4_000, 16_000, 64_000, undefined])
})

import { expect, test } from 'vitest'
import { type BreakerEvent, closedBreaker, type Failure, nextBreaker, openBreakers } from '../../src/models/breaker.ts'
import { fakeClock } from '../../src/testing/clock.ts'
import { fault } from '../../src/values/fault.ts'
import { instant, minutes, seconds } from '../../src/values/time.ts'

const why = fault('model.unreachable', { model: 'a/b', why: 'it is down' })
const at = instant(1_000_000)
const failed = (failure: Failure, more: Partial<Extract<BreakerEvent, { kind: 'failed' }>> = {}): BreakerEvent => ({
  kind: 'failed',
  at,
  failure,
  why,
  chance: 0.5,
  ...more,
})

test.each([
  ['limited', 1],
  ['locked', 1],
  ['silent', 2],
  ['down', 3],
  ['malformed', 3],
  ['unfit', 10],
] as const)('%s opens a breaker after %i in a row', (failure, count) => {
  let breaker = closedBreaker
  for (let number = 1; number <= count; number += 1) {
    expect(breaker.state).toBe('closed')
    breaker = nextBreaker(breaker, failed(failure))
  }
  expect(breaker.state).toBe('open')
})

test('one agent whose schema is too hard says nothing of the account, however often it asks', () => {
  let breaker = closedBreaker
  for (let at = 0; at < 30; at += 1) breaker = nextBreaker(breaker, failed('unfit', { askedBy: 'clerk' }))
  expect(breaker).toMatchObject({ state: 'closed', failures: { unfit: 1 } })
  for (let at = 0; at < 9; at += 1) breaker = nextBreaker(breaker, failed('unfit', { askedBy: `${at}` }))
  expect(breaker.state).toBe('open')
})

test('an answer in between begins the count anew', () => {
  const once = nextBreaker(nextBreaker(closedBreaker, failed('silent')), { kind: 'answered' })
  expect(nextBreaker(once, failed('silent')).state).toBe('closed')
})

test('a provider that says for how long is believed, and a nonsense year is not', () => {
  expect(nextBreaker(closedBreaker, failed('limited', { retryAfter: seconds(37) }))).toMatchObject({
    until: at + 37_000,
  })
  const longest = nextBreaker(closedBreaker, failed('limited', { retryAfter: minutes(1e6) }))
  expect(longest).toMatchObject({ until: at + 24 * 3_600_000 })
})

test.each(['down', 'malformed'] as const)('one %s that names a time is not asked again before it', (failure) => {
  expect(nextBreaker(closedBreaker, failed(failure, { retryAfter: seconds(30) }))).toMatchObject({
    state: 'open',
    until: at + 30_000,
  })
  expect(nextBreaker(closedBreaker, failed(failure, { retryAfter: seconds(0) })).state).toBe('closed')
})

test('pauses double up to five minutes', () => {
  let breaker = nextBreaker(closedBreaker, failed('limited'))
  const pauses: number[] = []
  for (let trip = 0; trip < 8; trip += 1) {
    pauses.push(breaker.state === 'open' ? breaker.until - at : 0)
    breaker = nextBreaker(nextBreaker(breaker, { kind: 'asked', at, mayTake: minutes(1) }), failed('limited'))
  }
  expect(pauses).toEqual([5, 10, 20, 40, 80, 160, 300, 300].map((each) => each * 1000))
})

test('one call at a time looks whether a shut account is back', async () => {
  const clock = fakeClock(at)
  const changes: string[] = []
  const breakers = openBreakers(clock, () => 0.5)
  breakers.onChange(({ account, state }) => changes.push(`${account} ${state}`))
  expect(breakers.admit('a', minutes(1))).toBe(true)
  breakers.failed('a', { failure: 'limited', why })
  expect(breakers.admit('a', minutes(1))).toBe(false)
  await clock.advance(seconds(5))
  expect(breakers.admit('a', minutes(1))).toBe(true)
  expect(breakers.admit('a', minutes(1))).toBe(false)
  // A look that came to nothing leaves it to the next.
  breakers.givenUp('a')
  expect(breakers.admit('a', minutes(1))).toBe(true)
  // One whose end nobody tells counts as lost in its time.
  await clock.advance(minutes(1))
  expect(breakers.admit('a', minutes(1))).toBe(true)
  breakers.answered('a')
  expect(breakers.shut().size).toBe(0)
  expect(changes).toEqual(['a opened', 'a closed'])
})

test('late failures of calls that were under way change nothing, but a longer wish of the provider counts', () => {
  const open = nextBreaker(closedBreaker, failed('limited', { retryAfter: seconds(10) }))
  expect(nextBreaker(open, failed('down'))).toEqual(open)
  expect(nextBreaker(open, failed('limited', { retryAfter: seconds(60) }))).toMatchObject({ until: at + 60_000 })
})

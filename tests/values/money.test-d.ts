import { expectTypeOf, test } from 'vitest'
import { type Usd, usd } from '../../src/values/money.ts'
import { type Duration, minutes } from '../../src/values/time.ts'

test('money is not a number, a duration is not money', () => {
  expectTypeOf(usd(2)).toEqualTypeOf<Usd>()
  expectTypeOf(minutes(2)).toEqualTypeOf<Duration>()
  // @ts-expect-error a bare number has no unit
  const bare: Usd = 2
  // @ts-expect-error time is not money
  const time: Usd = minutes(2)
  return [bare, time]
})

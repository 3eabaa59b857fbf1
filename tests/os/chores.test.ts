import { expect, test } from 'vitest'
import { type Chore, openChores } from '../../src/os/chores.ts'
import { fakeClock } from '../../src/testing/clock.ts'
import { fault, Refusal } from '../../src/values/fault.ts'
import { type Instant, instant, later, minutes } from '../../src/values/time.ts'

const start = instant(1_000_000)
const full = fault('store.full', { path: '/tmp/x' })

function everyMinute(clock: { now(): Instant }, refusals = 0): Chore & { done: Instant[] } {
  let next = later(start, minutes(1))
  let left = refusals
  const done: Instant[] = []
  return {
    name: 'sweep',
    done,
    nextDue: async () => next,
    async perform() {
      if (left-- > 0) throw new Refusal(full)
      done.push(clock.now())
      next = later(next, minutes(1))
    },
  }
}

test('a chore is done each time it falls due, and not before', async () => {
  const clock = fakeClock(start)
  const sweep = everyMinute(clock)
  const chores = openChores([sweep], clock)
  chores.work()
  await clock.advance(minutes(3.5))
  expect(sweep.done).toEqual([1, 2, 3].map((after) => later(start, minutes(after))))
  await chores.close()
  await clock.advance(minutes(10))
  expect(sweep.done).toHaveLength(3)
})

test('a chore that is refused says why and is tried again a minute later', async () => {
  const clock = fakeClock(start)
  const sweep = everyMinute(clock, 1)
  const chores = openChores([sweep], clock)
  chores.work()
  await clock.advance(minutes(1))
  expect(chores.troubles().get('sweep')?.code).toBe('store.full')
  await clock.advance(minutes(1))
  expect(sweep.done).toEqual([later(start, minutes(2)), later(start, minutes(2))])
  expect(chores.troubles().size).toBe(0)
  await chores.close()
})

test('what is due is done at once when somebody waits for it', async () => {
  const clock = fakeClock(start)
  const sweep = everyMinute(clock)
  const chores = openChores([sweep], clock)
  await chores.idle()
  expect(sweep.done).toEqual([])
  await clock.advance(minutes(1))
  await chores.idle()
  expect(sweep.done).toEqual([later(start, minutes(1))])
})

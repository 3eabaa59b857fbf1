import { expect, test } from 'vitest'
import { restWhenQuiet } from '../../src/os/rest.ts'
import { fakeClock } from '../../src/testing/clock.ts'
import { instant, later, seconds } from '../../src/values/time.ts'

test('memory is given back once it has been quiet for ten seconds, and again after the next burst', async () => {
  const start = instant(0)
  const clock = fakeClock(start)
  const listeners = new Set<() => void>()
  const journal = {
    onCommitted(listener: () => void) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
  const happen = (): void => {
    for (const listener of listeners) listener()
  }
  const stop = restWhenQuiet({ journal, clock } as unknown as Parameters<typeof restWhenQuiet>[0])
  await clock.advance(seconds(6))
  happen()
  await clock.advance(seconds(6))
  expect(clock.waiting()).toEqual([later(start, seconds(16))])
  let garbage: object | undefined = { left: 'behind' }
  const left = new WeakRef(garbage)
  garbage = undefined
  await clock.advance(seconds(4))
  expect(left.deref()).toBeUndefined()
  // A few more times, with pauses in which others have their turn; what happens in one of them begins the wait anew.
  await clock.advance(seconds(1))
  expect(clock.waiting()).toHaveLength(1)
  await clock.advance(seconds(1))
  expect(clock.waiting()).toEqual([])
  happen()
  expect(clock.waiting()).toEqual([later(start, seconds(28))])
  // What starting up left is gone: once is enough from here on.
  await clock.advance(seconds(10))
  expect(clock.waiting()).toEqual([])
  happen()
  stop()
  expect([clock.waiting(), listeners.size]).toEqual([[], 0])
})

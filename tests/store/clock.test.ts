import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { systemClock } from '../../src/store/clock.ts'
import { setSharedClock, sharedClock } from '../../src/store/shared-clock.ts'
import { fakeClock } from '../../src/testing/clock.ts'
import { days, hours, instant, later, minutes } from '../../src/values/time.ts'
import { startChild } from './child.ts'
import { faultOf, tempFolder } from './open-store.ts'

const start = instant(1_700_000_000_000)

test('a fake clock stands still until it is moved', async () => {
  const clock = fakeClock(start)
  expect([clock.now(), clock.now()]).toEqual([start, start])
  await clock.advance(hours(3))
  expect(clock.now()).toBe(start + hours(3))
})

test('wakes come in order of time, then of asking, each at its own instant', async () => {
  const clock = fakeClock(start)
  const heard: [string, number][] = []
  const ask = (name: string, at: number): (() => void) =>
    clock.wake(instant(start + at), () => heard.push([name, clock.now() - start]))
  ask('c', 30)
  ask('a', 10)
  ask('b1', 20)
  ask('b2', 20)
  ask('past', -5)
  ask('late', 31)
  ask('called off', 15)()
  await clock.advance(30 as never)
  expect(heard).toEqual([
    ['past', 0],
    ['a', 10],
    ['b1', 20],
    ['b2', 20],
    ['c', 30],
  ])
  expect(clock.waiting()).toEqual([start + 31])
})

test('a wake that asks for the next one is called again within the same advance', async () => {
  const clock = fakeClock(start)
  let calls = 0
  const again = async (): Promise<void> => {
    calls += 1
    await Promise.resolve()
    clock.wake(later(clock.now(), minutes(10)), again)
  }
  clock.wake(later(start, minutes(10)), again)
  await clock.advance(hours(1))
  expect(calls).toBe(6)
})

test('the system clock wakes once, at once for what is due, and not when called off', async () => {
  const clock = systemClock()
  await new Promise<void>((resolve) => clock.wake(instant(0), resolve))
  const before = clock.now()
  let calledOff = false
  clock.wake(before, () => {
    calledOff = true
  })()
  await new Promise<void>((resolve) => clock.wake(later(before, 2 as never), resolve))
  expect(clock.now()).toBeGreaterThanOrEqual(before + 2)
  expect(calledOff).toBe(false)
  clock.wake(later(before, days(1000)), () => {})()
})

test('a shared clock is moved for every process, also those that wait', async () => {
  const path = join(tempFolder(), 'clock')
  setSharedClock(path, start)
  const child = startChild(`
    import { sharedClock } from 'SRC/store/shared-clock.ts'
    const clock = sharedClock(${JSON.stringify(path)})
    const open = setInterval(() => {}, 1e6)
    clock.wake(${start + 1000}, () => process.stdout.write('first ' + clock.now() + '\\n'))
    clock.wake(${start + 2000}, () => { process.stdout.write('second ' + clock.now() + '\\n'); clearInterval(open) })
    process.stdout.write('now ' + clock.now() + '\\n')`)
  const ours = sharedClock(path)
  const woken = new Promise<number>((resolve) => ours.wake(later(start, 1500 as never), () => resolve(ours.now())))
  expect(await child.line()).toBe(`now ${start}`)
  setSharedClock(path, instant(start + 1000))
  expect(await child.line()).toBe(`first ${start + 1000}`)
  expect(ours.now()).toBe(start + 1000)
  setSharedClock(path, instant(start + 5000))
  expect(await child.line()).toBe(`second ${start + 5000}`)
  expect(await woken).toBe(start + 5000)
  expect(await child.ended).toBe(0)
})

test('a process that only waits on a shared clock may end', async () => {
  const path = join(tempFolder(), 'clock')
  setSharedClock(path, start)
  const child = startChild(`
    import { sharedClock } from 'SRC/store/shared-clock.ts'
    const clock = sharedClock(${JSON.stringify(path)})
    clock.wake(${start + 1000}, () => process.stdout.write('never\\n'))`)
  expect(await child.ended).toBe(0)
})

test('a shared clock does not go back for those who read it, and wakes at once for what is due', async () => {
  const path = join(tempFolder(), 'clock')
  setSharedClock(path, start)
  const clock = sharedClock(path)
  expect(clock.now()).toBe(start)
  setSharedClock(path, instant(5))
  expect(clock.now()).toBe(start)
  let calledOff = false
  clock.wake(start, () => {
    calledOff = true
  })()
  await new Promise<void>((resolve) => clock.wake(start, resolve))
  expect(calledOff).toBe(false)
})

test('a file that holds no instant is a fault', () => {
  const path = join(tempFolder(), 'clock')
  writeFileSync(path, 'yesterday')
  expect(faultOf(() => sharedClock(path).now()).code).toBe('input.invalid')
})

import { availableParallelism } from 'node:os'
import { afterEach, expect, test } from 'vitest'
import { Line, usualPlaces } from '../../src/executor/sandbox/line.ts'
import { openSandbox } from '../../src/executor/sandbox/open-sandbox.ts'
import type { Answered, Job, Ran, Sandbox } from '../../src/executor/sandbox/sandbox.ts'
import { systemClock } from '../../src/store/clock.ts'
import { fault, Refusal } from '../../src/values/fault.ts'
import { instant, milliseconds } from '../../src/values/time.ts'

let sandbox: Sandbox
afterEach(() => sandbox?.close())

const usual = { input: null, now: instant(0), seed: 'x' }
const computing = `const run = () => 'computed'`
const asking = `const run = (input, { act }) => act('x', {})`
const never = (): AbortSignal => new AbortController().signal

function compute(): Promise<Ran<never>> {
  return sandbox.run({ ...usual, who: 'computer', code: computing, signal: never() })
}

/** Agents under way, and what lets them go on. */
function agents() {
  const inside: string[] = []
  const go = Promise.withResolvers<Answered<never>>()
  const begin = (who: string, more: Partial<Job> = {}): Promise<Ran<never>> => {
    const answer: Job['answer'] = async () => {
      inside.push(who)
      return go.promise
    }
    return sandbox.run({ ...usual, who, code: asking, signal: never(), answer, ...more })
  }
  return { inside, begin, go: () => go.resolve({ kind: 'value', value: 'went on' }) }
}
const until = async (isSo: () => boolean) => {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve))
}

test('as many jobs as there are places are under way at once, and the others have their turn after them', async () => {
  sandbox = openSandbox({ clock: systemClock(), places: 4 })
  const { inside, begin, go } = agents()
  const all = ['a', 'b', 'c', 'd', 'e'].map((who) => begin(who))
  await until(() => inside.length === 2)
  // A place more for what somebody waits for, and the last for what asks for nothing and so ends by itself.
  const waitedFor = [begin('f', { lane: 'interactive' }), begin('g', { lane: 'interactive' })]
  await until(() => inside.length === 3)
  expect(await compute()).toMatchObject({ output: 'computed' })
  expect(inside.toSorted()).toEqual(['a', 'b', 'f'])
  go()
  const ends = await Promise.all([...all, ...waitedFor])
  expect(ends.map((end) => end.kind === 'done' && end.output)).toEqual(Array(7).fill('went on'))
})

test('an agent that has something computed does not wait for its own place', async () => {
  sandbox = openSandbox({ clock: systemClock(), places: 1 })
  const answer: Job['answer'] = async () => ({ kind: 'value', value: (await compute()).kind })
  const all = ['a', 'b', 'c'].map((who) => sandbox.run({ ...usual, who, code: asking, signal: never(), answer }))
  expect((await Promise.all(all)).map((end) => end.kind === 'done' && end.output)).toEqual(['done', 'done', 'done'])
})

test('the wait for a turn is none of its own time', async () => {
  sandbox = openSandbox({ clock: systemClock(), places: 3 })
  const { inside, begin, go } = agents()
  const first = begin('first')
  await until(() => inside.length === 1)
  const second = begin('second', { limits: { time: milliseconds(500) } })
  const waited = Promise.withResolvers<void>()
  const clock = systemClock()
  clock.wake(instant(clock.now() + 700), waited.resolve)
  await waited.promise
  go()
  expect([await first, await second]).toMatchObject([{ output: 'went on' }, { output: 'went on' }])
})

test('whoever is stopped in line says why, and takes nobody a place', async () => {
  sandbox = openSandbox({ clock: systemClock(), places: 3 })
  const { inside, begin, go } = agents()
  const first = begin('first')
  await until(() => inside.length === 1)
  const abort = new AbortController()
  const second = begin('second', { signal: abort.signal })
  const third = begin('third')
  const why = fault('task.cancelled', { task: 'work' })
  abort.abort(new Refusal(why))
  expect(await second).toMatchObject({ kind: 'fault', fault: why })
  go()
  expect([await first, await third]).toMatchObject([{ output: 'went on' }, { output: 'went on' }])
  expect(inside).toEqual(['first', 'third'])
})

test('a sandbox that is closed keeps nobody in line', async () => {
  sandbox = openSandbox({ clock: systemClock(), places: 3 })
  const { inside, begin } = agents()
  void begin('first')
  await until(() => inside.length === 1)
  const second = begin('second')
  await sandbox.close()
  expect(await second).toMatchObject({ fault: { code: 'sandbox.unavailable' } })
})

test('a place that was left is given once', async () => {
  const line = new Line(3)
  const leave = await line.enter(2, never())
  const entered: number[] = []
  const next = [1, 2].map(async (count) => {
    const out = await line.enter(2, never())
    entered.push(count)
    return out
  })
  leave?.()
  const out = await next[0]
  expect(entered).toEqual([1])
  out?.()
  await next[1]
  expect(entered).toEqual([1, 2])
})

test('whoever has the most places goes before those that came earlier', async () => {
  const line = new Line(3)
  const leave = [await line.enter(0, never()), await line.enter(0, never()), await line.enter(0, never())]
  const entered: number[] = []
  const all = ([2, 1, 0] as const).map(async (kept) => {
    const out = await line.enter(kept, never())
    entered.push(kept)
    return out
  })
  for (const out of leave) out?.()
  ;(await all[2])?.()
  ;(await all[1])?.()
  await all[0]
  expect(entered).toEqual([0, 1, 2])
})

test('a machine has three places for each core, where its memory allows that many, and never fewer than three', () => {
  expect(usualPlaces(1)).toBe(3 * availableParallelism())
  expect(usualPlaces(2 ** 50)).toBe(3)
})

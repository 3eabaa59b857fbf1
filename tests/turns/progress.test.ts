import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Loop, limits, loopIn, nextProgress, noProgress } from '../../src/agents/progress.ts'
import { type CallMade, missedAnswer, type Sighting, sightingOf } from '../../src/agents/sighting.ts'
import type { Json } from '../../src/values/json.ts'

const look = (input: Json, output: Json = 'nothing'): Sighting => seen('desk.find', input, { output }, true)
const write = (input: Json, output: Json = 'done'): Sighting => seen('desk.note', input, { output }, false)
const refusal = (input: Json, refused = 'no'): Sighting => seen('desk.note', input, { refused }, false)

function seen(name: string, input: Json, outcome: CallMade['outcome'], reads: boolean): Sighting {
  return sightingOf({ name, input, outcome, reads })
}

/** After how many of these it is stopped, and why. */
function stopped(did: readonly Sighting[]): [number, Loop['why']] | undefined {
  let progress = noProgress
  for (const [index, one] of did.entries()) {
    progress = nextProgress(progress, one)
    const loop = loopIn(progress)
    if (loop) return [index + 1, loop.why]
  }
  return undefined
}

const times = (count: number, make: (index: number) => Sighting): Sighting[] =>
  Array.from({ length: count }, (_, index) => make(index))

test('the same look is stopped at the sixth time, the same writing at the fourth, the same refusal at the third', () => {
  expect(stopped(times(20, () => look('tea')))).toEqual([limits.read, 'same'])
  expect(stopped(times(20, () => write('tea')))).toEqual([limits.wrote, 'same'])
  expect(stopped(times(20, () => refusal('tea')))).toEqual([limits.refused, 'refused'])
  expect(stopped(times(20, () => missedAnswer('tea')))).toEqual([limits.answer, 'answer'])
  expect(limits).toMatchObject({ read: 6, wrote: 4, refused: 3, answer: 4 })
})

test('an answer that changes is news, but for the time of day and made-up ids in it', () => {
  expect(stopped(times(40, (at) => look('job', `step ${at}`)))).toBeUndefined()
  const clock = (at: number) =>
    `running, 2026-03-13T09:00:${String(10 + at)}Z, 00000000-0000-4000-8000-0000000000${String(10 + at)}`
  expect(stopped(times(40, (at) => look('job', clock(at))))).toEqual([6, 'same'])
})

test('what writing answers is no news: only what is written', () => {
  expect(stopped(times(20, (at) => write('tea', `id-${at}`)))).toEqual([4, 'same'])
  expect(stopped(times(40, (at) => write(`row ${at}`)))).toBeUndefined()
})

test('white space, case and punctuation around it make no other call', () => {
  const spelt = ['tea  Party', ' TEA party', 'tea party?', '"Tea Party"', 'tea\nparty', 'tea party']
  expect(stopped(spelt.map((what) => look({ what })))).toEqual([6, 'same'])
})

test('calls that differ only in a number are stopped at the sixteenth time in a row', () => {
  expect(stopped(times(40, (page) => look({ page }, [])))).toEqual([16, 'numbers'])
  expect(stopped(times(40, (at) => look(`report ${at}`, [])))).toEqual([16, 'numbers'])
  expect(stopped(times(40, (at) => look(`report ${at}`, at === 10 ? 'found' : [])))).toEqual([27, 'numbers'])
})

test('a circle of any length up to eight is stopped after three rounds at most', () => {
  for (let length = 2; length <= 8; length += 1) {
    const [after, why] = stopped(times(100, (at) => look(`place ${'abcdefgh'[at % length]}`))) ?? [0]
    expect(why).toMatch(/^(cycle|nothing-new)$/)
    expect(after).toBeLessThanOrEqual(Math.max(limits.cycle + length, length * 3))
  }
})

test('one piece of news takes all of it back', () => {
  const round = (at: number) => [...times(4, () => look('guide')), look(`chapter ${'abcdefghij'[at]}`)]
  expect(stopped(Array.from({ length: 10 }, (_, at) => round(at)).flat())).toBeUndefined()
})

test('six refusals in a row are enough, however they differ; one success between them is not in a row', () => {
  expect(stopped(times(20, (at) => refusal(`guess ${'abcdefghijklmnopqrst'[at]}`)))).toEqual([6, 'refused'])
  const mixed = times(40, (at) => (at % 5 === 4 ? write(`row ${at}`) : refusal(`guess ${at}`)))
  expect(stopped(mixed)).toBeUndefined()
})

test('whoever does something new each time is never stopped', () => {
  const news = fc.uniqueArray(fc.lorem({ maxCount: 3, mode: 'words' }), {
    minLength: 1,
    maxLength: 60,
    selector: (text) => text.toLowerCase(),
  })
  fc.assert(fc.property(news, (texts) => stopped(texts.map((text) => look(text, `about ${text}`))) === undefined))
})

test('whoever has only so many things to do is stopped, in whatever order', () => {
  const order = fc.array(fc.nat({ max: 5 }), { minLength: 120, maxLength: 120 })
  const few = (at: number) => (at < 3 ? look(`place ${'abc'[at]}`) : write(`thing ${'def'[at - 3]}`))
  fc.assert(
    fc.property(order, (picks) => {
      const [after] = stopped(picks.map(few)) ?? [Number.POSITIVE_INFINITY]
      return after <= 6 * limits.nothingNew
    }),
  )
})

import { expect, test } from 'vitest'
import { Overheard } from '../../src/api/overheard.ts'
import type { Words } from '../../src/telemetry/speaking.ts'
import type { RunId, TaskId } from '../../src/values/id.ts'

const about = { run: 'run_1' as RunId, task: 'tsk_1' as TaskId, name: 'write', model: 'acme/m' }

function listening() {
  let hear: (words: Words) => void = () => undefined
  let rings = 0
  const speaking = {
    listen(_run: RunId | undefined, heard: typeof hear) {
      hear = heard
      return () => undefined
    },
  }
  const overheard = new Overheard({ speaking }, undefined, () => {
    rings += 1
  })
  return { overheard, say: (call: number, text: string) => hear({ ...about, call, text }), rings: () => rings }
}

test('who reads slowly gets what each call said since in one piece', () => {
  const { overheard, say, rings } = listening()
  say(1, 'Dear ')
  say(2, 'Hello ')
  say(1, 'Ana')
  expect(rings()).toBe(3)
  expect(overheard.take().map(({ call, text }) => [call, text])).toEqual([
    [1, 'Dear Ana'],
    [2, 'Hello '],
  ])
  expect(overheard.take()).toEqual([])
  say(1, '!')
  expect(overheard.take()).toEqual([{ ...about, call: 1, text: '!' }])
})

test('for who does not read at all not more than so much is kept', () => {
  const { overheard, say } = listening()
  for (let call = 1; call <= 500; call += 1) say(call, 'x'.repeat(100_000))
  const held = overheard.take().reduce((sum, { text }) => sum + text.length, 0)
  expect(held).toBeGreaterThan(0)
  expect(held).toBeLessThanOrEqual(1_100_000)
})

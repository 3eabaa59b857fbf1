import { beforeEach, expect, test } from 'vitest'
import { Mask } from '../../src/store/mask.ts'
import { openSpeaking, type Speaking, type Words } from '../../src/telemetry/speaking.ts'
import type { RunId, TaskId } from '../../src/values/id.ts'

const about = { run: 'run_1' as RunId, task: 'tsk_1' as TaskId, name: 'write', model: 'acme/m' }
let speaking: Speaking

beforeEach(() => {
  const mask = new Mask()
  mask.add('key', 'sk-live-9f2c')
  speaking = openSpeaking({ maskPieces: () => mask.pieces() })
})

const texts = (heard: readonly Words[]) => heard.map(({ text }) => text)

test('who listens hears each piece, of the run that was asked for', () => {
  const [one, all]: [Words[], Words[]] = [[], []]
  speaking.listen(about.run, (words) => one.push(words))
  speaking.listen(undefined, (words) => all.push(words))
  speaking.begin(about).say('Dear ')
  speaking.begin({ ...about, run: 'run_2' as RunId }).say('Hello ')
  expect(one).toEqual([{ ...about, call: 1, text: 'Dear ' }])
  expect(texts(all)).toEqual(['Dear ', 'Hello '])
})

test('who comes late hears first what was said so far, in one piece, and nothing of calls that have ended', () => {
  const over = speaking.begin(about)
  over.say('No. ')
  over.end()
  const speech = speaking.begin(about)
  speech.say('Dear ')
  speech.say('Ana')
  const heard: Words[] = []
  const leave = speaking.listen(about.run, (words) => heard.push(words))
  speech.say(', hello')
  leave()
  speech.say('!')
  expect(heard).toEqual([
    { ...about, call: 2, text: 'Dear Ana' },
    { ...about, call: 2, text: ', hello' },
  ])
})

test('a secret is heard by nobody, and what only looked like one is heard at the end', () => {
  const heard: Words[] = []
  speaking.listen(undefined, (words) => heard.push(words))
  const speech = speaking.begin(about)
  for (const piece of ['It is sk-li', 've-9f2c, not sk-l']) speech.say(piece)
  speech.end()
  expect(texts(heard)).toEqual(['It is ', '[secret key], not ', 'sk-l'])
})

test('of an answer without end only the beginning is told', () => {
  const heard: Words[] = []
  speaking.listen(undefined, (words) => heard.push(words))
  const speech = speaking.begin(about)
  for (let times = 0; times < 30; times += 1) speech.say('x'.repeat(4000))
  expect(texts(heard).join('')).toHaveLength(100_000)
  expect(heard).toHaveLength(25)
})

import { expect, test } from 'vitest'
import { nothingAmbient } from './ambient.ts'
import { source } from './source.ts'

test.each([
  ['Date.now', 'export const a = () => Date.now()'],
  ['Date.now', 'const now = Date.now'],
  ['Date.now', 'globalThis.Date.now()'],
  ['new Date()', 'const a = new Date()'],
  ['Date()', 'const a = Date()'],
  ['Math.random', 'Math.random()'],
  ['performance.now', 'performance.now()'],
  ['setTimeout', 'setTimeout(() => {}, 1)'],
  ['setTimeout', 'const later = { setTimeout }'],
  ['setTimeout', 'globalThis.setTimeout(() => {}, 1)'],
  ['setInterval', 'setInterval(() => {}, 1)'],
  ['console', "console.log('a')"],
  ['console', 'const { log } = console'],
  ['node:timers/promises', "import { setTimeout as sleep } from 'node:timers/promises'"],
  ['crypto.randomUUID', 'crypto.randomUUID()'],
  ['randomUUID', "import { randomUUID } from 'node:crypto'\nrandomUUID()"],
])('%s is refused: %s', (name, text) => {
  expect(nothingAmbient(source('src/queue/queue.ts', text))).toEqual([expect.stringContaining(`uses ${name};`)])
  expect(nothingAmbient(source('tests/queue/a.test.ts', text))).toHaveLength(1)
})

test.each([
  'export const a = (clock: Clock) => clock.now()',
  'const text = new Date(instant).toISOString()',
  'clock.setTimeout(1)',
  'const port = { console: 1, setTimeout: 2 }',
  'interface Clock { setTimeout(ms: number): void }',
  "const says = 'Date.now() and console.log'",
  'const signal = AbortSignal.timeout(1000)',
])('what is not ambient is accepted: %s', (text) => {
  expect(nothingAmbient(source('src/queue/queue.ts', text))).toEqual([])
})

test('the clock and chance may look at the world; programs that drive others, or run as another, too', () => {
  expect(nothingAmbient(source('src/store/clock.ts', 'Date.now(); setTimeout(a, 1)'))).toEqual([])
  expect(nothingAmbient(source('src/values/chance.ts', 'Math.random()'))).toEqual([])
  expect(nothingAmbient(source('scripts/ci.ts', 'performance.now()'))).toEqual([])
  expect(nothingAmbient(source('tests/smtp/server-process.ts', 'setTimeout(a, 1)'))).toEqual([])
  expect(nothingAmbient(source('tests/smtp/server.ts', 'setTimeout(a, 1)'))).toHaveLength(1)
})

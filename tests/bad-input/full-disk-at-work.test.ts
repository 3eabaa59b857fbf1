import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, onTestFinished, test } from 'vitest'
import { expectFault, fill, place, smallDisk, soloist } from './command-line.ts'

test('a company at work outlives a full disk, refuses meanwhile, and goes on when there is room', async (context) => {
  const disk = smallDisk('200m')
  if (!disk) return context.skip('needs the right to mount a tmpfs')
  const company = place(disk)
  const held = await company.type('run', 'hello', 'name=Bo')
  const gate = /gat_\w+/.exec(held.err)?.[0] ?? ''

  const start = spawn(process.execPath, [soloist, 'start', '--port', '0'], {
    cwd: disk,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said: string[] = []
  const listening = Promise.withResolvers<void>()
  for (const stream of [start.stdout, start.stderr])
    createInterface({ input: stream }).on('line', (line) => {
      said.push(line)
      if (/http:/.test(line)) listening.resolve()
    })
  const ended = once(start, 'close')
  onTestFinished(async () => {
    start.kill('SIGKILL')
    await ended
  })
  await Promise.race([listening.promise, ended])

  const filler = fill(disk)
  const refused = await company.type('decide', gate, '--approve')
  expectFault(refused, 'store.full', { exit: 1, says: /disk .* is full/, next: /Make room/ })
  expect([start.exitCode, said.filter((line) => /^\s+at /.test(line))]).toEqual([null, []])
  rmSync(filler)
  expect((await company.type('decide', gate, '--approve')).code).toBe(0)
  expect(readdirSync(join(disk, 'outbox'))).toHaveLength(1)
  start.kill('SIGTERM')
  expect((await ended)[0]).toBe(0)
})

import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { NewTask } from '../../src/queue/queue.ts'
import { systemClock } from '../../src/store/clock.ts'
import { noOutcome, seedRun, usualTask } from '../../src/testing/queue-bench.ts'
import { derivedId } from '../../src/values/id.ts'
import { type Instant, milliseconds, seconds } from '../../src/values/time.ts'
import { openParts } from './sqlite-bench.ts'

const tasksInAll = process.env.PROOF ? 10_000 : 2_000
const clock = systemClock()
const run = derivedId('run', 'processes')
const children: ChildProcess[] = []
let folder = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'soloist-processes-'))
})
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  rmSync(folder, { recursive: true })
})

test('two processes on one store perform each task exactly once', async () => {
  const { store, queue, close } = await company()
  // Half of the tasks need one of the other half: finishing in one process makes work for both.
  const tasks = Array.from({ length: tasksInAll }, (_, at) =>
    task(`${at}`, at % 2 === 0 ? [] : [derivedId('tsk', `${at - 1}`)]),
  )
  await store.write((tx) => queue.add(tx, tasks))
  const workers = [start('w1', seconds(60), 'race'), start('w2', seconds(60), 'race')]
  await raceToTheEnd(workers)

  const performed = ['w1', 'w2'].map((owner) =>
    readFileSync(join(folder, `performed-${owner}`), 'utf8')
      .trim()
      .split('\n'),
  )
  expect(performed.flat().toSorted()).toEqual(tasks.map(({ name }) => name).toSorted())
  for (const names of performed) expect(names.length).toBeGreaterThan(0)
  const states = await store.read.selectFrom('tasks').select(['state', 'fence']).distinct().execute()
  expect(states.map(({ state, fence }) => [state, fence])).toEqual([['done', 1]])
  await close()
})

test('a process that slept beyond its lease cannot write with its old fence', async () => {
  const { store, queue, close } = await company()
  await store.write((tx) => queue.add(tx, [task('only', [])]))
  const sleeper = start('w1', milliseconds(300), 'hold')
  const claim = await said<{ fence: number; leaseUntil: Instant }>(sleeper)
  sleeper.kill('SIGSTOP')
  await new Promise<void>((resolve) => {
    clock.wake(claim.leaseUntil, resolve)
  })
  const current = await store.write(async (tx) => {
    for (const lost of await queue.expired(tx, 10)) await queue.lose(tx, lost)
    return (await queue.claim(tx, { owner: 'w2', max: 1, lease: seconds(60) }))[0]!
  })
  expect([claim.fence, current.fence]).toEqual([1, 2])
  sleeper.send('finish')
  sleeper.kill('SIGCONT')
  expect(await said(sleeper)).toEqual({ code: 'queue.stale-fence', alive: false })
  const done = { kind: 'done', outcome: noOutcome, origin: 'system' } as const
  await store.write((tx) => queue.finish(tx, current, done, milliseconds(1)))
  await close()
})

async function company() {
  const parts = await openParts(folder, Buffer.alloc(32, 7), clock, { depth: 20_000, keys: {} })
  await seedRun({ ...parts, clock: { ...clock, advance: () => {} } }, run)
  return parts
}

function task(name: string, needs: NewTask['needs']): NewTask {
  return { ...usualTask(run, derivedId('tsk', name), clock), name, needs }
}

function start(owner: string, lease: number, mode: 'race' | 'hold'): ChildProcess {
  const worker = join(import.meta.dirname, 'worker-process.ts')
  const child = fork(worker, [folder, owner, String(lease), mode], { execPath: process.execPath, execArgv: [] })
  children.push(child)
  return child
}

/** The next thing that a child says. Its death is a failure. */
async function said<T>(child: ChildProcess): Promise<T> {
  return Promise.race([
    once(child, 'message').then(([message]) => message as T),
    once(child, 'exit').then(([code, signal]) => {
      throw new Error(`the process ended with ${code ?? signal}`)
    }),
  ])
}

/**
 * Lets the workers go on until they have finished all tasks between them. One that is far ahead waits: SQLite's lock is not
 * fair, and a race that one of them sleeps through would show nothing.
 */
async function raceToTheEnd(workers: readonly ChildProcess[]): Promise<void> {
  const finished = new Map<ChildProcess, number>()
  const waiting = new Set<ChildProcess>()
  const far = 250
  await new Promise<void>((resolve, reject) => {
    for (const worker of workers) {
      worker.once('exit', (code, signal) => reject(new Error(`the process ended with ${code ?? signal}`)))
      worker.on('message', (message: { finished: number }) => {
        finished.set(worker, (finished.get(worker) ?? 0) + message.finished)
        waiting.add(worker)
        if ([...finished.values()].reduce((sum, count) => sum + count) >= tasksInAll) return resolve()
        if (finished.size < workers.length) return
        const last = Math.min(...finished.values())
        for (const one of waiting) if ((finished.get(one) ?? 0) - last < far && waiting.delete(one)) one.send('go')
      })
    }
  })
  const ends = workers.map((worker) => once(worker, 'exit'))
  for (const worker of workers) worker.send('stop')
  await Promise.all(ends)
}

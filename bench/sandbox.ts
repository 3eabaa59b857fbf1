import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as wait } from 'node:timers/promises'
import { openSandbox, type SandboxOptions } from '../src/executor/sandbox/open-sandbox.ts'
import type { Sandbox } from '../src/executor/sandbox/sandbox.ts'
import { systemClock } from '../src/store/clock.ts'
import { instant, milliseconds, seconds } from '../src/values/time.ts'
import { quantile, report } from './measure.ts'

// Two states of the machine, side by side: at work, and after a quarter of a second in which nothing happened. Where a host takes memory from
// what waits, all that waited is slow, whoever it is: so a bare Node is in both, and what one page costs.
const rounds = 40
const pause = 250
const clock = systemClock()
const open = (more: Partial<SandboxOptions>): Sandbox => openSandbox({ clock, ...more })

const cold = open({ warm: 0 })
const bare = open({ warm: 0, layers: new Set(['realm', 'permission']) })
const warm = open({ warm: 1 })
for (const sandbox of [cold, bare, warm]) await job(sandbox)
const sleeper = bareSleeper()
const pages = Buffer.alloc(1000 * 4096, 1)

await measure('at work', waiting, { cold: 'under 60', warm: 'under 5' })
await measure(`after ${pause} ms of rest`, () => wait(pause))
sleeper.end()

await job(warm)
await wait(pause)
for (const { name, kib } of memoryOf(children().at(-1) ?? 0))
  report({ name: `sandbox: memory of a process in waiting, ${name}`, value: kib / 1024, unit: 'MiB' })

report({ name: 'sandbox: event loop of the keeper, at rest, p99', value: await delayed(() => wait(5000)), unit: 'ms' })
const hostile = await delayed(() => Promise.all([siege(cold), siege(cold)]))
report({
  name: 'sandbox: event loop of the keeper, two in endless loops, p99',
  value: hostile,
  unit: 'ms',
  goal: 'under 50',
})

for (const sandbox of [cold, bare, warm]) await sandbox.close()

interface Measured {
  readonly work: () => Promise<unknown>
  readonly goal?: string
}

/** Each of them `rounds` times, in turns; before each, `come` brings the machine into its state. */
async function measure(
  state: string,
  come: () => Promise<void>,
  goals: { readonly cold?: string; readonly warm?: string } = {},
): Promise<void> {
  const all: Readonly<Record<string, Measured>> = {
    'an empty Node starts and ends': { work: bareNode },
    'a job, cold, all walls': { work: () => job(cold), ...(goals.cold && { goal: goals.cold }) },
    'a job, cold, permission model alone': { work: () => job(bare) },
    'a bare Node in waiting answers a line': { work: sleeper.answer },
    'a job, from the pool': { work: () => job(warm), ...(goals.warm && { goal: goals.warm }) },
    'a thousand pages are read': { work: readPages },
  }
  const taken = Object.entries(all).map(([name, one]) => ({ name, ...one, times: [] as number[] }))
  for (let round = 0; round < rounds; round += 1)
    for (const { work, times } of taken) {
      await waiting()
      await come()
      times.push(await timed(work))
    }
  for (const { name, times, goal } of taken) {
    report({ name: `sandbox, ${state}: ${name}, p50`, value: quantile(times, 0.5), unit: 'ms', ...(goal && { goal }) })
    report({ name: `sandbox, ${state}: ${name}, p95`, value: quantile(times, 0.95), unit: 'ms' })
  }
}

/** Resolves once the process of the pool waits for its job: it reads its standard input, as its system call says. */
async function waiting(): Promise<void> {
  const isReady = (pid: number): boolean => readFileSync(`/proc/${pid}/syscall`, 'utf8').startsWith('0 0x0 ')
  while (!children().some((pid) => pid !== sleeper.pid && isReady(pid))) await wait(1)
}

async function readPages(): Promise<number> {
  let sum = 0
  for (let at = 0; at < pages.length; at += 4096) sum += pages[at] ?? 0
  return sum
}

function job(sandbox: Sandbox, code = 'const run = ({ a }) => a + 1', cpu = seconds(10)) {
  const { signal } = new AbortController()
  const limits = { cpu, time: seconds(20) }
  return sandbox.run({ who: 'bench', code, input: { a: 1 }, now: instant(0), seed: 'x', limits, signal })
}

async function siege(sandbox: Sandbox): Promise<void> {
  for (let round = 0; round < 10; round += 1) await job(sandbox, 'const run = () => { for (;;); }', milliseconds(400))
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now()
  await work()
  return performance.now() - from
}

function bareNode(): Promise<void> {
  return new Promise((resolve) => spawn(process.execPath, ['-e', '0'], { env: {} }).once('exit', () => resolve()))
}

function bareSleeper() {
  const echo = "process.stdin.on('data', (line) => process.stdout.write(line))"
  const child = spawn(process.execPath, ['-e', echo], { env: {}, stdio: ['pipe', 'pipe', 'ignore'] })
  return {
    pid: child.pid,
    async answer(): Promise<void> {
      const answered = once(child.stdout, 'data')
      child.stdin.write('x\n')
      await answered
    },
    end: () => child.kill(),
  }
}

/** A resolution of 5 ms is part of what it measures; it is taken off. */
async function delayed(work: () => Promise<unknown>): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: 5 })
  delay.enable()
  await work()
  delay.disable()
  return delay.percentile(99) / 1e6 - 5
}

function children(): number[] {
  const text = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8')
  return text.trim().split(' ').map(Number)
}

/** All of it, its part of what several share, and what is its own. */
function memoryOf(pid: number): { name: string; kib: number }[] {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
  const kib = (key: string): number => Number(new RegExp(`^${key}:\\s+(\\d+)`, 'm').exec(text)?.[1])
  return [
    { name: 'RSS', kib: kib('Rss') },
    { name: 'PSS', kib: kib('Pss') },
    { name: 'private', kib: kib('Private_Dirty') + kib('Private_Clean') },
  ]
}

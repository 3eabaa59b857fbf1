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

// Side by side, so that all are told the same by a machine that others use too: a bare Node, a job without and with a process in waiting,
// a bare Node in waiting that answers a line (what waking up costs here, whoever wakes), and a job behind the permission model alone.
const rounds = 40
const settle = 250
const clock = systemClock()
const open = (more: Partial<SandboxOptions>): Sandbox => openSandbox({ clock, ...more })

const cold = open({ warm: 0 })
const bare = open({ warm: 0, layers: new Set(['realm', 'permission']) })
const warm = open({ warm: 1 })
for (const sandbox of [cold, bare, warm]) await job(sandbox)

const taken = {
  node: [] as number[],
  cold: [] as number[],
  bare: [] as number[],
  woken: [] as number[],
  warm: [] as number[],
}
const sleeper = bareSleeper()
for (let round = 0; round < rounds; round += 1) {
  taken.node.push(await timed(bareNode))
  taken.cold.push(await timed(() => job(cold)))
  taken.bare.push(await timed(() => job(bare)))
  taken.woken.push(await timed(sleeper.answer))
  await wait(settle)
  taken.warm.push(await timed(() => job(warm)))
}
sleeper.end()
const median = (values: readonly number[]): number => quantile(values, 0.5)
report({ name: 'sandbox: an empty Node starts and ends, p50', value: median(taken.node), unit: 'ms' })
report({ name: 'sandbox: a job, cold, all walls, p50', value: median(taken.cold), unit: 'ms', goal: 'under 60' })
report({ name: 'sandbox: a job, cold, permission model alone, p50', value: median(taken.bare), unit: 'ms' })
report({ name: 'sandbox: a bare Node in waiting answers a line, p50', value: median(taken.woken), unit: 'ms' })
report({ name: 'sandbox: a job, from the pool, p50', value: median(taken.warm), unit: 'ms', goal: 'under 5' })
report({ name: 'sandbox: a job, from the pool, p95', value: quantile(taken.warm, 0.95), unit: 'ms' })

await job(warm)
await wait(settle)
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

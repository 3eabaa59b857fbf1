import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { quantile, report } from './measure.ts'

// How long a served company takes to answer, and what it uses when nothing happens. Linux only: it reads /proc.
// `node bench/startup.ts --health http://127.0.0.1:7077/api/health [--token T] [--starts 5] [--idle 60] -- COMMAND ARGUMENT…`
const giveUpMs = 30_000
const betweenAsksMs = 5
// Clock ticks of /proc/PID/stat; 100 on every Linux that Node runs on (sysconf(_SC_CLK_TCK)).
const ticksPerSecond = 100

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    health: { type: 'string' },
    token: { type: 'string' },
    starts: { type: 'string', default: '5' },
    idle: { type: 'string', default: '60' },
  },
})
const health = values.health
const [program, ...args] = positionals
if (health === undefined || program === undefined) throw new TypeError('give --health URL and -- COMMAND')

const times: number[] = []
for (let start = 0; start < Number(values.starts); start += 1) {
  const served = await serve(program, args, health)
  times.push(served.ms)
  await stop(served.child)
}
// The first start fills the disk's cache: only the others are warm.
report({ name: 'warm start to healthy, p50', value: quantile(times.slice(1), 0.5), unit: 'ms', goal: 'under 1000' })

const served = await serve(program, args, health)
try {
  const pid = served.child.pid ?? 0
  // What starting up allocated may still be collected, and is no part of an idle minute.
  await sleep(2000)
  const before = cpuTicks(pid)
  await sleep(Number(values.idle) * 1000)
  const share = (cpuTicks(pid) - before) / ticksPerSecond / Number(values.idle)
  report({ name: 'idle memory (RSS)', value: rssMb(pid), unit: 'MB', goal: 'under 100' })
  report({ name: 'idle CPU', value: share * 100, unit: '% of a core', goal: 'under 0.5' })
} finally {
  await stop(served.child)
}

async function serve(
  name: string,
  given: readonly string[],
  url: string,
): Promise<{ child: ChildProcess; ms: number }> {
  const started = performance.now()
  const child = spawn(name, given, { stdio: ['ignore', 'ignore', 'inherit'] })
  while (performance.now() - started < giveUpMs) {
    if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode} before it was healthy`)
    if (await answers(url)) return { child, ms: performance.now() - started }
    await sleep(betweenAsksMs)
  }
  await stop(child)
  throw new Error(`${name} was not healthy after ${giveUpMs} ms`)
}

async function answers(url: string): Promise<boolean> {
  const headers: Record<string, string> = values.token === undefined ? {} : { authorization: `Bearer ${values.token}` }
  // Refused connections are what we wait to end: false, and asked again.
  const answer = await fetch(url, { headers }).catch(() => undefined)
  await answer?.arrayBuffer()
  return answer?.ok === true
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}

/** User and system time that the process has used; the command's name may hold spaces, so fields count from its end. */
function cpuTicks(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return Number(fields[11]) + Number(fields[12])
}

function rssMb(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024
}

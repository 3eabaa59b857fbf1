import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { pause } from './drive.ts'

const command = join(import.meta.dirname, '../bin/soloist.js')
const giveUpMs = 30_000
const betweenAsksMs = 5
// Clock ticks of /proc/PID/stat; 100 on every Linux that Node runs on (sysconf(_SC_CLK_TCK)).
const ticksPerSecond = 100

/** A company that `soloist start` serves, and what its process uses. */
export interface Served {
  readonly pid: number
  /** From the process's start to its first healthy answer. */
  readonly healthyMs: number
  /** CPU time that it used so far, in seconds. Linux only, like memory: /proc is read. */
  cpu(): number
  /** Resident memory in MB. */
  rss(): number
  stop(): Promise<void>
}

/** Runs a command of Soloist to its end. */
export async function soloist(...args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [command, ...args], { stdio: ['ignore', 'ignore', 'inherit'] })
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`soloist ${args.join(' ')} ended with ${code}`)
}

/** Starts the company in a folder and waits until it says that it is healthy. `node` is the program that runs it. */
export async function serve(folder: string, node = process.execPath): Promise<Served> {
  const port = await freePort()
  const started = performance.now()
  const args = [command, 'start', '--company', folder, '--port', String(port)]
  const child = spawn(node, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  while (!(await answers(`http://127.0.0.1:${port}/api/health`))) {
    if (child.exitCode !== null) throw new Error(`soloist start ended with ${child.exitCode} before it was healthy`)
    if (performance.now() - started > giveUpMs) throw new Error(`not healthy after ${giveUpMs} ms`)
    await pause(betweenAsksMs)
  }
  const healthyMs = performance.now() - started
  const pid = child.pid ?? 0
  return { pid, healthyMs, cpu: () => cpuTicks(pid) / ticksPerSecond, rss: () => rssMb(pid), stop: () => stop(child) }
}

/** A port of the loopback that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (typeof address !== 'object' || address === null) throw new Error('a server without a port')
  return address.port
}

async function answers(url: string): Promise<boolean> {
  // Refused connections are what we wait to end: false, and asked again.
  const answer = await fetch(url).catch(() => undefined)
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

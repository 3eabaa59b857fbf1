import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { rawCommits } from '../commits.ts'
import { serve, soloist } from '../served.ts'
import type { Latency } from './client.ts'
import { startCluster } from './cluster.ts'
import { type Contestant, startContestant } from './contestant.ts'
import type { Entry } from './entry.ts'
import { footprint } from './footprint.ts'

/** How much is measured. */
export interface Load {
  readonly jobs: number
  readonly concurrency: number
  readonly idleSeconds: number
  readonly lightSeconds: number
  readonly lightPerSecond: number
}

/** What a round found of one contender. Work is `undefined` where only the idle process is measured. */
export interface Found {
  readonly entry: Entry
  readonly settings: readonly string[]
  /** Commits a second that SQLite alone made just before, a row each: what the disk gave then, whoever else used it. */
  readonly disk: number
  readonly idle: Idle
  readonly work: Work | undefined
}

type Measured = Omit<Found, 'entry' | 'disk'>

interface Idle {
  /** MB of the whole process tree, PostgreSQL included. */
  readonly memory: number
  /** Percent of a core. */
  readonly cpu: number
  readonly processes: number
}

interface Work {
  readonly perSecond: number
  /** Milliseconds of CPU time of the whole process tree for one job: what a busy machine disturbs least. */
  readonly cpuMs: number
  readonly latency: Latency
  /** Jobs that were found to have exactly three right steps: all of them, or the bench fails. */
  readonly checked: number
}

/** What a round works with. */
export interface Ground {
  readonly folder: string
  /** A copy of Node of which nobody else's process shares memory. */
  readonly node: string
  /** PostgreSQL's programs. */
  readonly postgres: string | undefined
  /** Aborted when nobody wants the result any more: then all that runs is ended, and the round throws. */
  readonly signal: AbortSignal
}

// What starting up allocated may still be collected, and is no part of being idle.
const settleMs = 5000
const warmUpShare = 0.1
const controlBytes = 2000
const controlSeconds = 1

/** Measures one contender in a fresh process on a fresh database. */
export async function round(entry: Entry, load: Load, ground: Ground): Promise<Found> {
  const folder = join(ground.folder, entry.name)
  mkdirSync(folder)
  try {
    const disk = rawCommits(controlBytes, 1, controlSeconds)
    const found = await (entry.file === undefined ? served : compete)(entry, load, ground, folder)
    return { entry, disk, ...found }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function compete(entry: Entry, load: Load, ground: Ground, folder: string): Promise<Measured> {
  const cluster = entry.needsPostgres ? await startCluster(ground.postgres ?? '', folder) : undefined
  let contestant: Contestant | undefined
  try {
    const place = { folder, url: cluster?.url ?? '', concurrency: load.concurrency }
    contestant = await startContestant(entry.file ?? '', place, ground)
    const roots = [contestant.pid, ...(cluster ? [cluster.pid] : [])]
    const idle = await idling(roots, load, ground)
    return { settings: contestant.settings, idle, work: await work(contestant, roots, load) }
  } finally {
    await contestant?.kill()
    await cluster?.stop()
  }
}

async function work(contestant: Contestant, roots: readonly number[], load: Load): Promise<Work> {
  const { jobs, concurrency, lightSeconds, lightPerSecond } = load
  const warmUp = Math.ceil(jobs * warmUpShare)
  const before = footprint(roots).cpu
  const perSecond = (await contestant.ask({ what: 'heap', warmUp, jobs, calls: concurrency })) as number
  const cpuMs = ((footprint(roots).cpu - before) * 1000) / (warmUp + jobs)
  const light = { seconds: lightSeconds, perSecond: lightPerSecond }
  const latency = (await contestant.ask({ what: 'trickle', ...light })) as Latency
  const checked = (await contestant.ask({ what: 'check' })) as number
  await contestant.ask({ what: 'close' })
  return { perSecond, cpuMs, latency, checked }
}

/** The product as it is run, its desk included, with the company that `soloist init` makes. */
async function served(_entry: Entry, load: Load, ground: Ground, folder: string): Promise<Measured> {
  const company = join(folder, 'company')
  await soloist('init', company)
  const process = await serve(company, ground.node)
  try {
    const settings = ["the starter's company, HTTP API and schedules included"]
    return { settings, idle: await idling([process.pid], load, ground), work: undefined }
  } finally {
    await process.stop()
  }
}

async function idling(roots: readonly number[], { idleSeconds }: Load, { signal }: Ground): Promise<Idle> {
  await setTimeout(settleMs, undefined, { signal })
  const [before, from] = [footprint(roots), performance.now()]
  await setTimeout(idleSeconds * 1000, undefined, { signal })
  const [after, to] = [footprint(roots), performance.now()]
  const cpu = ((after.cpu - before.cpu) * 100_000) / (to - from)
  return { memory: after.memory, cpu, processes: after.processes }
}

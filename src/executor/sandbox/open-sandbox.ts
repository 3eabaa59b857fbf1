import { fault } from '../../values/fault.ts'
import { type Clock, seconds } from '../../values/time.ts'
import type { Memory } from './child.ts'
import { findWalls, type LayerName, type Walls } from './layers.ts'
import { fewestPlaces, type Kept, Line, usualPlaces } from './line.ts'
import { openPool, type Pool } from './pool.ts'
import { runJob, stoppedBy } from './run-job.ts'
import type { Job, Limits, Ran, Sandbox } from './sandbox.ts'

export interface SandboxOptions {
  /** The machine's own clock: a process is as slow as it is, whatever time the company lives in. */
  readonly clock: Clock
  readonly node?: string
  /** Only these walls: for those who show that each holds by itself. */
  readonly layers?: ReadonlySet<LayerName>
  readonly limits?: Partial<Limits>
  readonly memory?: Memory
  /** How many processes wait for the next job, once there was a first; 1. */
  readonly warm?: number
  /** How many jobs are under way at once, 3 or more; the others wait for their turn. By the machine's memory and cores where not said. */
  readonly places?: number
}

/** Half a minute and ten seconds: an agent that is code decides or computes; whoever thinks longer asks a model. */
const usualLimits: Limits = { time: seconds(30), cpu: seconds(10) }

// An idle process takes some 45 MiB of memory, most of it shared; an agent's data are a few. What the kernel counts as data starts at 25.
const megabyte = 2 ** 20
const usualMemory: Memory = { heap: 128, bytes: 256 * megabyte }

/** A sandbox that has started nothing: its first process, and the look at what this machine can do, come with the first job. */
export function openSandbox(options: SandboxOptions): Sandbox {
  const { clock, node = process.execPath, layers, limits, memory = usualMemory, warm = 1 } = options
  const line = new Line(Math.max(fewestPlaces, options.places ?? usualPlaces(memory.bytes)))
  const usual = { ...usualLimits, ...limits }
  let looked: Promise<Walls> | undefined
  let pool: Pool | undefined
  let closed = false
  const found = (): Promise<Walls> => {
    looked ??= findWalls(node, layers)
    return looked
  }
  const opened = async (): Promise<Pool> => {
    const caps = { cpuSeconds: Math.ceil(usual.cpu / 1000) + 2, dataBytes: memory.bytes }
    const walls = await found()
    pool ??= openPool({ clock, node, walls, caps, memory, size: warm })
    return pool
  }
  const perform = async <End>(job: Job<End>): Promise<Ran<End>> => {
    const ready = await opened()
    const child = ready.take()
    if (!child)
      return {
        kind: 'fault',
        fault: fault('sandbox.unavailable', { who: job.who, why: 'the system refused' }),
        logs: [],
      }
    try {
      return await runJob(child, job, { clock, limits: { ...usual, ...job.limits }, memory })
    } finally {
      child.kill()
      // Starting a process holds everybody up for some milliseconds: whoever waits for this job goes first.
      setImmediate(() => closed || ready.refill())
    }
  }
  return {
    async run(job) {
      const { signal, who, inLine = (wait) => wait(signal) } = job
      const leave = await inLine((until) => line.enter(keptBy(job), until))
      if (!leave) {
        const isStopped = signal.aborted || closed
        return { kind: 'fault', fault: isStopped ? stoppedBy(signal, who) : fault('sandbox.busy', { who }), logs: [] }
      }
      try {
        return await perform(job)
      } finally {
        leave()
      }
    },
    layers: async () => (await found()).states,
    async close() {
      closed = true
      line.close()
      await pool?.close()
    },
  }
}

function keptBy({ answer, lane }: Pick<Job<unknown>, 'answer' | 'lane'>): Kept {
  if (answer === undefined) return 0
  return lane === 'interactive' ? 1 : 2
}

import { readdirSync, readFileSync } from 'node:fs'

// Clock ticks of /proc/PID/stat; 100 on every Linux that Node runs on (sysconf(_SC_CLK_TCK)).
const ticksPerSecond = 100

/** What processes and all below them use. */
export interface Footprint {
  /**
   * MB of proportional set size: what they share with each other counts once, what they share with others in part. Pages of
   * files that are only cached do not count.
   */
  readonly memory: number
  /** Seconds of CPU time so far, that of children who have ended included. */
  readonly cpu: number
  readonly processes: number
}

/** Linux only: /proc is read. Root, or the user whose processes they are, may ask. */
export function footprint(roots: readonly number[]): Footprint {
  const tree = below(roots)
  return {
    memory: tree.reduce((sum, { pid }) => sum + pss(pid), 0),
    cpu: tree.reduce((sum, { ticks }) => sum + ticks, 0) / ticksPerSecond,
    processes: tree.length,
  }
}

interface Process {
  readonly pid: number
  readonly parent: number
  readonly ticks: number
}

function below(roots: readonly number[]): Process[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => stat(Number(name)))
  const found = all.filter((process) => roots.includes(process.pid))
  for (const process of found) found.push(...all.filter((other) => other.parent === process.pid))
  return found
}

/** The command's name may hold spaces, so fields count from its end. Of itself and of the children that it has waited for. */
function stat(pid: number): Process[] {
  const text = read(`/proc/${pid}/stat`)
  if (text === '') return []
  const fields = text.slice(text.lastIndexOf(') ') + 2).split(' ')
  return [{ pid, parent: Number(fields[1]), ticks: [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at]), 0) }]
}

function pss(pid: number): number {
  return Number(/^Pss:\s+(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0) / 1024
}

/** A process may end while it is looked at: then there is nothing to read, and it uses nothing. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ESRCH') return ''
    throw error
  }
}

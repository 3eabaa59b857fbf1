import { readFileSync } from 'node:fs'
import { type Clock, type Duration, later, milliseconds } from '../../values/time.ts'

/** What a process has used. */
interface Used {
  readonly cpu: Duration
  readonly bytes: number
}

// Each look is two small files: 0.05 ms. Within this time a process fills some 100 MB.
const interval = milliseconds(20)
// Linux counts both in these, whatever the machine.
const tick = 10
const page = 4096

/** Looks at a process until it is stopped; `see` is told what it has used. Without /proc, nothing is seen. */
export function watchProcess(clock: Clock, pid: number, see: (used: Used) => void): () => void {
  let stop: () => void = () => undefined
  const look = (): void => {
    stop = clock.wake(later(clock.now(), interval), () => {
      const used = usedBy(pid)
      if (used === undefined) return
      look()
      see(used)
    })
  }
  look()
  return () => stop()
}

/** What a process has used so far; `undefined` where that cannot be seen. */
export function usedBy(pid: number): Used | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // After the name, which may have spaces in it: user and system time are the 12th and 13th.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const cpu = milliseconds((Number(fields[11]) + Number(fields[12])) * tick)
    return { cpu, bytes: Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * page }
  } catch {
    return undefined
  }
}

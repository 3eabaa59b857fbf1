import { type Clock, later, minutes } from '../../values/time.ts'
import { type Child, type Memory, startChild } from './child.ts'
import type { Caps, Walls } from './layers.ts'

/** Processes that have started and wait for a job: each does one, and none is used again. */
export interface Pool {
  /** A process that is ready, or one that is just starting; `null` where none can be started. */
  take(): Child | null
  /** Starts the next in advance. */
  refill(): void
  /** Kills all that it started, and waits until they are gone. */
  close(): Promise<void>
}

export interface PoolOptions {
  readonly clock: Clock
  readonly node: string
  readonly walls: Walls
  readonly caps: Caps
  readonly memory: Memory
  /** How many wait at most. */
  readonly size: number
}

// Where nobody has come for so long, 45 MB are better used elsewhere.
const idle = minutes(10)

export function openPool({ clock, node, walls, caps, memory, size }: PoolOptions): Pool {
  const warm: Child[] = []
  const alive = new Set<Child>()
  let place = 0
  let stopIdle = (): void => undefined
  const start = (): Child | null => {
    place += 1
    const child = startChild(node, walls, place, caps, memory)
    if (!child) return null
    alive.add(child)
    void child.gone.then(() => alive.delete(child))
    return child
  }
  const empty = (): void => {
    for (const child of warm.splice(0)) child.kill()
  }
  return {
    take() {
      // One that died while it waited is none.
      while (warm[0] && !alive.has(warm[0])) warm.shift()
      const child = warm.shift() ?? start()
      child?.ref(true)
      return child
    },
    refill() {
      stopIdle()
      stopIdle = clock.wake(later(clock.now(), idle), empty)
      while (warm.length < size) {
        const child = start()
        if (!child) return
        child.ref(false)
        warm.push(child)
      }
    },
    async close() {
      stopIdle()
      warm.length = 0
      for (const child of alive) {
        // Whoever waits for its end is kept alive by it.
        child.ref(true)
        child.kill()
      }
      await Promise.all([...alive].map((child) => child.gone))
    },
  }
}

import { closeSync, constants, openSync, readSync, watch, writeSync } from 'node:fs'
import { refuse } from '../values/fault.ts'
import { type Clock, type Instant, instant } from '../values/time.ts'

/**
 * Virtual time, shared by all processes that read the same file, restarted ones included: for rehearsals of months in seconds
 * (`SOLOIST_CLOCK=PATH`). Time stands still until `setSharedClock` moves it. `now` reads the file each time (some 2 µs);
 * wakes react to its change. Fault: `input.invalid` when the file holds no instant.
 */
export function sharedClock(path: string): Clock {
  const file = openSync(path, 'r')
  const wakes = new Set<Wake>()
  let latest = 0
  let watching = false
  const now = (): Instant => {
    latest = Math.max(latest, readInstant(file, path))
    return instant(latest)
  }
  const callDue = (): void => {
    const at = now()
    const due = [...wakes].filter((wake) => wake.at <= at).sort((a, b) => a.at - b.at)
    for (const wake of due) {
      // One that was called may have called off another.
      if (wakes.delete(wake)) wake.then()
    }
  }
  return {
    now,
    wake(at, then) {
      const wake = { at, then }
      wakes.add(wake)
      if (!watching) {
        watching = true
        watch(path, { persistent: false }, callDue)
      }
      // Also now: time may have moved on before the watch began.
      setImmediate(callDue).unref()
      return () => wakes.delete(wake)
    },
  }
}

/** Sets the time of all who share the clock; makes the file when there is none. Never set it back: they do not follow. */
export function setSharedClock(path: string, at: Instant): void {
  const file = openSync(path, openForWriting, 0o644)
  try {
    const digits = String(at).padStart(width, '0')
    writeSync(file, `${digits} ${digits}\n`, 0)
  } finally {
    closeSync(file)
  }
}

interface Wake {
  readonly at: Instant
  readonly then: () => void
}

// Written in place, so that a descriptor that is open sees it; twice, so that who reads while it is written can tell.
const width = 16
const openForWriting = constants.O_RDWR | constants.O_CREAT
const maxReads = 1000
const buffer = Buffer.alloc(2 * width + 1)

function readInstant(file: number, path: string): number {
  for (let reads = 0; reads < maxReads; reads += 1) {
    readSync(file, buffer, 0, buffer.length, 0)
    const [one, other] = buffer.toString('latin1').trimEnd().split(' ')
    if (one !== undefined && one === other && /^\d{16}$/.test(one)) return Number(one)
  }
  return refuse('input.invalid', { what: path, why: 'it holds no instant; setSharedClock writes one' })
}

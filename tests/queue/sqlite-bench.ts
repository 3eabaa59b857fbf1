import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openQueue } from '../../src/queue/open-queue.ts'
import type { Limits } from '../../src/queue/queue.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { openVault } from '../../src/store/vault.ts'
import { openJournal } from '../../src/telemetry/journal.ts'
import type { QueueBench } from '../../src/testing/queue-bench.ts'
import { type Clock, type Duration, type Instant, instant, later } from '../../src/values/time.ts'
import { patient } from './patient-store.ts'

/** A company of its own in a temporary folder, removed with `close`. */
export async function openBench(limits: Limits): Promise<QueueBench> {
  const folder = mkdtempSync(join(tmpdir(), 'soloist-queue-'))
  const key = randomBytes(32)
  const clock = turnedClock()
  const opened: { close(): Promise<void> }[] = []
  const openOne = async () => {
    const one = await openParts(folder, key, clock, limits)
    opened.push(one)
    return one
  }
  return {
    ...(await openOne()),
    clock,
    another: openOne,
    async close() {
      for (const one of opened) await one.close()
      rmSync(folder, { recursive: true })
    },
  }
}

/** Store, journal and queue of a folder, as one process has them. */
export async function openParts(folder: string, key: Uint8Array, clock: Clock, limits: Limits) {
  const store = patient(openSqlite(join(folder, 'company.db')))
  const journal = openJournal(store, await openVault(store, key, clock), clock)
  const queue = openQueue({ store, journal, clock, limits, wakeFile: join(folder, 'wake') })
  const close = async () => {
    queue.close()
    await store.close()
  }
  return { store, journal, queue, close }
}

/** A clock that stands until it is turned. */
function turnedClock(): QueueBench['clock'] {
  let now = instant(Date.UTC(2026, 2, 13, 12))
  const alarms = new Map<() => void, Instant>()
  return {
    now: () => now,
    advance(by: Duration) {
      now = later(now, by)
      for (const [then, at] of alarms) if (at <= now && alarms.delete(then)) then()
    },
    wake(at, then) {
      alarms.set(then, at)
      return () => alarms.delete(then)
    },
  }
}

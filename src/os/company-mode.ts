import type { Mode as KernelMode } from '../executor/kernel.ts'
import type { Store } from '../store/store.ts'
import type { Journal } from '../telemetry/journal.ts'
import { companyIdentity } from '../values/id.ts'
import type { Clock, Instant } from '../values/time.ts'
import type { Degraded } from './degraded/told.ts'

/** Whether the company works, as a row that survives restarts, and in memory for those who ask before each step. */
export interface CompanyMode {
  now(): KernelMode
  since(): Instant | null
  /** Changing to what it is already changes nothing. */
  pause(why: string): Promise<void>
  resume(why: string): Promise<void>
  /** What does not work of the company, paused or not. Kept by `degraded/degrading.ts`, which journals it. */
  degraded(): Degraded | undefined
  degrade(degraded: Degraded | undefined): void
  /** From here on nothing new begins: the process is about to end. Not journalled. */
  stopping(): void
}

export async function openMode(store: Store, journal: Journal, clock: Clock): Promise<CompanyMode> {
  const row = await store.read.selectFrom('meta').select('value').where('name', '=', 'paused').executeTakeFirst()
  let paused = row ? (JSON.parse(row.value) as { why: string; since: Instant }) : undefined
  let ending = false
  let degraded: Degraded | undefined
  return {
    now: () =>
      paused
        ? { mode: 'paused', why: paused.why }
        : ending
          ? { mode: 'paused', why: 'Soloist is stopping' }
          : degraded
            ? { mode: 'degraded', reasons: degraded.reasons }
            : { mode: 'normal' },
    since: () => paused?.since ?? null,
    async pause(why) {
      if (paused) return
      const next = { why, since: clock.now() }
      // In force at once: what is about to leave sees it before the row is on disk.
      paused = next
      await store.write(async (tx) => {
        await journal.append(tx, {
          kind: 'company.paused',
          subject: companyIdentity,
          origin: 'operator',
          payload: { why },
        })
        await tx.db
          .insertInto('meta')
          .values({ name: 'paused', value: JSON.stringify(next) })
          .execute()
      })
    },
    async resume(why) {
      if (!paused) return
      await store.write(async (tx) => {
        await journal.append(tx, {
          kind: 'company.resumed',
          subject: companyIdentity,
          origin: 'operator',
          payload: { why },
        })
        await tx.db.deleteFrom('meta').where('name', '=', 'paused').execute()
      })
      paused = undefined
    },
    degraded: () => degraded,
    degrade: (now) => {
      degraded = now
    },
    stopping: () => {
      ending = true
    },
  }
}

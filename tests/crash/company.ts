import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { reclaim } from '../../src/executor/reclaim.ts'
import { Worker } from '../../src/executor/worker.ts'
import { openMode } from '../../src/os/company-mode.ts'
import { company } from '../../src/os/config.ts'
import { openAdapters } from '../../src/os/open-adapters.ts'
import { openKernel } from '../../src/os/open-kernel.ts'
import { placesOf } from '../../src/os/places.ts'
import { crashPoints } from '../../src/store/crash-points.ts'
import { takeLock } from '../../src/store/lock.ts'
import { setSharedClock, sharedClock } from '../../src/store/shared-clock.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { openVault } from '../../src/store/vault.ts'
import { openJournal } from '../../src/telemetry/journal.ts'
import { instant, seconds } from '../../src/values/time.ts'
import { clockOf } from './scene-files.ts'
import type { Work } from './work.ts'

export type CrashCompany = Awaited<ReturnType<typeof openCrashCompany>>

const begin = instant(Date.UTC(2026, 2, 13, 9))

/** Opens the company in a folder as the composition root does, with its virtual time; as often as it was killed. */
export async function openCrashCompany(folder: string, work: Work, env = process.env) {
  const config = company({
    name: 'Crash',
    operator: { name: 'Op', email: 'op@example.org', timeZone: 'UTC' },
    ...work.spec,
  })
  const places = placesOf(folder, config.store.folder)
  for (const part of [places.store, places.agents]) mkdirSync(part, { recursive: true })
  for (const [name, text] of Object.entries(work.instructions)) writeFileSync(join(places.agents, name), text)
  if (!existsSync(clockOf(folder))) setSharedClock(clockOf(folder), begin)
  const lock = takeLock(places.lock)
  const clock = sharedClock(clockOf(folder))
  const crash = crashPoints(env)
  const store = openSqlite(places.database, crash ? { crash } : {})
  const vault = await openVault(store, new Uint8Array(32).fill(7), clock)
  const journal = openJournal(store, vault, clock)
  const mode = await openMode(store, journal, clock)
  const adapters = openAdapters(config, vault, clock, folder)
  const ground = { config, places, store, vault, journal, clock, mode, adapters, crash, random: () => 0 }
  const kernel = await openKernel(ground)
  await store.write((tx) => kernel.identities.ensureCompany(tx, config.name))
  await store.write((tx) => kernel.queue.abandon(tx))
  while ((await reclaim(kernel)) > 0);
  return {
    folder,
    kernel,
    worker: new Worker(kernel, { owner: `process:${process.pid}`, concurrency: 8, lease: seconds(30) }),
    async close() {
      await adapters.close()
      kernel.queue.close()
      await store.close()
      lock.release()
    },
  }
}

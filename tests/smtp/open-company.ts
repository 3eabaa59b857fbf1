import { existsSync, mkdirSync } from 'node:fs'
import { audience, smtp } from '../../src/adapters/index.ts'
import { reclaim } from '../../src/executor/reclaim.ts'
import { usualLimits, Worker } from '../../src/executor/worker.ts'
import type { Company } from '../../src/os/commands.ts'
import { openMode } from '../../src/os/company-mode.ts'
import { company } from '../../src/os/config.ts'
import { openAdapters } from '../../src/os/open-adapters.ts'
import { openKernel } from '../../src/os/open-kernel.ts'
import { placesOf } from '../../src/os/places.ts'
import { start } from '../../src/os/start.ts'
import { systemClock } from '../../src/store/clock.ts'
import { takeLock } from '../../src/store/lock.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { openVault } from '../../src/store/vault.ts'
import { makeVaultKey, readVaultKey } from '../../src/store/vault-key.ts'
import { openJournal } from '../../src/telemetry/journal.ts'
import { letter, lettersFrom } from './letter.ts'

/** Opens the company in a folder as `openCompany` does, with mail through the server on this port. What was there stays. */
export async function openSender(folder: string, port: number, random: () => number) {
  const config = company({
    name: 'Sender',
    operator: { name: 'Op', email: 'op@example.org', timeZone: 'UTC' },
    workflows: [letter],
    adapters: [smtp({ host: '127.0.0.1', port, from: lettersFrom }), audience({ from: lettersFrom })],
  })
  const places = placesOf(folder, config.store.folder)
  mkdirSync(places.store, { recursive: true })
  const lock = takeLock(places.lock)
  const clock = systemClock()
  const store = openSqlite(places.database)
  const key = existsSync(places.vaultKey) ? readVaultKey(places.vaultKey) : makeVaultKey(places.vaultKey)
  const vault = await openVault(store, key, clock)
  const journal = openJournal(store, vault, clock)
  const mode = await openMode(store, journal, clock)
  const adapters = openAdapters(config, vault, clock, folder)
  const kernel = await openKernel({
    config,
    places,
    store,
    vault,
    journal,
    clock,
    random,
    mode,
    adapters,
    crash: undefined,
  })
  await store.write((tx) => kernel.identities.ensureCompany(tx, config.name))
  await store.write((tx) => kernel.queue.abandon(tx))
  while ((await reclaim(kernel)) > 0);
  const worker = new Worker(kernel, { owner: `process:${process.pid}`, ...usualLimits })
  return {
    kernel,
    worker,
    start: (topic: string) =>
      start({ kernel, config } as Company, 'letter', { topic, audience: 'audience:readers' }, 'operator'),
    openGates: () => store.read.selectFrom('gates').selectAll().where('state', '=', 'open').execute(),
    /** What the one run gave. */
    output: async () => {
      const run = await store.read.selectFrom('runs').selectAll().executeTakeFirstOrThrow()
      const [event] = await journal.at([run.output_seq ?? 0])
      return event?.kind === 'run.done' ? event.payload?.output : undefined
    },
    async close() {
      mode.stopping()
      await worker.close()
      await adapters.close()
      kernel.queue.close()
      await store.close()
      lock.release()
    },
  }
}

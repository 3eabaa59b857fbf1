import { randomInt } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { reclaim } from '../executor/reclaim.ts'
import { usualLimits, Worker } from '../executor/worker.ts'
import { systemClock } from '../store/clock.ts'
import { crashPoints } from '../store/crash-points.ts'
import { fileFault } from '../store/file-fault.ts'
import { takeLock } from '../store/lock.ts'
import { sharedClock } from '../store/shared-clock.ts'
import { openSqlite } from '../store/sqlite.ts'
import { openVault } from '../store/vault.ts'
import { readVaultKey } from '../store/vault-key.ts'
import { startAnchoring } from '../telemetry/anchoring.ts'
import { openJournal } from '../telemetry/journal.ts'
import { openChores } from './chores.ts'
import { type Company, commandsOf } from './commands.ts'
import { openMode } from './company-mode.ts'
import type { Config } from './config.ts'
import { epochOf } from './epoch.ts'
import { ownLedger } from './ledger.ts'
import { loadConfig } from './load-config.ts'
import { openAdapters } from './open-adapters.ts'
import { openKernel } from './open-kernel.ts'
import type { Os } from './os.ts'
import { placesOf } from './places.ts'
import { probing } from './probing.ts'
import { refuseSealed } from './sealed.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Opens the company in a folder: the only place where its parts are joined. Takes the company's lock; does no work by itself.
 * The environment may bring the vault's key (SOLOIST_VAULT_KEY), and for tests a clock that processes share (SOLOIST_CLOCK) and
 * points to crash at (SOLOIST_CRASH); a rehearsal may set a part of the config `instead`. Faults: `config.*`, `store.*`, `vault.*`.
 */
export async function openCompany(
  folder: string,
  env: Environment = process.env,
  instead: Partial<Config> = {},
): Promise<Os> {
  const config = { ...(await loadConfig(resolve(folder))), ...instead }
  const places = placesOf(resolve(folder), config.store.folder)
  makeFolder(places.store)
  const lock = takeLock(places.lock)
  try {
    return commandsOf(await openParts({ config, places, lock, env }))
  } catch (error) {
    lock.release()
    throw error
  }
}

// Jitter only, yet from the one source of chance there is.
const random = (): number => randomInt(2 ** 32) / 2 ** 32

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw fileFault(error, path)
  }
}

interface Locked {
  readonly config: Awaited<ReturnType<typeof loadConfig>>
  readonly places: ReturnType<typeof placesOf>
  readonly lock: ReturnType<typeof takeLock>
  readonly env: Environment
}

async function openParts({ config: given, places, lock, env }: Locked): Promise<Company> {
  const clock = env.SOLOIST_CLOCK ? sharedClock(env.SOLOIST_CLOCK) : systemClock()
  const crash = crashPoints(env)
  const key = readVaultKey(places.vaultKey, env.SOLOIST_VAULT_KEY)
  const store = openSqlite(places.database, crash ? { crash } : {})
  await refuseSealed(store)
  const vault = await openVault(store, key, clock)
  const journal = openJournal(store, vault, clock)
  const mode = await openMode(store, journal, clock)
  const config = { ...given, adapters: [...given.adapters, ownLedger(store, journal)] }
  const adapters = openAdapters(config, vault, clock, places.folder)
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
    crash,
  })
  const anchoring = startAnchoring({
    journal,
    store,
    clock,
    path: places.anchors,
    epoch: await epochOf(store),
    onFault: () => undefined,
  })
  await store.write((tx) => kernel.identities.ensureCompany(tx, config.name))
  // Whoever holds the lock knows that nobody else works: what others had claimed is free at once.
  await store.write((tx) => kernel.queue.abandon(tx))
  while ((await reclaim(kernel)) > 0);
  const worker = new Worker(kernel, { owner: `process:${process.pid}`, ...usualLimits })
  const chores = openChores([probing(kernel, adapters)], clock)
  return { kernel, config, places, mode, adapters, worker, chores, anchoring, lock }
}

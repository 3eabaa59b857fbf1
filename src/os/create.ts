import { randomInt } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Adapter } from '../adapters/adapter.ts'
import type { Kernel } from '../executor/kernel.ts'
import { reclaim } from '../executor/reclaim.ts'
import { letRolesGoOn } from '../executor/route.ts'
import { callBackLifted } from '../executor/set-control.ts'
import { usualLimits, Worker } from '../executor/worker.ts'
import { systemClock } from '../store/clock.ts'
import { crashPoints } from '../store/crash-points.ts'
import { fileFault } from '../store/file-fault.ts'
import { takeLock } from '../store/lock.ts'
import { sharedClock } from '../store/shared-clock.ts'
import { openSqlite } from '../store/sqlite.ts'
import type { CrashPoints, Store } from '../store/store.ts'
import { openVault } from '../store/vault.ts'
import { readVaultKey } from '../store/vault-key.ts'
import { type Anchoring, startAnchoring } from '../telemetry/anchoring.ts'
import { type Journal, openJournal } from '../telemetry/journal.ts'
import { days, later, milliseconds } from '../values/time.ts'
import { openBackups } from './backup/backups.ts'
import { openChores } from './chores.ts'
import { type Company, commandsOf } from './commands.ts'
import { type CompanyMode, openMode } from './company-mode.ts'
import type { Config } from './config.ts'
import { openDegrading } from './degraded/degrading.ts'
import { openDistilling } from './distil/distilling.ts'
import { freeBytes } from './doctor/machine.ts'
import { embedding } from './embedding.ts'
import { endingBatches } from './ending-batches.ts'
import { epochOf } from './epoch.ts'
import { cleaning, endBegunForgetting } from './forget/pending.ts'
import { settleHome } from './home.ts'
import { ownKnowledge } from './knowledge/own-knowledge.ts'
import { watchingKnowledge } from './knowledge/watching.ts'
import { ownLedger } from './ledger.ts'
import { loadConfig } from './load-config.ts'
import { openAdapters } from './open-adapters.ts'
import { openKernel } from './open-kernel.ts'
import type { Os } from './os.ts'
import { ownCompute } from './own-compute.ts'
import { ownMemory } from './own-memory.ts'
import { type Places, placesOf } from './places.ts'
import { ownPointers } from './pointers/own-pointers.ts'
import { probing } from './probing.ts'
import { openSchedules } from './schedules/schedules.ts'
import { refuseSealed } from './sealed.ts'
import { trialChores } from './trials/chores.ts'
import { upkeepChore } from './upkeep/chore.ts'
import { openWebhooks } from './webhooks/open.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Opens the company in a folder. Takes the company's lock; does no work by itself. The environment may bring the vault's key
 * (SOLOIST_VAULT_KEY), and for tests a clock that processes share (SOLOIST_CLOCK) and points to crash at (SOLOIST_CRASH).
 * Faults: `config.*`, `store.*`, `vault.*`.
 */
export async function openCompany(folder: string, env: Environment = process.env): Promise<Os> {
  return commandsOf(await openParts(resolve(folder), await loadConfig(resolve(folder)), env))
}

/**
 * The parts of a company under this config, whatever the config in its folder says: the only place where they are joined. For
 * rehearsals, which choose the adapters and models, and let the process die at a moment of their choice. Faults as above.
 */
export async function openParts(
  folder: string,
  config: Config,
  env: Environment,
  crash: CrashPoints | undefined = crashPoints(env),
): Promise<Company> {
  const places = placesOf(folder, config.store.folder)
  makeFolder(places.store)
  const lock = takeLock(places.lock)
  try {
    return await joinParts({ config, places, lock, env, crash })
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

/** What every company performs itself, with no adapter in its config. */
function ownAdapters(store: Store, journal: Journal, kernel: () => Kernel): Adapter[] {
  const working = (): Kernel['memory']['working'] => kernel().memory.working
  const compute = ownCompute(() => kernel().sandbox)
  return [ownLedger(store, journal), ownKnowledge(kernel), ownMemory(working), ownPointers(kernel), compute]
}

interface Locked {
  readonly config: Config
  readonly places: ReturnType<typeof placesOf>
  readonly lock: ReturnType<typeof takeLock>
  readonly env: Environment
  readonly crash: CrashPoints | undefined
}

/** Whoever holds the lock knows that nobody else works: what others had claimed is free at once. */
async function takeOver(kernel: Kernel, name: string): Promise<void> {
  await kernel.store.write((tx) => kernel.identities.ensureCompany(tx, name))
  await kernel.store.write((tx) => kernel.queue.abandon(tx))
  while ((await reclaim(kernel)) > 0);
  // A control may have been lifted in the moment before the last process died.
  await callBackLifted(kernel, later(kernel.clock.now(), milliseconds(-days(1))))
  // The folder may have an agent now that a task was held for.
  await letRolesGoOn(kernel)
}

async function joinParts({ config: given, places, lock, env, crash }: Locked): Promise<Company> {
  const clock = env.SOLOIST_CLOCK ? sharedClock(env.SOLOIST_CLOCK) : systemClock()
  const key = readVaultKey(places.vaultKey, env.SOLOIST_VAULT_KEY)
  const store = openSqlite(places.database, crash ? { crash } : {})
  await refuseSealed(store)
  const vault = await openVault(store, key, clock)
  const journal = openJournal(store, vault, clock)
  await settleHome({ store, journal, vault, clock, places })
  const mode = await openMode(store, journal, clock)
  const own = ownAdapters(store, journal, () => kernel)
  const config = { ...given, adapters: [...given.adapters, ...own] }
  const adapters = openAdapters(config, vault, clock, places.folder)
  const kernel = await openKernel({ config, places, store, vault, journal, clock, random, mode, adapters, crash })
  const anchoring = await anchoringOf(kernel, places)
  await takeOver(kernel, config.name)
  const { worker, degrading } = await openWorker(kernel, mode, places, () => chores.nudge())
  const able = { kernel, adapters, places, worker }
  await endBegunForgetting(able)
  const schedules = openSchedules({ kernel, config, changed: () => chores.nudge() })
  await schedules.keep()
  const backups = openBackups({ kernel, config, places })
  const knowing = watchingKnowledge(kernel, places.knowledge, () => chores.nudge())
  const distilling = openDistilling({ kernel, config }, () => chores.nudge())
  const trying = trialChores(kernel, () => chores.nudge())
  const asking = [probing(kernel, adapters), endingBatches(kernel), degrading.chore]
  const tending = [knowing, distilling.chore, cleaning(able), upkeepChore({ kernel, config })]
  const standing = [schedules.chore, ...asking, ...tending, ...trying]
  const { embedder } = kernel.memory
  const chores = openChores([...standing, ...backups.chores, ...(embedder ? [embedding(kernel, embedder)] : [])], clock)
  const webhooks = await openWebhooks({ kernel, config, chores })
  const watch = config.telemetry ? (await import('./watch/watch.ts')).openWatch(kernel, config, env) : undefined
  return {
    kernel,
    config,
    places,
    mode,
    adapters,
    worker,
    schedules,
    backups,
    distilling,
    chores,
    degrading,
    webhooks,
    anchoring,
    watch,
    lock,
  }
}

async function anchoringOf({ journal, store, clock }: Kernel, { anchors: path }: Places): Promise<Anchoring> {
  const epoch = await epochOf(store)
  return startAnchoring({ journal, store, clock, path, epoch, onFault: () => undefined })
}

/** Who does the work, and what says how much of it can be done now. */
async function openWorker(kernel: Kernel, mode: CompanyMode, places: Places, changed: () => void) {
  const free = (): number => freeBytes(places)
  const nudge = (): void => {
    worker.nudge()
    changed()
  }
  const degrading = await openDegrading({ kernel, mode, free, changed: nudge })
  const refused = degrading.refused.bind(degrading)
  const worker = new Worker(kernel, { owner: `process:${process.pid}`, ...usualLimits, refused })
  return { worker, degrading }
}

import { openReleases } from '../agents/release.ts'
import { openShelf } from '../agents/shelf.ts'
import { openTrials } from '../agents/trials.ts'
import { openControls } from '../budget/controls.ts'
import { openBudget } from '../budget/open-budget.ts'
import type { Kernel } from '../executor/kernel.ts'
import { placeOf } from '../executor/place.ts'
import { planReader } from '../executor/read-plan.ts'
import { readRun } from '../executor/read-run.ts'
import { openGates } from '../gate/gates.ts'
import { openGrants } from '../gate/grant.ts'
import { openIdentities } from '../identity/identities.ts'
import { unsubscribeToken } from '../identity/unsubscribe.ts'
import { openKnowledge } from '../memory/knowledge/open.ts'
import { openMemory } from '../memory/memory.ts'
import { openBreakers } from '../models/breaker.ts'
import { genaiPricing } from '../models/price.ts'
import { doersOf as factsOf } from '../planner/doer-facts.ts'
import { openQueue } from '../queue/open-queue.ts'
import type { CrashPoints, Store } from '../store/store.ts'
import type { Vault } from '../store/vault.ts'
import type { Journal } from '../telemetry/journal.ts'
import { openSpeaking } from '../telemetry/speaking.ts'
import { randomIds } from '../values/id.ts'
import { usd } from '../values/money.ts'
import type { Clock } from '../values/time.ts'
import type { CompanyMode } from './company-mode.ts'
import { type Config, monthlyLimits } from './config.ts'
import { artifactsOf, doersOf } from './doers.ts'
import { permitted } from './embedding.ts'
import { epochOf } from './epoch.ts'
import type { OpenAdapters } from './open-adapters.ts'
import { ownSandbox } from './own-sandbox.ts'
import type { Places } from './places.ts'

/** What the composition root has opened before the kernel. */
export interface Ground {
  readonly config: Config
  readonly places: Places
  readonly store: Store
  readonly vault: Vault
  readonly journal: Journal
  readonly clock: Clock
  readonly random: () => number
  readonly mode: CompanyMode
  readonly adapters: OpenAdapters
  readonly crash: CrashPoints | undefined
}

// More open background tasks than this are a mistake or an attack; each is some 2 KB with its events.
const usualDepth = 100_000
// A plan that an agent made is shown to the operator from here on, risky or not.
const dearPlan = usd(1)

/** Joins the nouns into what attempts work with. Faults: `config.invalid`, `agent.missing-instructions`, `skill.*`. */
export async function openKernel(ground: Ground): Promise<Kernel> {
  const { config, places, store, vault, journal, clock, mode, adapters } = ground
  const ids = randomIds(clock.now)
  const foundation = { store, journal, clock, ids, vault }
  const doers = doersOf(config)
  const identities = openIdentities(foundation)
  const knowledge = openKnowledge({ ...foundation, folder: places.knowledge })
  const { embedder } = config.memory
  const remembered = {
    ...foundation,
    ...(embedder ? { embedder: permitted(embedder, { mode, vault, clock }) } : {}),
    mask: (text: string) => vault.mask(text),
    identities,
    knowledge,
    timeZone: config.operator.timeZone,
  }
  const readPlan = planReader(store)
  const limits = { depth: config.limits.depth ?? usualDepth, keys: config.limits.keys ?? {} }
  return {
    store,
    vault,
    journal,
    clock,
    random: ground.random,
    queue: openQueue({ store, journal, clock, limits, wakeFile: places.wake }),
    budget: openBudget(foundation),
    gates: openGates(foundation),
    grants: openGrants(foundation),
    identities,
    knowledge,
    memory: openMemory(remembered, places.memory),
    artifacts: await artifactsOf(doers, places),
    shelf: openShelf(store, journal),
    releases: await openReleases(foundation),
    trials: await openTrials(foundation),
    models: config.models,
    pricing: genaiPricing(clock),
    breakers: openBreakers(clock, ground.random),
    speaking: openSpeaking(vault),
    controls: await openControls(foundation),
    exams: new Map(),
    sandbox: ownSandbox(config.limits.sandbox),
    policies: Object.entries(config.policies).map(([action, requires]) => ({ action, requires })),
    monthlyLimits: new Map(Object.entries(monthlyLimits(config))),
    doers,
    facts: factsOf(doers.values()),
    adapters: adapters.byAction,
    timeZone: config.operator.timeZone,
    epoch: await epochOf(store),
    allowPrivate: config.allowPrivate,
    unsubscribe: leaving(config, vault),
    readRun: (id) => readRun(store.read, id),
    readPlan,
    placeOf: async (task) => placeOf(await readPlan(task.plan_hash), task),
    mode: mode.now,
    dearPlan,
    crash: ground.crash,
  }
}

/** The addresses by which a member leaves an audience. */
function leaving({ publicUrl, operator }: Config, { chainKey }: Vault): Kernel['unsubscribe'] {
  return (audience, member) => {
    const token = unsubscribeToken(chainKey, audience, member)
    const url = publicUrl === null ? null : new URL(`/unsubscribe/${token}`, publicUrl).href
    return { url, mailto: `${operator.email}?subject=${encodeURIComponent(`unsubscribe ${token}`)}` }
  }
}

import type { Adapter } from '../adapters/adapter.ts'
import type { Artifact } from '../agents/artifact.ts'
import type { Releases } from '../agents/release.ts'
import type { Shelf } from '../agents/shelf.ts'
import type { Trials } from '../agents/trials.ts'
import type { Budget } from '../budget/budget.ts'
import type { Controls } from '../budget/controls.ts'
import type { Gates } from '../gate/gate.ts'
import type { Grants } from '../gate/grant.ts'
import type { GatePolicy } from '../gate/policy.ts'
import type { Identities } from '../identity/identities.ts'
import type { KnowledgeKeeper } from '../memory/knowledge/open.ts'
import type { Memory } from '../memory/memory.ts'
import type { Breakers } from '../models/breaker.ts'
import type { Models, Pricing } from '../models/model.ts'
import type { Doers, Plan } from '../planner/plan.ts'
import type { Queue } from '../queue/queue.ts'
import type { CrashPoints, Store } from '../store/store.ts'
import type { Row } from '../store/tables.ts'
import type { Vault } from '../store/vault.ts'
import type { Journal } from '../telemetry/journal.ts'
import type { Degradation } from '../telemetry/ladder-event.ts'
import type { Speaking } from '../telemetry/speaking.ts'
import type { AnyDoer } from '../values/doer.ts'
import type { IdentityId, RunId } from '../values/id.ts'
import type { Usd } from '../values/money.ts'
import type { Clock } from '../values/time.ts'
import type { Exams } from './exam.ts'
import type { Place } from './place.ts'
import type { LazySandbox } from './sandbox/sandbox.ts'

/** All that an attempt works with: the company's parts, opened once by the composition root and handed down. */
export interface Kernel {
  readonly store: Store
  readonly vault: Vault
  readonly journal: Journal
  readonly clock: Clock
  /** In [0, 1): for jitter only. */
  readonly random: () => number
  readonly queue: Queue
  readonly budget: Budget
  readonly gates: Gates
  readonly grants: Grants
  readonly identities: Identities
  readonly knowledge: KnowledgeKeeper
  readonly memory: Memory
  /** The company's agents and functions as artifacts, as they are now, by name. */
  readonly artifacts: ReadonlyMap<string, Artifact>
  readonly shelf: Shelf
  readonly releases: Releases
  readonly trials: Trials
  readonly models: Models
  readonly pricing: Pricing
  /** Which accounts of providers are shut for a while. */
  readonly breakers: Breakers
  /** What models are saying to somebody who waits. */
  readonly speaking: Speaking
  /** What the operator throttles, schedules, downgrades or stops at run time. */
  readonly controls: Controls
  /** Evals that are under way. */
  readonly exams: Exams
  /** Where code runs that nobody trusts; it has started nothing until it is first asked. */
  readonly sandbox: LazySandbox
  readonly policies: readonly GatePolicy[]
  /** The config's limits for each month, by scope (`company`, `workflow:NAME`). */
  readonly monthlyLimits: ReadonlyMap<string, Usd>
  /** Every doer by name: what plans name, and what the checker knows of it. */
  readonly doers: ReadonlyMap<string, AnyDoer>
  readonly facts: Doers
  /** The adapter that performs each action, by the action's name, with its client. */
  readonly adapters: ReadonlyMap<string, OpenAdapter>
  readonly timeZone: string
  /** How often this company was copied; see `epochOf`. */
  readonly epoch: number
  /** Private addresses that may be reached after all, as `host:port`. */
  readonly allowPrivate: readonly string[]
  /** The address that mails to an audience name for leaving it. */
  readonly unsubscribe: (audience: IdentityId, member: IdentityId) => { url: string | null; mailto: string | null }
  readonly mode: () => Mode
  /** The definition of a task row in its plan; plans are read once. */
  readonly readRun: (id: RunId) => Promise<Row<'runs'>>
  readonly readPlan: (hash: string) => Promise<Plan>
  readonly placeOf: (task: Pick<Row<'tasks'>, 'name' | 'node' | 'plan_hash'>) => Promise<Place>
  /** Cost of a grafted plan from which on the operator is asked. */
  readonly dearPlan: Usd
  readonly crash: CrashPoints | undefined
}

export type Mode =
  | { readonly mode: 'normal' }
  | { readonly mode: 'degraded'; readonly reasons: readonly Degradation[] }
  | { readonly mode: 'paused'; readonly why: string }

/** An adapter with its client connected (once, on first use). */
export interface OpenAdapter {
  readonly adapter: Adapter
  readonly client: () => Promise<unknown>
}

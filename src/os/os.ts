import type { AnyAction } from '../adapters/port.ts'
import type { Artifact } from '../agents/artifact.ts'
import type { Releases } from '../agents/release.ts'
import type { Budget, Scope } from '../budget/budget.ts'
import type { Control } from '../budget/control.ts'
import type { Controls, SetControl } from '../budget/controls.ts'
import type { Gates, Verdict } from '../gate/gate.ts'
import type { Grants } from '../gate/grant.ts'
import type { Identities } from '../identity/identities.ts'
import type { Memory } from '../memory/memory.ts'
import type { Plan } from '../planner/plan.ts'
import type { Queue } from '../queue/queue.ts'
import type { Store } from '../store/store.ts'
import type { Vault } from '../store/vault.ts'
import type { ChangedSource } from '../telemetry/card.ts'
import type { Journal } from '../telemetry/journal.ts'
import type { Degradation } from '../telemetry/ladder-event.ts'
import type { Speaking } from '../telemetry/speaking.ts'
import type { Fault } from '../values/fault.ts'
import type { ControlId, EffectKey, GateId, IdentityId, ReleaseId, RunId, TaskId, TrialId } from '../values/id.ts'
import type { Json } from '../values/json.ts'
import type { Usd } from '../values/money.ts'
import type { Origin } from '../values/origin.ts'
import type { Clock, Instant } from '../values/time.ts'
import type { Backups } from './backup/backups.ts'
import type { Config } from './config.ts'
import type { ControlWish } from './control-commands.ts'
import type { DistilReport, DistilWish } from './distil/on-demand.ts'
import type { Evals } from './evals/desk.ts'
import type { ForgetOptions, Forgetting } from './forget/forget.ts'
import type { KnowledgeDesk } from './knowledge/desk.ts'
import type { PointerDesk } from './pointers/desk.ts'
import type { Portrayed } from './portrait/portray.ts'
import type { Schedules } from './schedules/schedules.ts'
import type { TrialDesk } from './trials/desk.ts'
import type { UpkeepDesk } from './upkeep/desk.ts'
import type { KnownVersion } from './versions.ts'
import type { Webhooks } from './webhooks/open.ts'

/**
 * One open company: all that the desk (API, CLI, MCP) may touch. The process that has it owns the company; `close` frees the
 * lock. Commands refuse with faults of the catalogue and leave nothing half done.
 */
export interface Os {
  readonly store: Store
  readonly journal: Journal
  readonly vault: Vault
  readonly clock: Clock
  /** The company's folder, absolute. */
  readonly folder: string
  readonly config: Config
  readonly identities: Identities
  readonly memory: Memory
  readonly gates: Gates
  readonly grants: Grants
  readonly budget: Budget
  readonly queue: Queue
  readonly schedules: Schedules
  readonly knowledge: KnowledgeDesk
  readonly pointers: PointerDesk
  readonly evals: Evals
  readonly upkeep: UpkeepDesk
  /** What models say to somebody who waits, as they say it. */
  readonly speaking: Pick<Speaking, 'listen'>

  /** An action that some adapter of this company performs. Fault: `input.unknown`. */
  action(name: string): AnyAction
  /** The plan that a run of this workflow would get now, checked. Fault: `input.unknown`. */
  plan(workflow: string): Planned
  /** Checks the input, stores run and tasks. Faults: `input.unknown`, `input.invalid`, plan faults, `queue.full`. */
  start(workflow: string, input: Json, origin: Origin): Promise<RunId>
  /** Answers a gate; any answer resumes the run. Faults: `input.unknown`, `gate.decided`, `gate.cannot-edit`. */
  decide(gate: GateId, answer: Answer): Promise<void>
  /** Gives one answer to gates of the kind `batch`, all or none. Faults: those of `decide`, `gate.one-by-one`, `input.too-large`. */
  decideBatch(gates: readonly GateId[], answer: BatchAnswer): Promise<void>
  /** Takes back a run's done effects, last first; with `dryRun` only says what would be done. Faults: `input.unknown`, `run.not-possible`. */
  undo(run: RunId, options: { readonly dryRun: boolean }): Promise<readonly Undoing[]>
  /** Makes a failed task, or all failed tasks of a run, ready again; gives their ids. Faults: `input.unknown`, `task.not-possible`, `run.not-possible`. */
  retry(what: RunId | TaskId): Promise<readonly TaskId[]>
  /** Limits a purse; `null` lifts the limit. What was put off for want of money asks again. */
  setLimit(scope: Scope, limit: Usd | null): Promise<void>
  /** Faults: `input.unknown`, `run.not-possible`. */
  cancel(run: RunId, why: string): Promise<void>
  /** The agents and functions of the company's folder as artifacts, by name. */
  readonly artifacts: ReadonlyMap<string, Artifact>
  readonly releases: Pick<Releases, 'current' | 'withdrawal' | 'history'>
  /** The versions of an agent, newest first. Fault: `input.unknown`. */
  versions(agent: string): Promise<readonly KnownVersion[]>
  /**
   * Says which versions of an agent take which share of new runs; `code`: whatever the folder has takes all. Faults: `input.unknown`,
   * `release.bad-shares`, `release.needs-code`, `release.unfit`, `release.not-possible`.
   */
  release(agent: string, shares: readonly WishedShare[] | 'code', why: string): Promise<ReleaseId>
  /** No new run takes this version, and those that are pinned to it are held; gives them. Faults: `input.unknown`, `release.not-possible`. */
  withdraw(agent: string, version: string, why: string): Promise<readonly RunId[]>
  /** Releases what held before the last release, or lifts the last withdrawal. Faults: `input.unknown`, `release.not-possible`, `release.unfit`. */
  undoRelease(agent: string, why: string): Promise<UndoneRelease>
  /** Puts a run on another version; gives the tasks that begin anew. Faults: those of `release`, `run.not-possible`. */
  moveVersion(run: RunId, agent: string, version: string, why: string): Promise<readonly TaskId[]>
  /** What the operator said of parts of the company at run time. */
  readonly controls: Pick<Controls, 'standing' | 'find' | 'why' | 'pending'>
  /** Throttles, schedules, downgrades or stops a part of the company, from now on. Faults: `input.unknown`, `input.invalid`, `control.unfit`. */
  setControl(wish: ControlWish): Promise<SetControl>
  /** What waited for it goes on. Faults: `input.unknown`, `control.over`. */
  liftControl(control: ControlId, why: string): Promise<Control>
  /** New versions at trial, and recorded tasks that are done again. */
  readonly trials: TrialDesk
  /** From here on no effect leaves and no model call starts. Pausing what is paused changes nothing. */
  pause(why: string): Promise<void>
  resume(why: string): Promise<void>
  mode(): Promise<Mode>
  /** Walks the whole chain. Fault: `journal.broken`. */
  verify(): Promise<Verified>
  /** Writes the company as one archive; `move` seals this copy for ever. Faults: `store.unwritable`, `input.invalid`. */
  export(path: string, options: ExportOptions): Promise<Exported>
  readonly backups: Pick<Backups, 'take' | 'list' | 'trial' | 'standing'>
  /** Makes old history short now, rather than when its time comes; with `dryRun` only says what would be learned. Fault: `vault.forgotten`. */
  distil(wish: DistilWish): Promise<DistilReport>
  /** Checks without an effect what the company needs to run: adapters, models, secrets, disk. */
  probe(): Promise<readonly Check[]>
  /** What became of the artifacts that a run read, as they are now; nothing is changed by looking. */
  changes(run: RunId): Promise<readonly ChangedSource[]>
  /**
   * Forgets an identity and all records merged with it, for ever; with `dryRun` only says what that would be. Faults: `identity.unknown`,
   * `vault.forgotten`, `identity.busy`, `identity.in-doubt`, `input.invalid`.
   */
  forget(identity: IdentityId, options: ForgetOptions): Promise<Forgetting>
  /** Writes all that is held on an identity for that person to read. Faults: `identity.unknown`, `vault.forgotten`, `archive.occupied`, `store.*`. */
  portray(identity: IdentityId, path: string): Promise<Portrayed>
  /** The one-click leave of a mail: the token says who leaves which audience. Repeating it is harmless. Fault: `input.unknown`. */
  unsubscribe(token: string): Promise<{ readonly audience: string }>

  /** What comes in by webhooks, and who is told of what happens here. */
  readonly webhooks: Webhooks

  /** Goes on working until `close`, as work falls due. */
  work(): void
  /** Works until nothing more is due now, then resolves; held and delayed work stays. */
  idle(): Promise<void>
  /** When something next wants attention by itself: due tasks, leases, gates that run out, schedules. */
  nextDue(): Promise<Instant | undefined>
  /** Finishes or gives back what is claimed, closes adapters and store, frees the lock. */
  close(): Promise<void>
}

/** Opens the company in a folder under its lock. Faults: `config.*`, `store.*`, `vault.*`. Does no work by itself. */
export type OpenCompany = (folder: string) => Promise<Os>

/**
 * Makes a company in an empty folder from an archive; a copy is paused, a move goes on where it stopped, once. Faults: `archive.*`,
 * `input.invalid`.
 */
export type ImportCompany = (
  archive: string,
  folder: string,
  passphrase: string,
  options?: ImportOptions,
) => Promise<Imported>

export interface ImportOptions {
  /** Imports an archive that has moved its company before, as a copy. */
  readonly again?: boolean
  readonly clock?: Clock
  /** XDG_STATE_HOME says where it is noted which moves were imported. */
  readonly env?: Readonly<Record<string, string | undefined>>
}

/** What the operator says at a gate; a gate in doubt (`effect.in-doubt`) is told what happened. */
export type Answer = Verdict | { readonly verdict: 'went-out' } | { readonly verdict: 'did-not' }

/** What may be said of several gates at once. */
export type BatchAnswer = Extract<Verdict, { readonly verdict: 'approved' | 'rejected' }>

/** The release that took one back, and the trial that the other had ended: whether it goes on, with all that it has shown. */
export interface UndoneRelease {
  readonly release: ReleaseId
  readonly trial: { readonly id: TrialId; readonly resumed: boolean } | null
}

/** A version, by its number or the first digits of its hash, and its share in whole percents. */
export interface WishedShare {
  readonly version: string
  readonly share: number
}

export interface Planned {
  readonly plan: Plan
  readonly hash: string
  /** What stands in its way; empty when it can run. */
  readonly faults: readonly Fault[]
  readonly estimate: Estimate
  /** The graph as text that a terminal shows. */
  readonly picture: string
}

/** Worst cases. `null`: no bound is known. */
export interface Estimate {
  readonly cost: Usd | null
  readonly timeMs: number | null
  readonly gates: number
}

export interface Undoing {
  readonly effect: EffectKey
  readonly action: string
  readonly adapter: string
  readonly subject: IdentityId
  /** `undo`: taken back by the adapter; `ask`: it cannot be undone or is in doubt, the operator settles it. */
  readonly how: 'undo' | 'ask'
}

/** `why` is set unless the mode is `normal`. `reasons`: what is degraded, paused or not. */
export interface Mode {
  readonly mode: 'normal' | 'degraded' | 'paused'
  readonly why: string | null
  readonly since: Instant | null
  readonly reasons: readonly Degradation[]
}

export interface Verified {
  readonly events: number
  /** The MAC of the last event, in hexadecimal digits. */
  readonly head: string
}

export interface ExportOptions {
  readonly move: boolean
  readonly passphrase: string
}

export interface Exported {
  readonly archive: string
  readonly lastSeq: number
}

export interface Imported {
  readonly folder: string
  readonly lastSeq: number
  readonly epoch: number
  readonly kind: 'copy' | 'move'
  readonly paused: boolean
}

/** One thing the company needs, and the fault when it is not there. */
export interface Check {
  readonly what: string
  readonly fault: Fault | null
}

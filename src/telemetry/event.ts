import type { Fault } from '../values/fault.ts'
import type { EffectKey, GateId, GrantId, IdentityId, ReleaseId, ReservationId, RunId, TaskId } from '../values/id.ts'
import type { Json } from '../values/json.ts'
import type { LocalTime } from '../values/local-time.ts'
import type { Usd } from '../values/money.ts'
import type { Origin } from '../values/origin.ts'
import type { Duration, Instant } from '../values/time.ts'
import type { BatchEvents } from './batch-event.ts'
import type { Card } from './card.ts'
import type { ControlEvents } from './control-event.ts'
import type { EvalEvents } from './eval-event.ts'
import type { IdentityEvents } from './identity-event.ts'
import type { LadderEvents } from './ladder-event.ts'
import type { MemoryEvents } from './memory-event.ts'
import type { OutsideEvents } from './outside-event.ts'
import type { RouteEvents } from './route-event.ts'
import type { TrialEvents } from './trial-event.ts'
import type { UpkeepEvents } from './upkeep-event.ts'
export interface Events
  extends IdentityEvents,
    OutsideEvents,
    MemoryEvents,
    LadderEvents,
    ControlEvents,
    EvalEvents,
    BatchEvents,
    UpkeepEvents,
    RouteEvents,
    TrialEvents {
  'company.created': { name: string; operator: string }
  'company.paused': { why: string }
  'company.resumed': { why: string }
  'company.exported': { archive: string; path?: string; lastSeq: number; move: boolean }
  'company.imported': { from: string; epoch: number; lastSeq: number }
  /** Verified by a restore. `hash` is the file's SHA-256. */
  'company.backed-up': { path: string; takenAt: Instant; lastSeq: number; bytes: number; hash: string }
  'company.backup-failed': { fault: Fault; tries: number }
  'company.backup-removed': { path: string; why: 'old' | 'gone' }
  'secret.set': { name: string }
  'secret.removed': { name: string }

  'artifact.published': {
    hash: string
    kind: 'agent' | 'function' | 'knowledge' | 'skill'
    name: string
    version: number
    body: Json
  }

  'release.set': Released
  'release.withdrawn': Released & { withdrawn: readonly string[] }
  'release.undone': Released & { undoes: ReleaseId }
  /** A run took one of the released versions. */
  'release.drawn': { release: ReleaseId; agent: string; hash: string; version: number }
  /** The operator put a run on another version. */
  'release.moved': { agent: string; from: string; to: string; version: number; why: string }

  /** `schedule` where one started it. */
  'run.started': { workflow: string; plan: string; input: Json; deadline: Instant | null; schedule?: Fired }
  'run.held': Record<string, never>
  'run.resumed': Record<string, never>
  'run.done': { output: Json }
  'run.failed': { tasks: readonly string[] }
  'run.cancelled': { why: string }
  'run.undoing': { why: string }
  'run.undo-held': Record<string, never>
  'run.undone': Record<string, never>

  'schedule.set': ScheduleTerms & { name: string; next: Moment | null }
  'schedule.paused': { name: string }
  'schedule.resumed': { name: string; next: Moment | null }
  'schedule.removed': { name: string; why: string }
  /** Missed and not started; `count` is `null` where there were more than could be counted. */
  'schedule.passed': { name: string; from: LocalTime; until: LocalTime; count: number | null; next: Moment | null }
  /** `next` is the same occurrence where it is tried again. */
  'schedule.refused': Fired & { fault: Fault }

  /** Those whose needs are done already are ready with it: only a task that waited becomes so by an event of its own. */
  'task.added': {
    /** `node` where its definition is called otherwise than the task (an item's, a graft's, an undo's). */
    tasks: readonly {
      id: TaskId
      name: string
      kind: string
      needs: readonly TaskId[]
      node?: string
      item?: number
    }[]
    plan: string
    parent: TaskId | null
  }
  'task.ready': { dueAt: Instant }
  'task.claimed': { fence: number; attempt: number; owner: string; leaseUntil: Instant }
  'task.lost': { fence: number }
  'task.retried': { fence: number; dueAt: Instant; fault: Fault; worked: Duration }
  'task.postponed': { fence: number; dueAt: Instant; fault: Fault; worked: Duration }
  'task.held': { fence: number; gate: GateId; worked: Duration }
  'task.resumed': { dueAt: Instant; gate: GateId }
  'task.spread': { fence: number; needs: number; worked: Duration }
  'task.waived': { need: TaskId }
  'task.returned': { gate: GateId; comment: string; needs: number }
  'task.reworked': { dueAt: Instant; gate: GateId; comment: string }
  'task.revived': { dueAt: Instant }
  'task.called': { dueAt: Instant }
  'task.restarted': { dueAt: Instant }
  'task.done': Outcome & { fence: number; worked: Duration }
  'task.failed': { fence: number; fault: Fault; worked: Duration }
  'task.skipped': { because: string }
  'task.cancelled': { why: string }

  'step.done': {
    key: string
    round: number
    fence: number
    kind: string
    output: Json
    cost: Usd
    model?: ModelUse
    /** When the call began; older events do not say. */
    startedAt?: Instant
    tool?: ToolUse
  }
  'step.failed': {
    key: string
    round: number
    fence: number
    kind: string
    fault: Fault
    startedAt?: Instant
    /** The model that was asked. */
    model?: string
  }

  'effect.intended': {
    key: EffectKey
    action: string
    adapter: string
    step: string
    input: Json
    because: EffectCause
    idempotency: 'key' | 'find' | 'none'
    reversible: boolean
    fence: number
    undoes: EffectKey | null
  }
  'effect.retried': { key: EffectKey; fence: number; why: string }
  'effect.done': { key: EffectKey; output: Json; how: 'answered' | 'found' | 'operator' }
  /** `fence: 0` where it surely never left, whatever was feared before. */
  'effect.refused': { key: EffectKey; fault: Fault; fence?: 0 }
  'effect.unknown': { key: EffectKey; fault: Fault; evidence: Json }
  'effect.undone': { key: EffectKey; by: EffectKey }

  'gate.opened': { gate: GateId; card: Card; covers: readonly string[] }
  'gate.decided': {
    gate: GateId
    verdict: 'approved' | 'edited' | 'returned' | 'rejected'
    content: Json
    comment: string | null
  }
  'gate.expired': { gate: GateId }
  'grant.given': { grant: GrantId; action: string; scope: string; why: string; terms: GrantTerms }
  'grant.used': { grant: GrantId; key: EffectKey }
  'grant.withdrawn': { grant: GrantId }

  'budget.set': { scope: string; period: string; limit: Usd | null }
  /** `agent` and `account`: for whom, and who is asked. Older events do not say. */
  'budget.reserved': {
    reservation: ReservationId
    step: string
    fence: number
    amount: Usd
    scopes: readonly string[]
    agent?: string
    account?: string
  }
  'budget.sent': { reservation: ReservationId }
  'budget.settled': { reservation: ReservationId; actual: Usd; late: boolean }
  'budget.released': { reservation: ReservationId }
  'budget.unconfirmed': { reservation: ReservationId; booked: Usd }
}

export type EventKind = keyof Events

/** All of a schedule but its name. */
export interface ScheduleTerms {
  readonly source: 'config' | 'operator'
  readonly workflow: string
  readonly cron: string
  readonly timeZone: string
  readonly catchUp: 'skip' | 'once' | 'all'
  readonly input: Json
}

/** An occurrence of a schedule: what the clock on the wall shows then, and the instant. */
export interface Moment {
  readonly nominal: LocalTime
  readonly at: Instant
}

/** An occurrence that was due, and the one that the schedule waits for from then on. */
export interface Fired extends Moment {
  readonly name: string
  readonly next: Moment | null
}

/** Who takes how much of an agent's work from now on: by hash, in whole percents. */
export interface Released {
  readonly release: ReleaseId
  readonly agent: string
  readonly kind: 'shares' | 'code' | 'none'
  readonly shares: readonly { readonly hash: string; readonly version: number; readonly share: number }[]
  readonly why: string
}

/** What a task gave, and how it came about. `sources` are events whose payloads it was made of. */
export interface Outcome {
  readonly output: Json
  readonly cost: Usd
  readonly confidence?: number
  /** How often a model was asked again because its answer missed the schema; left out where it never was. */
  readonly repairs?: number
  readonly madeBy?: MadeBy
  readonly sources?: readonly number[]
}

export interface MadeBy {
  readonly doer: string
  readonly version?: number
  readonly hash?: string
  readonly model?: string
  /**
   * Where the answer came from, when that is below what was asked for: a model of a lower tier (`cheap 1`), an earlier answer to the same
   * question (`cached`), the agent's own rules (`fallback`).
   */
  readonly rung?: string
}

export interface ModelUse {
  readonly model: string
  readonly rung: string
  readonly tokensIn: number
  readonly tokensOut: number
}

/** What a model asked for, and its provider's id of the call. */
export interface ToolUse {
  readonly name: string
  readonly id: string
}

/** Why an effect was allowed: its risk asks for nobody, an approval covers it, or a grant. */
export type EffectCause =
  | { readonly allowed: 'risk' }
  | { readonly allowed: 'gate'; readonly gate: GateId }
  | { readonly allowed: 'grant'; readonly grant: GrantId }

/** All that limits a grant, as it was given. `null` means any. */
export interface GrantTerms {
  readonly subject: IdentityId | null
  readonly payee: string | null
  /** The most that one use may cost. */
  readonly maxAmount: Usd | null
  readonly maxUses: number
  readonly externalOk: boolean
  readonly expiresAt: Instant
}

/** An event on its way into the journal. `origin` is the worst origin of what its payload was made of. */
export type Draft = {
  [K in EventKind]: {
    readonly kind: K
    readonly subject: IdentityId
    readonly origin: Origin
    readonly run?: RunId
    readonly task?: TaskId
    readonly payload: Events[K]
  }
}[EventKind]

/** An event out of the journal. `payload` is `null` when its subject has been forgotten. */
export type StoredEvent = {
  [K in EventKind]: {
    readonly seq: number
    readonly at: Instant
    readonly kind: K
    readonly version: number
    readonly subject: IdentityId
    readonly origin: Origin
    readonly run: RunId | null
    readonly task: TaskId | null
    readonly payload: Events[K] | null
  }
}[EventKind]

/** The version in which events are written now. Readers of older versions stay in this folder. */
export const eventVersion = 1

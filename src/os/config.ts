import type { Adapter } from '../adapters/adapter.ts'
import type { Models } from '../models/model.ts'
import type { Limits } from '../queue/queue.ts'
import type { AnyDoer } from '../values/doer.ts'
import type { Usd } from '../values/money.ts'
import type { Duration } from '../values/time.ts'
import type { MemoryPlan } from './memory-config.ts'
import type { Webhook } from './webhooks/webhook.ts'

/** A workflow as the config lists it: what `workflow(…)` of the planner gives. */
export interface ConfiguredWorkflow {
  readonly name: string
}

/** A schedule as the config lists it: what `schedule(…)` gives. */
export interface ConfiguredSchedule {
  readonly name: string
  readonly workflow: ConfiguredWorkflow
  readonly cron: string
  readonly timeZone?: string
  readonly input?: unknown
  readonly catchUp?: 'skip' | 'once' | 'all'
}

/** The whole configuration of a company: what `soloist.config.ts` exports by default. There is no other configuration file. */
export interface Config {
  readonly name: string
  /** `timeZone` is an IANA name (`Europe/Prague`); months of budgets and schedules follow it. */
  readonly operator: { readonly name: string; readonly email: string; readonly timeZone: string }
  readonly workflows: readonly ConfiguredWorkflow[]
  /** When workflows start by themselves. The operator can add more at run time, and pause these. */
  readonly schedules: readonly ConfiguredSchedule[]
  readonly agents: readonly AnyDoer[]
  readonly adapters: readonly Adapter[]
  readonly models: Models
  /** `monthly` limits the company in each month; `perWorkflow` each named workflow in each month. */
  readonly budgets: { readonly monthly?: Usd; readonly perWorkflow?: Readonly<Record<string, Usd>> }
  /** Gates beyond the usual: how an action (`mail.send`) is asked for, whatever its risk asks. Never makes a gate weaker. */
  readonly policies: Readonly<Record<string, 'batch' | 'confirm'>>
  /** Where the state lies, relative to the company's folder. */
  readonly store: { readonly folder: string }
  /** The address under which the outside world reaches the desk (for unsubscribe links), or `null`. */
  readonly publicUrl: string | null
  /** `sandbox`: how many pieces of code run at once, 3 or more; by memory and cores where not said. */
  readonly limits: Partial<Limits> & { readonly sandbox?: number }
  /** Backups that are made by themselves; `null`: none. The secret BACKUP_PASSPHRASE opens them. */
  readonly backup: BackupPlan | null
  /** Private addresses that adapters may fetch from, and webhooks may be sent to, after all, as `host:port`: `127.0.0.1:8080`. */
  readonly allowPrivate: readonly string[]
  /** Whom the company listens to, at `/hooks/SOURCE`. */
  readonly webhooks: readonly Webhook[]
  /** What is told to the outside of what happens here; `null`: nothing, and nothing is loaded for it. */
  readonly telemetry: Telemetry | null
  /** When history is made short, how long it is found as it was, and what weighs it beside its words. */
  readonly memory: MemoryPlan
}

/** `every`: how often. `to`: a folder, relative to the company's; best on another disk. `keep`: how many of the latest stay. */
export interface BackupPlan {
  readonly every: Duration
  readonly to: string
  readonly keep: number
}

/** Traces and metrics for a collector of OpenTelemetry. The packages that send them are installed beside Soloist. */
export interface Telemetry {
  /**
   * Where they go, by OTLP over HTTP: `http://localhost:4318`, to which `/v1/traces` and `/v1/metrics` are added. Without a `url`
   * the environment says it (OTEL_EXPORTER_OTLP_ENDPOINT). `headers` are names of secrets: `{ authorization: 'otlp.token' }`.
   */
  readonly otlp?: { readonly url?: string; readonly headers?: Readonly<Record<string, string>> }
  /** `true`: also what models and tools were given and gave, personal text included. Secrets are masked all the same. */
  readonly content?: boolean
}

/** The config as its author writes it: only `name`, `operator` and `workflows` are needed. */
export type CompanySpec = Pick<Config, 'name' | 'operator' | 'workflows'> & Partial<Config>

/** Types the config and fills in what is left out. Unknown keys are found by `loadConfig`. */
export function company(spec: CompanySpec): Config {
  return {
    schedules: [],
    agents: [],
    adapters: [],
    models: {},
    budgets: {},
    policies: {},
    store: { folder: '.soloist' },
    publicUrl: null,
    limits: {},
    backup: null,
    allowPrivate: [],
    webhooks: [],
    telemetry: null,
    memory: {},
    ...spec,
  }
}

/** The config's limits for each month, by scope (`company`, `workflow:NAME`). */
export function monthlyLimits({
  budgets: { monthly, perWorkflow = {} },
}: Pick<Config, 'budgets'>): Readonly<Record<string, Usd>> {
  const limits = Object.fromEntries(Object.entries(perWorkflow).map(([name, limit]) => [`workflow:${name}`, limit]))
  return monthly === undefined ? limits : { ...limits, company: monthly }
}

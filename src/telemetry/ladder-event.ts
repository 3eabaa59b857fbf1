import type { Fault } from '../values/fault.ts'
import type { Instant } from '../values/time.ts'

/** What becomes of the accounts that answer us, and of the company where they do not. */
export interface LadderEvents {
  /** `account` is a provider of models, or `adapter:NAME`. */
  'breaker.opened': { account: string; until: Instant; fault: Fault }
  'breaker.closed': { account: string }
  /** Interactive work answers from lower rungs, background work waits. Once for each change of the reasons. */
  'company.degraded': { reasons: readonly Degradation[] }
  'company.recovered': Record<string, never>
}

/** One reason why the company is degraded. */
export type Degradation =
  | { readonly because: 'tier'; readonly tier: string; readonly accounts: readonly string[] }
  | { readonly because: 'adapter'; readonly adapter: string }
  | { readonly because: 'disk'; readonly freeBytes: number }

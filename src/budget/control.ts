import type { Tier } from '../values/doer.ts'
import type { ControlId } from '../values/id.ts'
import type { Usd } from '../values/money.ts'
import type { Instant } from '../values/time.ts'

/** What a control is about: `company`, `workflow:NAME`, `agent:NAME`, or `provider:ACCOUNT`. */
export type ControlScope = 'company' | `workflow:${string}` | `agent:${string}` | `provider:${string}`

/** What it says. `runs` and `usd` are the most within any 60 minutes. */
export type Rule =
  | { readonly kind: 'throttle'; readonly runs: number | null; readonly usd: Usd | null }
  | { readonly kind: 'window'; readonly hours: string }
  | { readonly kind: 'downgrade'; readonly tier: Tier }
  | { readonly kind: 'stop' }

/** Whom it holds up. `background`: never a person who waits. */
export type Lanes = 'background' | 'all'

/** What the operator said of a part of the company at run time. It stands until it is lifted, or until its time is up. */
export interface Control {
  readonly id: ControlId
  readonly scope: ControlScope
  readonly rule: Rule
  readonly lanes: Lanes
  readonly by: 'operator' | 'system'
  readonly since: Instant
  readonly until: Instant | null
}

/** A control with its rule of this kind. */
export type Of<K extends Rule['kind']> = Control & { readonly rule: Extract<Rule, { kind: K }> }

/** Whether it holds at an instant, unless it was lifted. */
export function holdsAt({ until }: Pick<Control, 'until'>, at: Instant): boolean {
  return until === null || at < until
}

/** Whether it holds up work of this lane. */
export function holdsUp({ lanes }: Pick<Control, 'lanes'>, lane: 'interactive' | 'background'): boolean {
  return lanes === 'all' || lane === 'background'
}

/** The lower of two tiers. */
export function lowerTier(one: Tier, other: Tier): Tier {
  return order.indexOf(one) > order.indexOf(other) ? one : other
}

const order = ['quality', 'standard', 'cheap'] as const satisfies readonly Tier[]

/** Lanes where not said: who waits is held up by a stop and answered by a cheaper model, but not throttled or sent home. */
export function usualLanes(kind: Rule['kind']): Lanes {
  return kind === 'stop' || kind === 'downgrade' ? 'all' : 'background'
}

/** Why a rule makes no sense for a scope; `undefined` when it does. */
export function misfit(scope: ControlScope, rule: Rule): string | undefined {
  const [kind] = scope.split(':')
  if (rule.kind === 'throttle' && rule.runs === null && rule.usd === null) return 'it names neither runs nor dollars'
  if (rule.kind === 'throttle' && rule.runs !== null && kind !== 'company' && kind !== 'workflow')
    return 'runs are those of the company or of a workflow; dollars can be throttled'
  if (rule.kind === 'downgrade' && kind === 'provider')
    return 'an account has no tier; stop it, or downgrade who uses it'
  return undefined
}

import type { Tier } from '../values/doer.ts'
import type { ControlId } from '../values/id.ts'
import type { Usd } from '../values/money.ts'
import type { Instant } from '../values/time.ts'

/** What the operator says of parts of the company at run time, and which runs wait for it. */
export interface ControlEvents {
  'control.set': {
    control: ControlId
    scope: string
    rule:
      | { kind: 'throttle'; runs: number | null; usd: Usd | null }
      | { kind: 'window'; hours: string }
      | { kind: 'downgrade'; tier: Tier }
      | { kind: 'stop' }
    lanes: 'background' | 'all'
    until: Instant | null
    why: string
  }
  /** `replaced`: by another of its kind for the same scope. */
  'control.lifted': { control: ControlId; how: 'lifted' | 'replaced' | 'expired'; why: string }
  /** A run was started under a throttle: when it may begin. Again where that moves. */
  'control.delayed': { workflow: string; until: Instant }
  /** It has begun. */
  'control.admitted': Record<string, never>
}

import { type EffectKind, needsGate, type Risk } from '../values/risk.ts'

/** How an action must be decided: not at all, together with others, or by itself. */
export type Requirement = 'none' | 'batch' | 'confirm'

/** A rule of the config. What it leaves out fits everything; the strictest rule that fits counts. */
export interface GatePolicy {
  /** `mail.send`, or `mail.*` for all actions of a port. */
  readonly action?: string
  readonly risk?: Risk
  readonly requires: Requirement
}

export interface Asked {
  readonly risk: Risk
  readonly effect: EffectKind
  readonly action: string
  readonly configPolicies?: readonly GatePolicy[]
}

/**
 * What an action requires. The config may always be stricter than the default; it may be looser only for what is outward and
 * can be taken back: everything else that has a gate by default has it for ever.
 */
export function requirement({ risk, effect, action, configPolicies = [] }: Asked): Requirement {
  const usual = defaults[risk]
  const floor = needsGate(risk, effect) ? usual : 'none'
  const configured = configPolicies
    .filter((policy) => fits(policy, risk, action))
    .map((policy) => policy.requires)
    .reduce<Requirement | undefined>((a, b) => (a === undefined ? b : stricter(a, b)), undefined)
  return stricter(floor, configured ?? usual)
}

// DESIGN §8.
const defaults: Record<Risk, Requirement> = {
  read: 'none',
  internal: 'none',
  outward: 'batch',
  chargeable: 'confirm',
  contractual: 'confirm',
}

const strictness: Record<Requirement, number> = { none: 0, batch: 1, confirm: 2 }

function stricter(a: Requirement, b: Requirement): Requirement {
  return strictness[a] >= strictness[b] ? a : b
}

function fits(policy: GatePolicy, risk: Risk, action: string): boolean {
  if (policy.risk !== undefined && policy.risk !== risk) return false
  if (policy.action === undefined) return true
  return policy.action.endsWith('.*') ? action.startsWith(policy.action.slice(0, -1)) : policy.action === action
}

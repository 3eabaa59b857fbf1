import type { Tier } from '../values/doer.ts'
import { refuse } from '../values/fault.ts'
import type { ModelChoice, Models } from './model.ts'
import { offline } from './offline.ts'

/** A model that may answer, and where it stands: `standard 1` is the first of its tier, `offline` stands in for all. */
export interface Rung {
  readonly choice: ModelChoice
  readonly tier: Tier
  readonly name: string
}

/**
 * Who may answer for a tier, best first: its models in the operator's order, then those of lower tiers. A config that names no
 * model at all gets the offline one, so that a company works before it has a key. Never empty. Fault: `model.no-tier`.
 */
export function pick(models: Models, tier: Tier): readonly [Rung, ...Rung[]] {
  if (tiers.every((each) => (models[each] ?? []).length === 0)) return [{ choice: offline(), tier, name: 'offline' }]
  const rungs = tiers
    .slice(tiers.indexOf(tier))
    .flatMap((each) =>
      (models[each] ?? []).map((choice, index): Rung => ({ choice, tier: each, name: `${each} ${index + 1}` })),
    )
  const [first, ...rest] = rungs
  return first === undefined ? refuse('model.no-tier', { tier }) : [first, ...rest]
}

/** Of these rungs those of lower tiers than the first one's, down to `lowest`: who may answer when the first cannot be paid. */
export function cheaper([first, ...rest]: readonly [Rung, ...Rung[]], lowest: Tier): readonly Rung[] {
  return rest.filter(({ tier }) => tier !== first.tier && tiers.indexOf(tier) <= tiers.indexOf(lowest))
}

const tiers = ['quality', 'standard', 'cheap'] as const satisfies readonly Tier[]

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

/**
 * Of these rungs those of the first one's tier, and of lower ones down to `lowest`: who may answer when the first does not. A model that
 * serves several tiers stands once, where it stands highest.
 */
export function within(rungs: readonly [Rung, ...Rung[]], lowest: Tier): readonly Rung[] {
  const first = new Map(rungs.toReversed().map((rung) => [rung.choice.name, rung]))
  return rungs
    .filter(({ tier }) => tier === rungs[0].tier || tiers.indexOf(tier) <= tiers.indexOf(lowest))
    .filter((rung) => first.get(rung.choice.name) === rung)
}

/** How many tiers below the one that was asked for a rung stands, by its name; 0 for one of that tier, and for `offline`. */
export function tiersBelow(asked: Tier, rung: string | undefined): number {
  const tier = tiers.find((each) => rung?.startsWith(`${each} `))
  return tier === undefined ? 0 : Math.max(0, tiers.indexOf(tier) - tiers.indexOf(asked))
}

/**
 * The account at a server that a breaker watches, none for the model that is in this process: its provider's name, and what tells it from
 * the others where the config names two servers, or two keys, under one: `local@10.0.0.2:11434`, `openai#second.key`.
 */
export function accountOf(models: Models, choice: ModelChoice): string | undefined {
  if (choice.provider === 'offline') return undefined
  const all = tiers.flatMap((tier) => models[tier] ?? []).filter(({ provider }) => provider === choice.provider)
  const mark = (sign: string, of: (one: ModelChoice) => string): string =>
    all.some((one) => of(one) !== of(choice)) ? `${sign}${of(choice)}` : ''
  return `${choice.provider}${mark('@', serverOf)}${mark('#', ({ secrets }) => secrets.join('+'))}`
}

function serverOf({ url }: ModelChoice): string {
  return url === undefined ? '' : (URL.parse(url)?.host ?? url)
}

const tiers = ['quality', 'standard', 'cheap'] as const satisfies readonly Tier[]

import { demandKeys, type Keys } from '../values/demand-keys.ts'
import { demandBudgetKeys, type Tier } from '../values/doer.ts'
import type { Agent, AgentSpec } from './agent.ts'
import { demandRecall } from './recall-spec.ts'
import { demandUpkeep } from './upkeep.ts'

/**
 * Throws a RangeError for values that no agent can have, and for more of memory than leaves room for the work. Fault (thrown):
 * `config.unknown-key`.
 */
export function demandAgent<I, O>(spec: AgentSpec<I, O>): void {
  const { name, version, tier, lowest = 'cheap', maxTurns = 1, cache, budget, recall, upkeep } = spec
  demandKeys(`Agent "${name}"`, spec, keys as Keys<AgentSpec<I, O>>)
  if (budget) demandBudgetKeys(`The budget of agent "${name}"`, budget)
  const demand = (right: boolean, what: string): void => {
    if (!right) throw new RangeError(`agent ${name}: ${what}`)
  }
  demand(Number.isSafeInteger(version) && version >= 0, `its version is ${version}, and is a whole number`)
  demand(tiers.has(tier), `its tier is ${tier}, and is quality, standard or cheap`)
  demand(tiers.has(lowest), `its lowest tier is ${lowest}, and is quality, standard or cheap`)
  demand(
    Number.isSafeInteger(maxTurns) && maxTurns >= 1,
    `its maxTurns is ${maxTurns}, and is a whole number from 1 on`,
  )
  demand(!cache || cache.maxAge > 0, 'the maxAge of its cache is a time like hours(12)')
  if (recall) demandRecall(name, recall)
  if (upkeep) demandUpkeep(name, upkeep)
}

const tiers: ReadonlySet<Tier> = new Set(['quality', 'standard', 'cheap'])

// Its kind too: an author may spread one agent into another.
const keys: Keys<Agent<never, never>> = {
  kind: true,
  name: true,
  version: true,
  does: true,
  input: true,
  output: true,
  tier: true,
  lowest: true,
  instructions: true,
  allow: true,
  recall: true,
  budget: true,
  maxTurns: true,
  run: true,
  fallback: true,
  cache: true,
  skills: true,
  role: true,
  upkeep: true,
}

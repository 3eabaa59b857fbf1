import type { Agent, UpkeepSpec } from '../../agents/agent.ts'
import type { AnyWorkflow } from '../../planner/workflow.ts'
import { refuse } from '../../values/fault.ts'
import { didYouMean } from '../../values/nearest.ts'
import { days } from '../../values/time.ts'
import type { Company } from '../commands.ts'

/** What holds for an automation whose author says nothing of it. */
export const usualUpkeep: UpkeepSpec = { owner: 'operator', reviewEvery: days(90), minutesPerMonth: 15 }

/** A workflow or an agent, with what its author allows it. */
export interface Automation {
  /** `workflow:NAME` or `agent:NAME`. */
  readonly about: string
  readonly kind: 'workflow' | 'agent'
  readonly name: string
  readonly rules: UpkeepSpec
}

/** Every workflow of the config and every agent of the folder, by name. */
export function automationsOf({ config, kernel }: Pick<Company, 'config' | 'kernel'>): readonly Automation[] {
  const workflows = (config.workflows as readonly AnyWorkflow[]).map(({ name, spec }) =>
    automation('workflow', name, spec?.upkeep),
  )
  const agents = [...kernel.doers.values()]
    .filter((doer) => doer.kind === 'agent')
    .map((doer) => automation('agent', doer.name, (doer as Agent<unknown, unknown>).upkeep))
  return [...workflows, ...agents]
}

/** The automation of this name. Fault: `input.unknown`. */
export function automationNamed(company: Pick<Company, 'config' | 'kernel'>, about: string): Automation {
  const all = automationsOf(company)
  const nearest = () =>
    didYouMean(
      about,
      all.map((one) => one.about),
    )
  return (
    all.find((one) => one.about === about) ??
    refuse('input.unknown', { kind: 'automation', name: about, nearest: nearest(), command: 'soloist upkeep' })
  )
}

function automation(kind: Automation['kind'], name: string, rules: UpkeepSpec | null | undefined): Automation {
  return { about: `${kind}:${name}`, kind, name, rules: rules ?? usualUpkeep }
}

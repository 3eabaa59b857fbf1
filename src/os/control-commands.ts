import { type Control, type ControlScope, type Lanes, misfit, type Rule, usualLanes } from '../budget/control.ts'
import type { SetControl } from '../budget/controls.ts'
import { readHours } from '../budget/hours.ts'
import { setControl } from '../executor/set-control.ts'
import { pick } from '../models/ladder.ts'
import { Refusal, refuse } from '../values/fault.ts'
import { didYouMean } from '../values/nearest.ts'
import { type Instant, isoInstant } from '../values/time.ts'
import type { Company } from './commands.ts'

/** A control as the operator wishes it. `lanes` and `until` have their usual values where not said. */
export interface ControlWish {
  readonly scope: string
  readonly rule: Rule
  readonly lanes?: Lanes | undefined
  readonly until?: Instant | undefined
  readonly why: string
  /** Default: the operator. */
  readonly by?: Control['by']
}

/** See `Os.setControl`. */
export async function setControlOn(company: Company, wish: ControlWish): Promise<SetControl> {
  const { kernel, worker } = company
  const { rule, why, until = null, lanes = usualLanes(rule.kind), by = 'operator' } = wish
  const scope = knownScope(company, wish.scope)
  if (until !== null && until <= kernel.clock.now())
    refuse('input.invalid', { what: 'The time until which it holds', why: `${isoInstant(until)} is over` })
  const unfit = misfit(scope, rule) ?? unfitFor(company, rule)
  if (unfit !== undefined) refuse('control.unfit', { scope, kind: rule.kind, why: unfit })
  return setControl(kernel, worker, { scope, rule, lanes, by, until, why })
}

/** Fault: `input.unknown`. */
function knownScope({ kernel, config }: Company, text: string): ControlScope {
  if (text === 'company') return text
  const at = text.indexOf(':')
  const kind = at < 0 ? '' : text.slice(0, at)
  const name = text.slice(at + 1)
  const known: Record<string, () => readonly string[]> = {
    workflow: () => config.workflows.map((workflow) => workflow.name),
    agent: () => [...kernel.artifacts.values()].filter((one) => one.kind === 'agent').map((one) => one.name),
    provider: () => accountsOf(kernel),
  }
  const names = known[kind]?.()
  if (!names)
    refuse('input.invalid', {
      what: `"${text}"`,
      why: 'it is not company, workflow:NAME, agent:NAME or provider:ACCOUNT',
    })
  if (!names.includes(name))
    refuse('input.unknown', { kind, name, nearest: didYouMean(name, names), command: commands[kind] ?? 'soloist plan' })
  return text as ControlScope
}

const commands: Readonly<Record<string, string>> = {
  workflow: 'soloist plan',
  agent: 'soloist agent list',
  provider: 'the models in soloist.config.ts',
}

function accountsOf({ models }: Company['kernel']): string[] {
  const named = Object.values(models).flatMap((choices) => (choices ?? []).map(({ provider }) => provider))
  return named.length === 0 ? ['offline'] : [...new Set(named)]
}

/** Why this company cannot be put under it. */
function unfitFor({ kernel }: Company, rule: Rule): string | undefined {
  if (rule.kind === 'window') {
    const hours = readHours(rule.hours)
    return hours.ok ? undefined : hours.why
  }
  if (rule.kind !== 'downgrade') return undefined
  try {
    pick(kernel.models, rule.tier)
    return undefined
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return `soloist.config.ts has no model of the tier ${rule.tier} or below`
  }
}

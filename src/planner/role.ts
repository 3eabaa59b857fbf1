import type { Agent, RoleSpec } from '../agents/agent.ts'
import type { Doer, Tier } from '../values/doer.ts'
import type { Json } from '../values/json.ts'
import { jsonSchema } from '../values/schema.ts'
import { mismatch } from './assignable.ts'
import { jsonType } from './json-type.ts'
import type { DoerFacts, Doers, Plan, PlannedBudget, PlannedTask } from './plan.ts'
import { placedTasks } from './walk.ts'

/** Whoever fits: which agent does a task is found out when the task is claimed. Made by `role`. */
export interface Role<in out I, in out O> extends Doer<I, O> {
  readonly kind: 'role'
  readonly planned: PlannedRole
  readonly like: Agent<I, O>
}

/** A role as a plan names it: what is needed, and as JSON Schema what goes in and comes out. */
export interface PlannedRole {
  readonly name: string
  readonly needs: Readonly<Record<string, string>>
  /** The tier that is wanted; who works in the nearest to it goes first. */
  readonly tier: Tier
  readonly input: Json
  readonly output: Json
}

/**
 * Names a role instead of an agent: `role('writer', { language: 'de' }, writer)` is any released agent that declares this role, is
 * able to do what is needed, takes what `like` takes and gives what it gives.
 */
export function role<I, O>(name: string, needs: Readonly<Record<string, string>>, like: Agent<I, O>): Role<I, O> {
  const { input, output, tier } = like
  const planned = { name, needs, tier, input: jsonSchema(input, 'input'), output: jsonSchema(output, 'output') }
  return { kind: 'role', name: calledAs(name, needs), input, output, planned, like }
}

/** Whether an agent may do what a role is for: it declares it, is able to, takes what is given, and gives what is promised. */
export function fitsRole(
  wanted: PlannedRole,
  agent: Pick<DoerFacts, 'input' | 'output'> & { readonly role?: RoleSpec },
): boolean {
  return (
    isAble(wanted, agent.role) &&
    mismatch(jsonType(wanted.input), jsonType(agent.input)) === undefined &&
    mismatch(jsonType(agent.output), jsonType(wanted.output)) === undefined
  )
}

/** The agents among these doers that a role may be given to. */
export function fitting(wanted: PlannedRole, doers: Doers): DoerFacts[] {
  return [...doers.values()].filter((facts) => facts.kind === 'agent' && fitsRole(wanted, facts))
}

/** The doers with the roles of a plan among them: each is the worst of all agents that it may be given to. */
export function withRoles(plan: Pick<Plan, 'tasks'>, doers: Doers): Doers {
  const roles = [...placedTasks(plan)].flatMap(({ task }) => (roleOf(task) === undefined ? [] : [task as RoleTask]))
  if (roles.length === 0) return doers
  return new Map([...doers, ...roles.map((task) => [task.doer, worstOf(task, doers)] as const)])
}

/** The role that a task names, if it names one. */
export function roleOf(task: PlannedTask): PlannedRole | undefined {
  return task.kind === 'agent' ? task.role : undefined
}

type RoleTask = Extract<PlannedTask, { kind: 'agent' }> & { readonly role: PlannedRole }

function calledAs(name: string, needs: Readonly<Record<string, string>>): string {
  const all = Object.entries(needs).map(([what, value]) => `${what}=${value}`)
  return all.length === 0 ? `role ${name}` : `role ${name} (${all.sort().join(', ')})`
}

function isAble({ name, needs }: PlannedRole, declared: RoleSpec | undefined): boolean {
  if (declared?.name !== name) return false
  return Object.entries(needs).every(([what, value]) => declared.able?.[what]?.includes(value))
}

function worstOf({ doer, role: wanted }: RoleTask, doers: Doers): DoerFacts {
  const all = fitting(wanted, doers)
  return {
    kind: 'agent',
    name: doer,
    input: wanted.input,
    output: wanted.output,
    risk: 'internal',
    effect: 'none',
    content: [],
    origin: 'system',
    budget: largest(all.map((facts) => facts.budget)),
    tools: [...new Set(all.flatMap((facts) => facts.tools))],
    keepsTier: all.some((facts) => facts.keepsTier === true),
    recipientFields: false,
  }
}

/** What one of them leaves open, nobody can bound. */
function largest(budgets: readonly (PlannedBudget | null)[]): PlannedBudget | null {
  const most = <T extends number>(part: (budget: PlannedBudget) => T | null): T | null => {
    const all = budgets.map((budget) => (budget === null ? null : part(budget)))
    return all.length === 0 || all.includes(null) ? null : (Math.max(...(all as T[])) as T)
  }
  const cost = most((budget) => budget.cost)
  const time = most((budget) => budget.time)
  return cost === null && time === null ? null : { cost, time, whenSpent: 'ask' }
}

import type { UpkeepSpec } from '../agents/agent.ts'
import { demandUpkeep } from '../agents/upkeep.ts'
import { demandKeys, type Keys } from '../values/demand-keys.ts'
import { type AnyDoer, type Budgeted, demandBudgetKeys } from '../values/doer.ts'
import { jsonSchema, type Schema } from '../values/schema.ts'
import type { Duration } from '../values/time.ts'
import { assertName, builder, plannedBudget } from './builder.ts'
import type { Flow } from './flow.ts'
import { type Plan, runInput } from './plan.ts'
import { mint, type Ref } from './ref.ts'

/** What an author says of a workflow beside its tasks. */
export interface WorkflowSpec<I> {
  readonly name: string
  /** What it is for, in a sentence. */
  readonly does?: string
  readonly input: Schema<I>
  /** `interactive`: someone is waiting. Default: `background`. */
  readonly lane?: 'interactive' | 'background'
  /** The identity (id or handle) that a run is about. Default: the company itself. */
  readonly subject?: (input: Ref<NoInfer<I>>) => Ref<string>
  readonly budget?: Budgeted
  /** For the whole run, waiting included. */
  readonly deadline?: Duration
  /** Who keeps it in order, when it is looked at again, and what that may take. */
  readonly upkeep?: UpkeepSpec
}

/** A recipe that makes a plan. */
export interface Workflow<in out I, in out O> {
  readonly name: string
  readonly input: Schema<I>
  readonly spec: WorkflowSpec<I>
  /** What a run gives at its end. Nothing at run time: it carries the type. */
  readonly output?: O
  /**
   * The plan, frozen. The author's function is called when this is first asked, exactly once, with an inert ref; what it
   * threw then (a Refusal with `plan.duplicate-name`, `plan.bad-name` or `plan.bad-wire`) is thrown each time.
   */
  plan(): Plan
  /** The doers that the plan names, those that gates cover and sub-plans may use included. */
  doers(): readonly AnyDoer[]
}

// biome-ignore lint/suspicious/noExplicitAny: a workflow of any input and output; `Workflow` is invariant in both on purpose
export type AnyWorkflow = Workflow<any, any>

/**
 * Declares a workflow. `draw` is an ordinary synchronous function: nothing in it is awaited, and it is never replayed. What it
 * returns is what a run gives. Throws a RangeError for values that no workflow can have. Fault (thrown): `config.unknown-key`.
 */
export function workflow<I, O>(spec: WorkflowSpec<I>, draw: (flow: Flow, input: Ref<I>) => Ref<O>): Workflow<I, O> {
  demandKeys(`Workflow "${spec.name}"`, spec, specKeys as Keys<WorkflowSpec<I>>)
  if (spec.budget) demandBudgetKeys(`The budget of workflow "${spec.name}"`, spec.budget)
  if (spec.lane && spec.lane !== 'interactive' && spec.lane !== 'background')
    throw new RangeError(`workflow ${spec.name}: its lane is ${spec.lane}, and is interactive or background`)
  if (spec.upkeep) demandUpkeep(spec.name, spec.upkeep)
  let made: (() => Made) | undefined
  const once = (): Made => {
    made ??= attempt(() => make(spec, draw))
    return made()
  }
  return Object.freeze({
    name: spec.name,
    input: spec.input,
    spec,
    plan: () => once().plan,
    doers: () => once().doers,
  })
}

const specKeys: Keys<WorkflowSpec<never>> = {
  name: true,
  does: true,
  input: true,
  lane: true,
  subject: true,
  budget: true,
  deadline: true,
  upkeep: true,
}

interface Made {
  readonly plan: Plan
  readonly doers: readonly AnyDoer[]
}

function make<I, O>(spec: WorkflowSpec<I>, draw: (flow: Flow, input: Ref<I>) => Ref<O>): Made {
  assertName(spec.name)
  const { flow, room, doers, wire, close } = builder()
  const input = mint<I>(room, runInput)
  const subject = spec.subject === undefined ? null : wire('subject', spec.subject(input))
  const output = wire('output', draw(flow, input))
  close()
  const plan: Plan = {
    version: 1,
    name: spec.name,
    input: jsonSchema(spec.input),
    lane: spec.lane ?? 'background',
    subject,
    budget: plannedBudget(spec.budget),
    deadline: spec.deadline ?? null,
    tasks: room.tasks,
    output,
  }
  return { plan: frozen(plan), doers: [...doers.values()] }
}

/** Runs it now and gives back its end, to be repeated at will. */
function attempt<T>(work: () => T): () => T {
  try {
    const value = work()
    return () => value
  } catch (error) {
    return () => {
      throw error
    }
  }
}

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const member of Object.values(value)) frozen(member)
  }
  return value
}

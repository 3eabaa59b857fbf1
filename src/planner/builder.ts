import type { AnyAction } from '../adapters/port.ts'
import type { Approved } from '../values/approved.ts'
import type { AnyDoer, Budgeted, Doer } from '../values/doer.ts'
import { refuse } from '../values/fault.ts'
import { jsonSchema } from '../values/schema.ts'
import type { Condition } from './condition.ts'
import { demandOptions } from './demand-options.ts'
import type { EachOptions, Flow, GateOptions, PlanOptions, TaskOptions, WaitOptions } from './flow.ts'
import { isName, notAName } from './name.ts'
import { eachItem, type PlannedBudget, type PlannedTask, type Wire } from './plan.ts'
import type { Receivable } from './receive.ts'
import { mint, type Ref, traceOf, type Wiring } from './ref.ts'
import type { Role } from './role.ts'
import { eachRoom, type Room, rootRoom, whenRoom, wireFrom } from './rooms.ts'

/** A flow, with what its owner takes from it when the author's function has returned. */
export interface Builder {
  readonly flow: Flow
  readonly room: Room
  /** Every doer that was named, by name. */
  readonly doers: ReadonlyMap<string, AnyDoer>
  /** The wire of a ref that the whole plan can see. */
  wire(what: string, given: unknown): Wire
  /** From here on the flow refuses to be used. */
  close(): void
}

export function builder(): Builder {
  const drawing = new Drawing()
  return {
    flow: drawing,
    room: drawing.root,
    doers: drawing.doers,
    wire: (what, given) => wireFrom(drawing.root, 'workflow', what, given),
    close: () => drawing.close(),
  }
}

/** An author's budget as data. */
export function plannedBudget(budget: Budgeted | null | undefined): PlannedBudget | null {
  if (budget === undefined || budget === null) return null
  return { cost: budget.cost ?? null, time: budget.time ?? null, whenSpent: budget.whenSpent ?? 'ask' }
}

/** Throws `plan.bad-name`. */
export function assertName(name: string): void {
  if (!isName(name)) refuse('plan.bad-name', { name, why: notAName })
}

class Drawing implements Flow {
  readonly root: Room = rootRoom()
  readonly doers = new Map<string, AnyDoer>()
  #room: Room | undefined = this.root
  readonly #names = new Set<string>()

  close(): void {
    this.#room = undefined
  }

  task<I, O>(name: string, doer: Doer<I, O>, inputs: Wiring<NoInfer<I>>, options: TaskOptions = {}): Ref<O> {
    if (doer.kind === 'wait') throw new TypeError(`task "${name}" waits for "${doer.name}": write flow.wait`)
    const room = this.#enter(name)
    demandOptions('task', name, options)
    this.#mention(doer.kind === 'role' ? (doer as Role<I, O>).like : doer)
    const wires: Record<string, Wire> = {}
    for (const [input, given] of Object.entries(inputs))
      if (given !== undefined) wires[input] = wireFrom(room, name, input, given)
    const what: What =
      doer.kind === 'role'
        ? { kind: 'agent', doer: doer.name, role: (doer as Role<I, O>).planned }
        : { kind: doer.kind, doer: doer.name }
    return this.#add<O>(room, name, wires, what, options)
  }

  gate<T>(name: string, subject: Ref<T>, options: GateOptions): Ref<Approved<T>> {
    const room = this.#enter(name)
    demandOptions('gate', name, options)
    const covers = options.covers ?? []
    for (const action of covers) this.#mention(action)
    return this.#add<Approved<T>>(room, name, this.#only(room, name, 'subject', subject), {
      kind: 'gate',
      ask: options.ask,
      gate: options.kind ?? 'confirm',
      covers: covers.map((action: AnyAction) => action.name),
      within: options.within ?? null,
      otherwise: options.otherwise ?? 'reject',
    })
  }

  wait<T, O extends 'fail' | 'nothing' = 'fail'>(
    name: string,
    what: Receivable<T>,
    options: WaitOptions<O>,
  ): Ref<O extends 'nothing' ? T | null : T> {
    const { match, within, otherwise } = options
    const room = this.#enter(name)
    demandOptions('wait', name, options)
    this.#mention(what)
    return this.#add(room, name, this.#only(room, name, 'match', match), {
      kind: 'wait',
      doer: what.name,
      within,
      otherwise: otherwise ?? 'fail',
    })
  }

  each<T, O>(
    name: string,
    items: Ref<readonly T[]>,
    options: EachOptions,
    body: (item: Ref<T>) => Ref<O>,
  ): Ref<readonly O[]> {
    const room = this.#enter(name)
    demandOptions('each', name, options)
    const inputs = this.#only(room, name, 'items', items)
    const inner = eachRoom(room)
    const result = this.#inside(inner, name, () => body(mint<T>(inner, eachItem)))
    return this.#add<readonly O[]>(
      room,
      name,
      inputs,
      { kind: 'each', max: options.max, onFailure: options.onFailure ?? 'stop', body: inner.tasks, result },
      {},
      inner.outside,
    )
  }

  when<O>(name: string, condition: Condition, body: () => Ref<O>): Ref<O | undefined> {
    const room = this.#enter(name)
    this.#add(room, name, this.#only(room, name, 'of', condition.of), { kind: 'when', condition: condition.condition })
    const result = this.#inside(whenRoom(room, name), name, body)
    if ('value' in result) throw new TypeError(`the body of when "${name}" must return a ref`)
    // What the body gave is the body's own task: whoever needs it is skipped with it.
    return mint<O | undefined>(room, result.from, result.path)
  }

  plan<O>(name: string, goal: Ref<string> | string, options: PlanOptions<O>): Ref<O> {
    const room = this.#enter(name)
    demandOptions('plan', name, options)
    for (const doer of options.allow) this.#mention(doer)
    const { planner } = options
    if (typeof planner !== 'string') this.#mention(planner)
    return this.#add<O>(
      room,
      name,
      this.#only(room, name, 'goal', goal),
      {
        kind: 'plan',
        planner: typeof planner === 'string' ? planner : planner.name,
        allow: options.allow.map((doer) => doer.name),
        produces: jsonSchema(options.produces),
      },
      options.budget === undefined ? {} : { budget: options.budget },
    )
  }

  #enter(name: string): Room {
    if (this.#room === undefined) throw new TypeError(`task "${name}" comes too late: the plan is already made`)
    assertName(name)
    if (this.#names.has(name)) refuse('plan.duplicate-name', { task: name })
    this.#names.add(name)
    return this.#room
  }

  #mention(doer: AnyDoer): void {
    const known = this.doers.get(doer.name)
    if (known !== undefined && known !== doer)
      refuse('plan.bad-name', { name: doer.name, why: 'two different doers are called so' })
    this.doers.set(doer.name, doer)
  }

  #only(room: Room, task: string, input: string, given: unknown): Record<string, Wire> {
    return { [input]: wireFrom(room, task, input, given) }
  }

  #inside<O>(inner: Room, name: string, body: () => Ref<O>): Wire {
    const before = this.#room
    this.#room = inner
    try {
      const result = body()
      if (traceOf(result) === undefined) throw new TypeError(`the body of "${name}" must return a ref`)
      return wireFrom(inner, name, 'result', result)
    } finally {
      this.#room = before
    }
  }

  #add<O>(
    room: Room,
    name: string,
    inputs: Record<string, Wire>,
    what: What,
    options: TaskOptions = {},
    outside: Iterable<string> = [],
  ): Ref<O> {
    const at = traceOf(options.at) === undefined ? (options.at as number | undefined) : undefined
    const atWire = at === undefined && options.at !== undefined ? wireFrom(room, name, 'at', options.at) : null
    const wires = atWire === null ? Object.values(inputs) : [...Object.values(inputs), atWire]
    room.tasks.push({
      name,
      inputs,
      needs: needsOf(room, wires, outside),
      guards: room.guards,
      budget: plannedBudget(options.budget),
      delay: options.delay ?? null,
      at: (at ?? atWire) as PlannedTask['at'],
      priority: options.priority ?? 0,
      key: options.key ?? null,
      retry: options.retry ?? null,
      ...what,
    })
    return mint<O>(room, name)
  }
}

// Distributes over the kinds, so that each keeps exactly its own fields.
type What = PlannedTask extends infer T ? (T extends PlannedTask ? Omit<T, CommonKey> : never) : never
type CommonKey = 'name' | 'inputs' | 'needs' | 'guards' | 'budget' | 'delay' | 'at' | 'priority' | 'key' | 'retry'

/** Needs name tasks of the same list only; what a body uses from around it, its `each` needs. */
function needsOf(room: Room, wires: readonly Wire[], outside: Iterable<string>): string[] {
  const here = new Set(room.tasks.map((task) => task.name))
  const named = wires.flatMap((wire) => ('from' in wire && here.has(wire.from) ? [wire.from] : []))
  return [...new Set([...named, ...outside, ...room.guards])].sort()
}

import { anything, itemType, type JsonType, jsonType, typeAt, typeOfLiteral } from './json-type.ts'
import { type Doers, eachItem, type Plan, type PlannedTask, runInput, type Wire } from './plan.ts'
import { withRoles } from './role.ts'
import { type Placed, placedTasks } from './walk.ts'

/** A plan laid out for looking things up: who stands where, who can see whom, and what each gives. */
export interface Scene {
  readonly plan: Plan
  readonly doers: Doers
  readonly all: readonly Placed[]
  /** The task of this name that can be seen from a place: in its own list or around it, never inside another body. */
  find(name: string, from: Placed['inside']): Placed | undefined
  /** Every name that can be wired to from a place. */
  visible(from: Placed['inside']): readonly string[]
  /** What a task gives. Anything, where that cannot be known. */
  outputOf(placed: Placed): JsonType
  /** What a wire carries; `undefined` when its path leads nowhere. Anything, when its source is not there. */
  typeOf(wire: Wire, from: Placed['inside']): JsonType | undefined
}

export function scene(plan: Plan, given: Doers): Scene {
  const doers = withRoles(plan, given)
  const all = [...placedTasks(plan)]
  const byName = Map.groupBy(all, (placed) => placed.task.name)
  const known = new Map<PlannedTask, JsonType>()

  const find: Scene['find'] = (name, from) => byName.get(name)?.find((placed) => sees(from, placed.inside))

  const outputOf: Scene['outputOf'] = (placed) => {
    const before = known.get(placed.task)
    if (before !== undefined) return before
    known.set(placed.task, anything) // in a circle, which is a fault of its own
    const type = computed(placed)
    known.set(placed.task, type)
    return type
  }

  const computed = ({ task, inside }: Placed): JsonType => {
    switch (task.kind) {
      case 'agent':
      case 'action':
      case 'function': {
        const facts = doers.get(task.doer)
        return facts === undefined ? anything : jsonType(facts.output)
      }
      case 'wait':
        return cameOf(task, doers)
      case 'gate':
        return task.inputs.subject === undefined ? anything : (typeOf(task.inputs.subject, inside) ?? anything)
      case 'when':
        return jsonType({ type: 'boolean' })
      case 'each': {
        const item = typeOf(task.result, [...inside, task]) ?? anything
        return { schema: { type: 'array', items: item.schema }, root: item.root, optional: false }
      }
      case 'plan':
        return jsonType(task.produces)
      default:
        return task satisfies never
    }
  }

  const typeOf: Scene['typeOf'] = (wire, from) => {
    if ('value' in wire) return typeOfLiteral(wire.value)
    if (wire.from === runInput) return typeAt(jsonType(plan.input), wire.path)
    if (wire.from === eachItem) {
      const around = from.at(-1)
      const items = around?.inputs.items
      const list = items === undefined ? anything : typeOf(items, from.slice(0, -1))
      return typeAt((list === undefined ? undefined : itemType(list)) ?? anything, wire.path)
    }
    const source = find(wire.from, from)
    return source === undefined ? anything : typeAt(outputOf(source), wire.path)
  }

  const visible: Scene['visible'] = (from) => all.filter((one) => sees(from, one.inside)).map((one) => one.task.name)
  return { plan, doers, all, find, visible, outputOf, typeOf }
}

/** What a wait gives: what came in, or nothing. */
function cameOf({ doer, otherwise }: Extract<PlannedTask, { kind: 'wait' }>, doers: Doers): JsonType {
  const facts = doers.get(doer)
  if (facts === undefined) return anything
  return jsonType(otherwise === 'fail' ? facts.output : { anyOf: [facts.output, { type: 'null' }] })
}

function sees(from: Placed['inside'], there: Placed['inside']): boolean {
  return there.length <= from.length && there.every((task, index) => task === from[index])
}

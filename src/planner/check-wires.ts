import { type Fault, fault } from '../values/fault.ts'
import type { Json } from '../values/json.ts'
import { didYouMean } from '../values/nearest.ts'
import { describeType, mismatch } from './assignable.ts'
import {
  alternatives,
  anything,
  fieldOf,
  isAnything,
  isObject,
  type JsonType,
  jsonType,
  requiredOf,
} from './json-type.ts'
import type { DoerFacts, PlannedCondition, PlannedTask, Wire } from './plan.ts'
import type { Scene } from './scene.ts'
import { describeWire, isDoerTask, type Placed } from './walk.ts'

/** Doers that nobody here is called, or that are not in `allow` where it is given. */
export function checkDoers(laid: Scene, allow: readonly string[] | undefined): Fault[] {
  const known = [...laid.doers.values()].filter((one) => allow === undefined || allow.includes(one.name))
  return laid.all.flatMap(({ task }) =>
    doersIn(task).flatMap(([name, kind]) => {
      const facts = known.find((one) => one.name === name)
      if (facts !== undefined && (kind === undefined || facts.kind === kind)) return []
      const like = known.filter((one) => kind === undefined || one.kind === kind)
      const nearest =
        facts === undefined
          ? didYouMean(
              name,
              like.map((one) => one.name),
            )
          : ` It is of kind ${facts.kind}.`
      return [fault('plan.unknown-doer', { task: task.name, doer: name, nearest })]
    }),
  )
}

/** Inputs that are missing, too many, or of the wrong type. */
export function checkInputs(laid: Scene): Fault[] {
  const { plan } = laid
  const subject =
    plan.subject === null ? [] : checkType(laid, plan.name, [], 'subject', plan.subject, jsonType({ type: 'string' }))
  return [
    ...laid.all.flatMap((placed) => checkTask(laid, placed)),
    ...subject,
    ...checkReached(laid, plan.name, [], 'output', plan.output),
  ]
}

/** Why the plan's output does not fit what was asked of it, as a fault. */
export function checkProduces(laid: Scene, produces: Json): Fault[] {
  return checkType(laid, laid.plan.name, [], 'output', laid.plan.output, jsonType(produces))
}

function checkTask(laid: Scene, placed: Placed): Fault[] {
  const { task, inside } = placed
  const facts = isDoerTask(task) ? laid.doers.get(task.doer) : undefined
  if (isDoerTask(task) && facts === undefined) return []
  const who = facts?.name ?? `a ${task.kind}`
  const input = facts === undefined ? jsonType(ownInput(task)) : jsonType(facts.input)
  return [
    ...checkFields(laid, placed, who, input),
    ...(task.at !== null && typeof task.at === 'object'
      ? checkType(laid, task.name, inside, 'at', task.at, whenType)
      : []),
    ...(task.kind === 'each' ? checkReached(laid, task.name, [...inside, task], 'result', task.result) : []),
    ...(task.kind === 'gate' ? checkCovers(task.name, task.covers, laid.doers) : []),
  ]
}

function checkFields(laid: Scene, { task, inside }: Placed, doer: string, input: JsonType): Fault[] {
  const [shape, ...others] = alternatives(input)
  // An input that is no plain object is checked when the task is claimed.
  if (shape === undefined || others.length > 0 || isAnything(shape)) return []
  const fields = Object.keys(isObject(shape.properties) ? shape.properties : {})
  const missing = requiredOf(shape)
    .filter((name) => task.inputs[name] === undefined && !canBeMissing(shape, name, input.root))
    .map((name) => fault('plan.missing-input', { task: task.name, input: name, doer }))
  const wired = Object.entries(task.inputs).flatMap(([name, wire]) => {
    const type =
      isObject(shape.properties) || shape.additionalProperties !== undefined
        ? fieldOf(shape, name, input.root)
        : anything
    if (type === undefined) {
      const nearest = didYouMean(name, fields)
      return [fault('plan.extra-input', { task: task.name, input: name, doer, nearest })]
    }
    return checkType(laid, task.name, inside, name, wire, type)
  })
  return [...missing, ...wired]
}

function checkType(
  laid: Scene,
  task: string,
  from: Placed['inside'],
  input: string,
  wire: Wire,
  target: JsonType,
): Fault[] {
  const source = laid.typeOf(wire, from)
  const wrong = source === undefined ? { expected: describeType(target), found: 'not there' } : mismatch(source, target)
  if (wrong === undefined) return []
  return [fault('plan.wrong-type', { task, input, source: describeWire(wire), ...wrong })]
}

/** A wire that may carry anything, but whose path must lead somewhere. */
function checkReached(laid: Scene, task: string, from: Placed['inside'], input: string, wire: Wire): Fault[] {
  return checkType(laid, task, from, input, wire, { ...anything, optional: true })
}

/** A gate approves actions, nothing else. */
function checkCovers(task: string, covers: readonly string[], doers: ReadonlyMap<string, DoerFacts>): Fault[] {
  return covers.flatMap((name) => {
    const kind = doers.get(name)?.kind
    if (kind === undefined || kind === 'action') return []
    return [fault('plan.unknown-doer', { task, doer: name, nearest: ` It is of kind ${kind}; a gate covers actions.` })]
  })
}

const whenType = jsonType({ type: ['string', 'integer'] })

/** What the tasks that no doer does take. */
function ownInput(task: PlannedTask): Json {
  const takes = (name: string, schema: Json, required = true): Json => ({
    type: 'object',
    properties: { [name]: schema },
    required: required ? [name] : [],
  })
  switch (task.kind) {
    case 'gate':
      return takes('subject', {})
    case 'each':
      return takes('items', { type: 'array' })
    case 'plan':
      return takes('goal', { type: 'string' })
    case 'when':
      return takes('of', comparable(task.condition))
    default:
      return {}
  }
}

/** A condition fits what it looks at, or null: something missing is compared as missing. */
function comparable(condition: PlannedCondition): Json {
  switch (condition.is) {
    case 'present':
    case 'equal':
      return { default: null }
    case 'true':
      return { type: ['boolean', 'null'], default: null }
    case 'over':
    case 'under':
      return { type: ['number', 'null'], default: null }
    case 'not':
      return comparable(condition.what)
    default:
      return condition satisfies never
  }
}

function canBeMissing(shape: { readonly [key: string]: Json }, name: string, root: Json): boolean {
  const field = fieldOf(shape, name, root)
  return field !== undefined && isObject(field.schema) && 'default' in field.schema
}

function doersIn(task: PlannedTask): readonly (readonly [name: string, kind: DoerFacts['kind'] | undefined])[] {
  if (isDoerTask(task)) return [[task.doer, task.kind]]
  if (task.kind === 'gate') return task.covers.map((name) => [name, undefined] as const)
  if (task.kind === 'plan') return [[task.planner, 'agent'], ...task.allow.map((name) => [name, undefined] as const)]
  return []
}

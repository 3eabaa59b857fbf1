import { refuse } from '../values/fault.ts'
import type { Json } from '../values/json.ts'
import { eachItem, type PlannedTask, runInput, type Wire } from './plan.ts'
import { type Trace, traceOf, wireOf } from './ref.ts'

/**
 * Where an author's function is while the plan is drawn: the plan itself, or the body of a `when` or an `each`. A `when` shares
 * the list of tasks of the room around it; an `each` has its own.
 */
export interface Room {
  readonly around: Room | null
  readonly tasks: PlannedTask[]
  readonly guards: readonly string[]
  /** For an `each`: tasks around it that its body uses, and that must therefore end before it starts. */
  readonly outside: Set<string>
}

export function rootRoom(): Room {
  return { around: null, tasks: [], guards: [], outside: new Set() }
}

export function whenRoom(around: Room, name: string): Room {
  return { around, tasks: around.tasks, guards: [...around.guards, name], outside: around.outside }
}

export function eachRoom(around: Room): Room {
  return { around, tasks: [], guards: [], outside: new Set() }
}

/** The wire for what an author passed: a ref that this room can see, or a plain literal. Throws `plan.bad-wire`. */
export function wireFrom(room: Room, task: string, input: string, given: unknown): Wire {
  const trace = traceOf(given)
  if (trace !== undefined) return wireThrough(room, task, input, trace)
  const why = notPlain(given)
  if (why !== undefined) refuse('plan.bad-wire', { task, input, why })
  return { value: JSON.parse(JSON.stringify(given)) as Json }
}

function wireThrough(room: Room, task: string, input: string, trace: Trace): Wire {
  let outermost: Room | undefined
  for (let here: Room | null = room; here !== null; here = here.around) {
    if (here === trace.room) {
      if (outermost !== undefined && trace.from === eachItem)
        refuse('plan.bad-wire', { task, input, why: 'an inner each cannot see the item of the each around it' })
      if (outermost !== undefined && trace.from !== runInput) outermost.outside.add(trace.from)
      return wireOf(trace)
    }
    // The boundary of an `each`: whoever owns another list than the room around it.
    if (here.around !== null && here.around.tasks !== here.tasks) outermost = here
  }
  return refuse('plan.bad-wire', {
    task,
    input,
    why: `"${[trace.from, ...trace.path].join('.')}" belongs to a body or a workflow that cannot be seen from here; return it from the body instead`,
  })
}

/** Why a literal cannot stand in a plan, or `undefined` when it can. */
function notPlain(value: unknown, at = 'it'): string | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return undefined
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : `${at} is ${value}, which is not JSON`
  if (typeof value !== 'object')
    return `${at} is ${typeof value === 'undefined' ? '' : 'a '}${typeof value}, which is not JSON`
  if (traceOf(value) !== undefined)
    return `${at} is a ref inside a literal; make each ref an input of its own, or build the object in a function task`
  const kind = Object.getPrototypeOf(value) as object | null
  if (!Array.isArray(value) && kind !== Object.prototype && kind !== null)
    return `${at} is a ${value.constructor?.name ?? 'thing'}, which is not plain JSON`
  for (const [key, member] of Object.entries(value)) {
    if (member === undefined && !Array.isArray(value)) continue
    const why = notPlain(member, at === 'it' ? `"${key}"` : `${at} "${key}"`)
    if (why !== undefined) return why
  }
  return undefined
}

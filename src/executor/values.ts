import { sql } from 'kysely'
import { eachItem, type Wire } from '../planner/plan.ts'
import type { Row } from '../store/tables.ts'
import type { StoredEvent } from '../telemetry/event.ts'
import { refuse } from '../values/fault.ts'
import { type Json, reach } from '../values/json.ts'
import { type Origin, worstOrigin } from '../values/origin.ts'
import { controlOf, writtenBy } from './control.ts'
import type { Kernel } from './kernel.ts'
import { type Place, sourceName, taskId } from './place.ts'

/** A value with where it came from: its worst origin and the events that hold it. */
export interface Sourced {
  readonly value: Json | undefined
  readonly origin: Origin
  readonly sources: readonly number[]
}

/** What a task's inputs are at this moment. Missing parts are left out: the doer's schema says what that means. */
export interface Inputs extends Sourced {
  readonly value: { readonly [name: string]: Json }
  /** Where each input came from. */
  readonly origins: { readonly [name: string]: Origin }
}

/** Reads what wires carry, for one task: from the run's input, the item, other tasks' outcomes and literals. */
export async function readInputs(kernel: Kernel, run: Row<'runs'>, task: Row<'tasks'>, place: Place): Promise<Inputs> {
  const entries = Object.entries(place.node.inputs)
  const read = await readWires(
    kernel,
    run,
    task,
    place,
    entries.map(([, wire]) => wire),
  )
  const value: Record<string, Json> = {}
  const origins: Record<string, Origin> = {}
  for (const [index, [name]] of entries.entries()) {
    const part = read[index]
    if (part?.value === undefined) continue
    value[name] = part.value
    origins[name] = part.origin
  }
  const { origin, sources } = gathered(read)
  return { value, origins, origin: worstOrigin([origin, await controlOf(kernel, run, place)]), sources }
}

/** Reads several wires with one query for all the tasks that they name. */
export async function readWires(
  kernel: Kernel,
  run: Row<'runs'>,
  task: Pick<Row<'tasks'>, 'name' | 'parent_id' | 'item'>,
  place: Place,
  wires: readonly Wire[],
): Promise<Sourced[]> {
  const names = wires.map((wire) => sourceName(place, wire))
  const outcomes = await readOutcomes(
    kernel,
    run,
    names.filter((name) => name !== undefined),
  )
  const literal = wires.some((wire) => 'value' in wire) ? await writtenBy(kernel, run, place) : 'system'
  return Promise.all(
    wires.map(async (wire, index): Promise<Sourced> => {
      if ('value' in wire) return { value: wire.value, origin: literal, sources: [] }
      const name = names[index]
      const whole =
        name !== undefined
          ? (outcomes.get(name) ?? nothing)
          : wire.from === eachItem
            ? await readItem(kernel, run, task, place)
            : await readRunInput(kernel, run, task, place)
      return { ...whole, value: reach(whole.value, wire.path) }
    }),
  )
}

/** The outputs of done tasks by full name, with one query for the rows and one for the events. */
async function readOutcomes(kernel: Kernel, run: Row<'runs'>, names: readonly string[]): Promise<Map<string, Sourced>> {
  const found = new Map<string, Sourced>()
  if (names.length === 0) return found
  const ids = [...new Set(names)].map((name) => taskId(run.id, name))
  const rows = await kernel.store.read
    .selectFrom('tasks')
    .select(['name', 'outcome_seq'])
    .where('id', 'in', ids)
    .where('state', '=', sql.lit('done'))
    .execute()
  const events = new Map(
    (await kernel.journal.at(rows.flatMap((row) => row.outcome_seq ?? []))).map((event) => [event.seq, event]),
  )
  for (const row of rows) {
    const event = row.outcome_seq === null ? undefined : events.get(row.outcome_seq)
    if (event) found.set(row.name, outputOf(event))
  }
  return found
}

/** The output that a `task.done` event holds. Fault `vault.forgotten` when its subject was forgotten since. */
export function outputOf(event: StoredEvent): Sourced {
  if (event.kind !== 'task.done') throw new TypeError(`${event.kind} has no output`)
  if (event.payload === null) refuse('vault.forgotten', { identity: event.subject })
  return { value: event.payload.output, origin: event.origin, sources: [event.seq] }
}

/** `$input` of the run, or within a grafted plan the inputs of the task that planned it. */
async function readRunInput(
  kernel: Kernel,
  run: Row<'runs'>,
  task: Pick<Row<'tasks'>, 'name' | 'parent_id'>,
  place: Place,
): Promise<Sourced> {
  const graft = place.scopes.at(-1)?.prefix ?? ''
  if (graft !== '') {
    const planner = await kernel.store.read
      .selectFrom('tasks')
      .selectAll()
      .where('id', '=', taskId(run.id, graft.slice(0, -1)))
      .executeTakeFirst()
    if (!planner) throw new TypeError(`no task planned ${task.name}`)
    return readInputs(kernel, run, planner, await kernel.placeOf(planner))
  }
  const [event] = await kernel.journal.at([run.input_seq])
  if (event?.kind !== 'run.started') throw new TypeError(`${run.id} has no input`)
  if (event.payload === null) refuse('vault.forgotten', { identity: event.subject })
  return { value: event.payload.input, origin: event.origin, sources: [event.seq] }
}

async function readItem(
  kernel: Kernel,
  run: Row<'runs'>,
  task: Pick<Row<'tasks'>, 'name' | 'parent_id' | 'item'>,
  place: Place,
): Promise<Sourced> {
  if (task.parent_id === null || task.item === null) throw new TypeError(`${task.name} is not of an each`)
  const each = place.scopes
    .flatMap((scope) => scope.tasks)
    .find((node) => node.kind === 'each' && node.body.includes(place.node))
  const wire = each?.inputs.items
  if (!wire) throw new TypeError(`${task.name} has no items`)
  const outer: Place = { ...place, node: each, scopes: place.scopes.slice(1) }
  const parent = await kernel.store.read
    .selectFrom('tasks')
    .selectAll()
    .where('id', '=', task.parent_id)
    .executeTakeFirstOrThrow()
  const [items] = await readWires(kernel, run, parent, outer, [wire])
  if (!items) return nothing
  return { ...items, value: reach(items.value, [String(task.item)]) }
}

/** The outcome of several values together. */
function gathered(values: readonly Sourced[]): { origin: Origin; sources: readonly number[] } {
  return {
    origin: worstOrigin(values.map((value) => value.origin)),
    sources: [...new Set(values.flatMap((value) => value.sources))].sort((a, b) => a - b),
  }
}

const nothing: Sourced = { value: undefined, origin: 'system', sources: [] }

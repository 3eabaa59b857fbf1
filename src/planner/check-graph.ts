import { type Fault, fault } from '../values/fault.ts'
import { contentHash } from '../values/json.ts'
import { didYouMean } from '../values/nearest.ts'
import { isName, notAName } from './name.ts'
import { sourcesOf } from './needs.ts'
import { eachItem, type Plan, type PlannedTask, runInput, type Wire } from './plan.ts'
import type { Scene } from './scene.ts'
import { type Placed, wiresOf } from './walk.ts'

/** A plan around a grafted one, and the task of it that the graft is for. */
export interface Ancestor {
  readonly plan: Plan
  readonly task: string
}

/** Names that are taken or malformed. */
export function checkNames(laid: Scene): Fault[] {
  const faults: Fault[] = []
  for (const [name, placed] of Map.groupBy(laid.all, (one) => one.task.name)) {
    if (placed.length > 1) faults.push(fault('plan.duplicate-name', { task: name }))
    if (!isName(name)) faults.push(fault('plan.bad-name', { name, why: notAName }))
  }
  return faults
}

/** Wires, needs and guards that name what is not there, or cannot be seen from where they stand. */
export function checkSources(laid: Scene, ancestors: readonly Ancestor[]): Fault[] {
  const { plan } = laid
  return [
    ...laid.all.flatMap(({ task, inside }) => {
      const result = task.kind === 'each' ? named('result', [task.result]) : []
      return [
        ...unseen(laid, ancestors, task.name, inside, namesIn(task)),
        ...unseen(laid, ancestors, task.name, task.kind === 'each' ? [...inside, task] : inside, result),
      ]
    }),
    ...unseen(
      laid,
      ancestors,
      plan.name,
      [],
      [...named('output', [plan.output]), ...named('subject', plan.subject === null ? [] : [plan.subject])],
    ),
  ]
}

/** Tasks that need each other in a circle: in the plan, through bodies, and through the plans that a graft hangs under. */
export function checkCircles(laid: Scene, ancestors: readonly Ancestor[]): Fault[] {
  const edges = new Map(laid.all.map((placed) => [placed.task.name, edgesOf(laid, placed)]))
  const circles = [...findCircles(edges)]
  for (const { task } of laid.all)
    for (const source of new Set(sourcesOf(task))) {
      const around = edges.has(source) ? undefined : circleThrough(ancestors, source)
      if (around !== undefined) circles.push([task.name, ...around, task.name])
    }
  const same = ancestors.findIndex(({ plan }) => contentHash(plan.tasks) === contentHash(laid.plan.tasks))
  if (same >= 0) circles.push([...ancestors.slice(same).map((one) => one.task), ancestors[same]!.task])
  return circles.map((path) => fault('plan.cycle', { path: path.join(' → ') }))
}

type Named = readonly [input: string, source: string]

function named(input: string, wires: readonly Wire[]): Named[] {
  return wires.flatMap((wire) => ('from' in wire ? [[input, wire.from] as const] : []))
}

/** Every name that a task speaks of, once, under the input that speaks of it first. */
function namesIn(task: PlannedTask): Named[] {
  const all: Named[] = [
    ...wiresOf(task).flatMap(([input, wire]) => named(input, [wire])),
    ...task.guards.map((guard) => ['guards', guard] as const),
    ...task.needs.map((need) => ['needs', need] as const),
  ]
  return all.filter(([, source], index) => all.findIndex((other) => other[1] === source) === index)
}

function unseen(
  laid: Scene,
  ancestors: readonly Ancestor[],
  task: string,
  from: Placed['inside'],
  names: readonly Named[],
): Fault[] {
  return names.flatMap(([input, source]) => {
    if (source === runInput || (source === eachItem && from.length > 0)) return []
    const found = laid.find(source, from)
    if (found !== undefined && (input !== 'guards' || found.task.kind === 'when')) return []
    if (circleThrough(ancestors, source) !== undefined) return [] // told as a circle
    return [fault('plan.unknown-source', { task, input, source, nearest: didYouMean(source, laid.visible(from)) })]
  })
}

function edgesOf(laid: Scene, { task, inside }: Placed): readonly string[] {
  const inner = task.kind === 'each' ? task.body.map((one) => one.name) : []
  const seen = sourcesOf(task).filter((name) => laid.find(name, inside) !== undefined)
  return [...new Set([...seen, ...inner])]
}

/** From the named task of a plan around to the task that waits for the graft, when the first waits for the second. */
function circleThrough(ancestors: readonly Ancestor[], name: string): readonly string[] | undefined {
  for (const { plan, task } of ancestors) {
    const edges = new Map(plan.tasks.map((one) => [one.name, sourcesOf(one)]))
    const path = pathTo(edges, name, task, new Set())
    if (path !== undefined) return path
  }
  return undefined
}

function pathTo(
  edges: ReadonlyMap<string, readonly string[]>,
  from: string,
  to: string,
  seen: Set<string>,
): readonly string[] | undefined {
  if (!edges.has(from) || seen.has(from)) return undefined
  if (from === to) return [to]
  seen.add(from)
  for (const next of edges.get(from)!) {
    const rest = pathTo(edges, next, to, seen)
    if (rest !== undefined) return [from, ...rest]
  }
  return undefined
}

/** At least one circle of each knot, each once, beginning with its first name in the alphabet. */
function* findCircles(edges: ReadonlyMap<string, readonly string[]>): Generator<string[]> {
  const done = new Set<string>()
  const told = new Set<string>()
  for (const start of edges.keys()) {
    const path: string[] = []
    const waiting: (readonly [string, number])[] = [[start, 0]]
    // Depth first without recursion: a plan may be a chain of hundreds.
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [name, depth] = next
      for (const left of path.splice(depth)) done.add(left)
      const at = path.indexOf(name)
      if (at >= 0) {
        const circle = fromFirst(path.slice(at))
        if (!told.has(circle.join())) yield [...circle, circle[0]!]
        told.add(circle.join())
        continue
      }
      if (done.has(name) || !edges.has(name)) continue
      path.push(name)
      for (const to of edges.get(name)!) waiting.push([to, depth + 1])
    }
    for (const left of path) done.add(left)
  }
}

function fromFirst(circle: readonly string[]): readonly string[] {
  const first = circle.indexOf([...circle].sort()[0]!)
  return [...circle.slice(first), ...circle.slice(0, first)]
}

import type { PlannedTask } from '../planner/plan.ts'
import { fault } from '../values/fault.ts'
import type { Json } from '../values/json.ts'
import { microUsd } from '../values/money.ts'
import { worstOrigin } from '../values/origin.ts'
import { addChildren } from './add-children.ts'
import { type Attempt, recordStep } from './attempt.ts'
import type { AttemptEnd } from './ending.ts'
import { itemKeys } from './item-key.ts'
import { readResults } from './results.ts'
import { staleInput } from './stale.ts'
import type { Inputs } from './values.ts'

type EachNode = Extract<PlannedTask, { kind: 'each' }>

// So many tasks a transaction: a long list never makes one long one.
const tasksAtOnce = 500

/** Spreads a body over a list, then waits for all of it and joins the results in the order of the items. */
export async function runEach(attempt: Attempt, node: EachNode, inputs: Inputs): Promise<AttemptEnd> {
  const items = inputs.value.items
  if (!Array.isArray(items)) return staleInput(attempt, `each "${node.name}"`, 'items is not a list')
  if (items.length > node.max)
    return {
      kind: 'fault',
      fault: fault('task.too-many-items', { task: node.name, count: items.length, max: node.max }),
    }
  if (items.length === 0)
    return { kind: 'done', outcome: { output: [], cost: microUsd(0), sources: inputs.sources }, origin: inputs.origin }
  if (attempt.steps.has('spread')) return join(attempt, node, items, inputs)
  await expand(attempt, node, items)
  const { origin } = inputs
  return {
    kind: 'spread',
    also: async (tx) =>
      void (await recordStep(tx, attempt, { key: 'spread', kind: 'each', output: { items: items.length }, origin })),
  }
}

/** Adds the tasks of all items, from where an earlier attempt stopped: whole items, page by page. */
async function expand(attempt: Attempt, node: EachNode, items: readonly Json[]): Promise<void> {
  const { kernel, task } = attempt
  const keys = itemKeys(items)
  const itemsAtOnce = Math.max(1, Math.floor(tasksAtOnce / node.body.length))
  for (let from = await cursorOf(attempt); from < items.length; from += itemsAtOnce) {
    const children = keys.slice(from, from + itemsAtOnce).flatMap((key, offset) => {
      const index = from + offset
      const prefix = `${task.name}/${key}/`
      return node.body.map((body) => ({ body, prefix, node: `${task.node}/${body.name}`, item: index }))
    })
    await kernel.store.write(async (tx) => {
      await kernel.queue.assertFence(tx, task.id, task.fence)
      await addChildren(tx, attempt, children)
    })
  }
}

/** The first item that has no tasks yet. Items are added whole, so that the last one seen is complete. */
async function cursorOf(attempt: Attempt): Promise<number> {
  const last = await attempt.kernel.store.read
    .selectFrom('tasks')
    .select('item')
    .where('parent_id', '=', attempt.task.id)
    .orderBy('item', 'desc')
    .limit(1)
    .executeTakeFirst()
  return (last?.item ?? -1) + 1
}

async function join(attempt: Attempt, node: EachNode, items: readonly Json[], inputs: Inputs): Promise<AttemptEnd> {
  const { task } = attempt
  const prefixes = itemKeys(items).map((key) => `${task.name}/${key}/`)
  const results = await readResults(attempt, node.result, prefixes)
  const done = results.filter((result) => result.value !== undefined)
  const origin = worstOrigin([inputs.origin, ...done.map((result) => result.origin)])
  const output = done.map((result) => result.value ?? null)
  return { kind: 'done', outcome: { output, cost: microUsd(0), sources: inputs.sources }, origin }
}

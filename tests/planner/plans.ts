import { doersOf } from '../../src/planner/doer-facts.ts'
import type { Plan, PlannedTask, Wire } from '../../src/planner/plan.ts'
import { planSchema } from '../../src/planner/plan-schema.ts'
import { analyst, feeds, mail, newsletters, researcher, shout, writer } from './newsroom.ts'

/** A plan from the loose form that a planner agent would write. */
export function planOf(tasks: readonly Loose[], more: Record<string, unknown> = {}): Plan {
  return planSchema.parse({ name: 'test', tasks, output: { from: tasks[0]?.name ?? '$input' }, ...more })
}

export type Loose = { readonly name: string; readonly kind: PlannedTask['kind']; readonly [key: string]: unknown }

export const from = (source: string, ...path: string[]): Wire => ({ from: source, path })

export const doers = doersOf([
  ...[researcher, writer, analyst, shout],
  ...[feeds.read, mail.send, newsletters.schedule, newsletters.send],
])

export const call = (name: string, text: unknown): Loose => ({
  name,
  kind: 'function',
  doer: 'shout',
  inputs: { text },
})

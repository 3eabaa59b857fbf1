import fc from 'fast-check'
import { expect, test } from 'vitest'
import { check } from '../../src/planner/check.ts'
import { estimate } from '../../src/planner/estimate.ts'
import { layersOf } from '../../src/planner/layers.ts'
import { drawing, mermaid } from '../../src/planner/picture.ts'
import type { Plan } from '../../src/planner/plan.ts'
import { planSchema } from '../../src/planner/plan-schema.ts'
import { workflow } from '../../src/planner/workflow.ts'
import { contentHash, type Json } from '../../src/values/json.ts'
import { Brief, newsletter, shout } from './newsroom.ts'
import { call, doers, from, type Loose, planOf } from './plans.ts'

/** Any graph without a circle: each task takes its text from an earlier one or a literal, and needs some earlier ones. */
const acyclic = fc
  .array(
    fc.record({
      source: fc.nat(),
      wired: fc.boolean(),
      needs: fc.array(fc.nat(), { maxLength: 3 }),
      cost: fc.nat(1000),
    }),
    {
      minLength: 1,
      maxLength: 30,
    },
  )
  .map((picks) =>
    picks.map((pick, index): Loose => {
      const earlier = (pickedAt: number) => `t${pickedAt % Math.max(1, index)}`
      return {
        ...call(`t${index}`, pick.wired && index > 0 ? from(earlier(pick.source)) : 'x'),
        needs: index > 0 ? pick.needs.map(earlier) : [],
        budget: { cost: pick.cost },
      }
    }),
  )

test('a random graph without a circle passes the check', () => {
  fc.assert(
    fc.property(acyclic, (tasks) => {
      expect(check(planOf(tasks), doers)).toEqual([])
    }),
  )
})

test('the order in which tasks are written does not matter to the check', () => {
  fc.assert(
    fc.property(acyclic, (tasks) => {
      expect(check(planOf([...tasks].reverse()), doers)).toEqual([])
    }),
  )
})

test('a circle planted anywhere is found', () => {
  fc.assert(
    fc.property(acyclic, fc.array(fc.nat(), { minLength: 1, maxLength: 6 }), (tasks, picks) => {
      const ring = [...new Set(picks.map((pick) => pick % tasks.length))]
      const planted = tasks.map((task, index) => {
        const at = ring.indexOf(index)
        return at < 0 ? task : { ...task, needs: [...(task.needs as string[]), `t${ring[(at + 1) % ring.length]}`] }
      })
      const circles = check(planOf(planted), doers).filter((one) => one.code === 'plan.cycle')
      expect(circles.length).toBeGreaterThan(0)
      const names = new Set(circles.flatMap((one) => one.about.path!.split(' → ')))
      expect(ring.some((index) => names.has(`t${index}`))).toBe(true)
    }),
  )
})

test('the hash of a plan does not depend on the order of its keys, and reading it changes nothing', () => {
  fc.assert(
    fc.property(acyclic, (tasks) => {
      const plan = planOf(tasks)
      expect(contentHash(turned(plan as unknown as Json))).toBe(contentHash(plan))
      expect(contentHash(planSchema.parse(JSON.parse(JSON.stringify(plan))))).toBe(contentHash(plan))
    }),
  )
  const plan = newsletter.plan()
  expect(contentHash(planSchema.parse(JSON.parse(JSON.stringify(plan))))).toBe(contentHash(plan))
})

test('drawing the same random workflow twice gives the same plan', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(), { minLength: 1, maxLength: 20 }), (picks) => {
      const draw = (): Plan =>
        workflow({ name: 'random', input: Brief }, (flow, brief) => {
          const made = [brief.get('topic')]
          for (const [index, pick] of picks.entries())
            made.push(flow.task(`t${index}`, shout, { text: made[pick % made.length]! }))
          return made.at(-1)!
        }).plan()
      expect(contentHash(draw())).toBe(contentHash(draw()))
      expect(check(draw(), doers)).toEqual([])
    }),
  )
})

test('layers put each task below what it needs, and pictures stay within 100 columns', () => {
  fc.assert(
    fc.property(acyclic, (tasks) => {
      const plan = planOf(tasks)
      const depth = new Map(
        layersOf(plan.tasks).flatMap((layer, row) => layer.map((task) => [task.name, row] as const)),
      )
      for (const task of plan.tasks)
        for (const need of task.needs) expect(depth.get(need)).toBeLessThan(depth.get(task.name)!)
      for (const line of drawing(plan).split('\n')) expect(line.length).toBeLessThanOrEqual(80)
      expect(mermaid(plan)).toBe(mermaid(planOf(tasks)))
    }),
  )
})

test('the estimate is the sum of the budgets', () => {
  fc.assert(
    fc.property(acyclic, (tasks) => {
      const sum = tasks.reduce((total, task) => total + (task.budget as { cost: number }).cost, 0)
      expect(estimate(planOf(tasks), doers).cost).toBe(sum)
    }),
  )
})

function turned(value: Json): Json {
  if (Array.isArray(value)) return (value as Json[]).map(turned)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, turned(member)]),
  )
}

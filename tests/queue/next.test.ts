import fc from 'fast-check'
import { expect, test } from 'vitest'
import { next, type TaskEvent, type TaskProgress, type TaskState } from '../../src/queue/task.ts'
import type { GateId } from '../../src/values/id.ts'
import { type Duration, type Instant, instant, milliseconds } from '../../src/values/time.ts'

/** The law, written down a second time: what each state admits, and where it leads. All else is impossible. */
const law: Readonly<Record<TaskState['state'], Partial<Record<TaskEvent['kind'], TaskState['state']>>>> = {
  waiting: { 'need-met': 'waiting', 'need-reopened': 'waiting', skipped: 'skipped', cancelled: 'cancelled' },
  ready: { claimed: 'claimed', called: 'ready', skipped: 'skipped', cancelled: 'cancelled' },
  claimed: {
    renewed: 'claimed',
    lost: 'ready',
    retried: 'ready',
    postponed: 'ready',
    held: 'held',
    spread: 'waiting',
    done: 'done',
    failed: 'failed',
    cancelled: 'cancelled',
  },
  held: { resumed: 'ready', returned: 'waiting', cancelled: 'cancelled' },
  done: { reworked: 'ready' },
  failed: { revived: 'ready' },
  skipped: {},
  cancelled: {},
}

const at: fc.Arbitrary<Instant> = fc.nat().map(instant)
const gate = fc.constant('gat_1' as GateId)
const owner = fc.constantFrom('w1', 'w2')
const worked: fc.Arbitrary<Duration> = fc.nat(10_000).map(milliseconds)
const needs = fc.integer({ min: 2, max: 9 })
const outcome = fc.nat()
const kind = <const K extends string>(name: K) => fc.constant(name)

const state: fc.Arbitrary<TaskState> = fc.oneof(
  fc.record({ state: kind('waiting'), needs }),
  fc.record({ state: kind('ready'), dueAt: at }),
  fc.record({ state: kind('claimed'), owner, leaseUntil: at }),
  fc.record({ state: kind('held'), gate }),
  fc.record({ state: fc.constantFrom('done' as const, 'failed' as const), outcome, at }),
  fc.record({ state: fc.constantFrom('skipped' as const, 'cancelled' as const), at }),
)
const task: fc.Arbitrary<TaskProgress> = fc
  .tuple(
    state,
    fc.record({
      attempt: fc.integer({ min: 1, max: 9 }),
      round: fc.integer({ min: 1, max: 5 }),
      fence: fc.nat(99),
      worked,
    }),
  )
  .map(([where, counts]) => ({ ...where, ...counts }))
const event: fc.Arbitrary<TaskEvent> = fc.oneof(
  fc.record({ kind: fc.constantFrom('need-met' as const, 'lost' as const, 'resumed' as const), dueAt: at }),
  fc.record({ kind: fc.constantFrom('reworked' as const, 'revived' as const, 'called' as const), dueAt: at }),
  fc.record({ kind: fc.constantFrom('retried' as const, 'postponed' as const), dueAt: at, worked }),
  fc.record({ kind: kind('need-reopened') }),
  fc.record({ kind: kind('claimed'), owner, leaseUntil: at }),
  fc.record({ kind: kind('renewed'), leaseUntil: at }),
  fc.record({ kind: kind('held'), gate, worked }),
  fc.record({ kind: kind('spread'), needs, worked }),
  fc.record({ kind: kind('returned'), needs }),
  fc.record({ kind: fc.constantFrom('done' as const, 'failed' as const), outcome, at, worked }),
  fc.record({ kind: fc.constantFrom('skipped' as const, 'cancelled' as const), at }),
)

test('each state admits exactly the listed events', () => {
  const property = fc.property(task, event, (before, happened) => {
    expect(next(before, happened)?.state).toBe(law[before.state][happened.kind])
  })
  fc.assert(property, { numRuns: 5_000 })
})

test('fences and rounds only grow, working time adds up, and only a claim makes a fence', () => {
  const property = fc.property(task, event, (before, happened) => {
    const after = next(before, happened)
    if (!after) return
    expect(after.fence - before.fence).toBe(happened.kind === 'claimed' ? 1 : 0)
    expect(after.round - before.round).toBe(happened.kind === 'returned' || happened.kind === 'reworked' ? 1 : 0)
    if (happened.kind === 'revived') expect(after.worked).toBe(0)
    else expect(after.worked - before.worked).toBe('worked' in happened ? happened.worked : 0)
    expect(after.attempt).toBe(attemptAfter(before.attempt, happened.kind))
  })
  fc.assert(property, { numRuns: 5_000 })
})

test('the last need that is met makes a task ready; a task without needs cannot have one met', () => {
  const waiting = (left: number): TaskProgress => ({ ...fresh, state: 'waiting', needs: left })
  const met: TaskEvent = { kind: 'need-met', dueAt: instant(7) }
  expect(next(waiting(2), met)).toEqual(waiting(1))
  expect(next(waiting(1), met)).toEqual({ ...fresh, state: 'ready', dueAt: 7 })
  expect(next(waiting(0), met)).toBe(undefined)
  expect(next(waiting(1), { kind: 'need-reopened' })).toEqual(waiting(2))
})

const fresh = { attempt: 0, round: 1, fence: 0, worked: milliseconds(0) }

/** A try counts when it is made; waiting for someone else's sake gives it back; a fresh start has all of them. */
function attemptAfter(before: number, happened: TaskEvent['kind']): number {
  if (happened === 'claimed') return before + 1
  if (happened === 'postponed' || happened === 'held' || happened === 'spread') return before - 1
  return happened === 'reworked' || happened === 'revived' ? 0 : before
}

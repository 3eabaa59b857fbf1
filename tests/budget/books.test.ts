import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Scope } from '../../src/budget/budget.ts'
import { suiteSpender } from '../../src/testing/budget-suite.ts'
import { Refusal } from '../../src/values/fault.ts'
import { derivedId, type ReservationId } from '../../src/values/id.ts'
import { microUsd } from '../../src/values/money.ts'
import { openBench } from './sqlite-bench.ts'

const scopes: readonly Scope[] = ['company', 'run:r', 'task:t'].map((scope) => ({ scope, period: 'life' }))

/** `which` picks one of the reservations made so far; `share` is what it costs as a share of its worst case, in percent. */
const step = fc.oneof(
  fc.record({
    do: fc.constant('reserve' as const),
    worst: fc.nat(40),
    mask: fc.integer({ min: 1, max: 7 }),
    task: fc.nat(2),
  }),
  fc.record({ do: fc.constantFrom('send' as const, 'release' as const), which: fc.nat() }),
  fc.record({ do: fc.constant('settle' as const), which: fc.nat(), share: fc.integer({ min: 0, max: 100 }) }),
  fc.record({ do: fc.constant('settleDead' as const), task: fc.nat(2) }),
)

interface Noted {
  readonly id: ReservationId
  readonly task: number
  readonly mask: number
  readonly worst: number
  state: 'held' | 'sent' | 'settled' | 'released' | 'unconfirmed'
  booked: number
}

test('no sequence of reservations passes a limit, and the books equal those of a plain list', async () => {
  const limits = [100, 60, null] as const
  const property = fc.asyncProperty(fc.array(step, { maxLength: 60, size: 'max' }), async (steps) => {
    const { store, budget, close } = await openBench()
    const list: Noted[] = []
    const held = (at: number) => list.filter((one) => one.mask & (1 << at))
    const reservedIn = (at: number) => held(at).reduce((sum, one) => sum + (isOpen(one) ? one.worst : 0), 0)
    const spentIn = (at: number) => held(at).reduce((sum, one) => sum + one.booked, 0)
    try {
      await store.write(async (tx) => {
        for (const [at, limit] of limits.entries()) {
          await budget.setLimit(tx, scopes[at]!, limit === null ? null : microUsd(limit))
        }
        for (const next of steps) {
          if (next.do === 'reserve') {
            const chosen = scopes.filter((_, at) => next.mask & (1 << at))
            const spender = { ...suiteSpender, task: derivedId('tsk', next.task) }
            const fits = limits.every(
              (limit, at) =>
                limit === null || !(next.mask & (1 << at)) || spentIn(at) + reservedIn(at) + next.worst <= limit,
            )
            const got = await budget.reserve(tx, spender, chosen, microUsd(next.worst))
            expect(got.ok).toBe(fits)
            if (got.ok) list.push({ ...next, id: got.reservation, state: 'held', booked: 0 })
          } else if (next.do === 'settleDead') {
            await budget.settleDead(tx, derivedId('tsk', next.task))
            for (const one of list.filter((noted) => noted.task === next.task)) die(one)
          } else if (list.length > 0) {
            const one = list[next.which % list.length]!
            const actual = next.do === 'settle' ? Math.floor((one.worst * next.share) / 100) : 0
            const done =
              next.do === 'settle' ? budget.settle(tx, one.id, microUsd(actual)) : budget[next.do](tx, one.id)
            const went = await done.then(() => true, isRefusal)
            expect(went).toBe(move(one, next.do, actual))
          }
        }
      })
      for (const [at, scope] of scopes.entries()) {
        const { limit, spent, reserved } = await budget.spentOn(scope)
        expect([spent, reserved]).toEqual([spentIn(at), reservedIn(at)])
        if (limit !== null) expect(spent + reserved).toBeLessThanOrEqual(limit)
      }
    } finally {
      await close()
    }
  })
  await fc.assert(property, { numRuns: process.env.PROOF ? 500 : 60 })
})

const isOpen = (one: Noted) => one.state === 'held' || one.state === 'sent'

function isRefusal(error: unknown): false {
  expect(error).toBeInstanceOf(Refusal)
  return false
}

/** What the naive list does. False where the budget must refuse. */
function move(one: Noted, verb: 'send' | 'release' | 'settle', actual: number): boolean {
  if (verb === 'send') {
    if (one.state !== 'held') return false
    one.state = 'sent'
  } else if (verb === 'release') {
    if (one.state !== 'held' && one.state !== 'released') return false
    one.state = 'released'
  } else {
    if (one.state === 'released') return false
    if (one.state !== 'settled') one.booked = actual
    one.state = 'settled'
  }
  return true
}

function die(one: Noted): void {
  if (one.state === 'sent') one.booked = one.worst
  if (isOpen(one)) one.state = one.state === 'held' ? 'released' : 'unconfirmed'
}

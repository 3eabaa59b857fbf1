import assert from 'node:assert/strict'
import type { Budget, Reserved, Scope, Spender } from '../budget/budget.ts'
import type { Store } from '../store/store.ts'
import type { Journal } from '../telemetry/journal.ts'
import { Refusal } from '../values/fault.ts'
import { companyIdentity, derivedId, type ReservationId } from '../values/id.ts'
import { microUsd } from '../values/money.ts'
import type { TestFunction } from './queue-bench.ts'

/** The implementation under test, on a company of its own. */
export interface BudgetBench {
  readonly store: Store
  readonly journal: Journal
  readonly budget: Budget
  close(): Promise<void>
}

interface BudgetCase {
  readonly name: string
  prove(scene: BudgetScene): Promise<void>
}

interface BudgetScene extends BudgetBench {
  limit(scope: Scope, amount: number | null): Promise<void>
  reserve(worst: number, scopes?: readonly Scope[]): Promise<Reserved>
  /** Reserves what must be there. */
  hold(worst: number, scopes?: readonly Scope[]): Promise<ReservationId>
  send(id: ReservationId): Promise<void>
  settle(id: ReservationId, actual: number): Promise<void>
  release(id: ReservationId): Promise<void>
  settleDead(): Promise<void>
  doubt(id: ReservationId): Promise<void>
  /** Spent and reserved. */
  books(scope?: Scope): Promise<readonly [number, number]>
}

const company: Scope = { scope: 'company', period: '2026-03' }
const run: Scope = { scope: 'run:r', period: 'life' }
const task: Scope = { scope: 'task:t', period: 'life' }
const all = [company, run, task]

/** Of whose money the cases speak. */
export const suiteSpender: Spender = {
  run: derivedId('run', 'suite'),
  task: derivedId('tsk', 'suite'),
  subject: companyIdentity,
  step: 'model 1',
  fence: 3,
}

/** What every budget must do: the conformance suite. `open` gives an empty company; each case opens its own. */
export function testBudget(given: { readonly test: TestFunction; readonly open: () => Promise<BudgetBench> }): void {
  for (const { name, prove } of cases) {
    given.test(name, async () => {
      const bench = await given.open()
      try {
        await prove(sceneOn(bench))
      } finally {
        await bench.close()
      }
    })
  }
}

function sceneOn(bench: BudgetBench): BudgetScene {
  const { store, budget } = bench
  const reserve: BudgetScene['reserve'] = (worst, scopes = all) =>
    store.write((tx) => budget.reserve(tx, suiteSpender, scopes, microUsd(worst)))
  return {
    ...bench,
    reserve,
    limit: (scope, amount) =>
      store.write((tx) => budget.setLimit(tx, scope, amount === null ? null : microUsd(amount))),
    async hold(worst, scopes) {
      const reserved = await reserve(worst, scopes)
      assert.ok(reserved.ok)
      return reserved.reservation
    },
    send: (id) => store.write((tx) => budget.send(tx, id)),
    settle: (id, actual) => store.write((tx) => budget.settle(tx, id, microUsd(actual))),
    release: (id) => store.write((tx) => budget.release(tx, id)),
    settleDead: () => store.write((tx) => budget.settleDead(tx, suiteSpender.task)),
    doubt: (id) => store.write((tx) => budget.doubt(tx, id)),
    async books(scope = run) {
      const { spent, reserved } = await budget.spentOn(scope)
      return [spent, reserved]
    },
  }
}

const cases: readonly BudgetCase[] = [
  {
    name: 'money is reserved in all scopes or in none',
    async prove({ limit, reserve, books }) {
      await limit(company, 100)
      await limit(run, 50)
      assert.ok((await reserve(40)).ok)
      const refusal = await reserve(20)
      assert.ok(!refusal.ok)
      assert.deepEqual([refusal.scope, refusal.left, refusal.limit], [run, 10, 50])
      assert.equal(refusal.fault.code, 'budget.exhausted')
      for (const scope of all) assert.deepEqual(await books(scope), [0, 40])
      assert.ok((await reserve(10)).ok) // to the last micro-dollar
    },
  },
  {
    name: 'a scope without a limit counts and refuses nothing; one that is named twice is charged once',
    async prove({ hold, settle, books, budget }) {
      await settle(await hold(1_000_000, [task, task, company]), 7)
      assert.deepEqual(await books(task), [7, 0])
      assert.deepEqual(await budget.spentOn(company), { limit: null, spent: 7, reserved: 0 })
      assert.deepEqual(await budget.spentOn(run), { limit: null, spent: 0, reserved: 0 })
    },
  },
  {
    name: 'a limit that is lowered refuses what comes next, and one that is lifted lets it through',
    async prove({ limit, hold, reserve, books }) {
      await hold(40)
      await limit(run, 10)
      const refusal = await reserve(0)
      assert.ok(!refusal.ok && refusal.left === 0)
      await limit(run, null)
      await hold(40)
      assert.deepEqual(await books(), [0, 80])
    },
  },
  {
    name: 'what it cost is booked and the rest is free again, once',
    async prove({ hold, send, settle, books }) {
      const id = await hold(40)
      await send(id)
      await settle(id, 30)
      await settle(id, 30)
      await settle(id, 5)
      for (const scope of all) assert.deepEqual(await books(scope), [30, 0])
    },
  },
  {
    name: 'a cost above the worst case is booked as it is',
    async prove({ limit, hold, settle, reserve, books }) {
      await limit(run, 50)
      await settle(await hold(40), 60)
      assert.deepEqual(await books(), [60, 0])
      assert.ok(!(await reserve(0)).ok)
    },
  },
  {
    name: 'what was not sent is released; what was sent is not',
    async prove({ hold, send, release, settle, books }) {
      const id = await hold(40)
      await release(id)
      await release(id)
      assert.deepEqual(await books(), [0, 0])
      await refused(send(id))
      await refused(settle(id, 1))
      const sent = await hold(40)
      await send(sent)
      await refused(send(sent))
      await refused(release(sent))
      assert.deepEqual(await books(), [0, 40])
    },
  },
  {
    name: 'of a dead attempt the unsent is released and the sent is booked at its worst, until the truth arrives',
    async prove({ hold, send, settle, settleDead, books, store }) {
      const [unsent, sent, ended] = [await hold(10), await hold(20), await hold(40)]
      await send(sent)
      await settle(ended, 3)
      await settleDead()
      await settleDead()
      for (const scope of all) assert.deepEqual(await books(scope), [23, 0])
      const rows = await store.read.selectFrom('reservations').select(['id', 'state', 'actual']).execute()
      const states = new Map(rows.map((row) => [row.id, [row.state, row.actual]]))
      assert.deepEqual(states.get(unsent), ['released', null])
      assert.deepEqual(states.get(sent), ['unconfirmed', 20])
      await refused(send(sent))
      await settle(sent, 5)
      await settle(sent, 5)
      assert.deepEqual(await books(), [8, 0])
    },
  },
  {
    name: 'a call in doubt is booked at its worst at once, whatever becomes of its attempt, until the truth arrives',
    async prove({ hold, send, settle, settleDead, doubt, books }) {
      const [unsent, sent, known] = [await hold(10), await hold(20), await hold(40)]
      await refused(doubt(unsent))
      for (const id of [sent, known]) await send(id)
      await settle(known, 3)
      for (const id of [sent, sent, known]) await doubt(id)
      assert.deepEqual(await books(), [23, 10])
      await settleDead()
      assert.deepEqual(await books(), [23, 0])
      await settle(sent, 5)
      assert.deepEqual(await books(), [8, 0])
    },
  },
  {
    name: 'every change of money is journalled in the name of the spender',
    async prove({ limit, hold, send, settle, release, settleDead, journal }) {
      await limit(run, 100)
      const [settled, released, unconfirmed] = [await hold(10), await hold(10), await hold(10)]
      await send(unconfirmed)
      await settle(settled, 4)
      await release(released)
      await settleDead()
      await settle(unconfirmed, 0)
      const events = await journal.page({ after: 0, limit: 100 })
      const kinds = ['set', 'reserved', 'reserved', 'reserved', 'sent', 'settled', 'released', 'unconfirmed', 'settled']
      assert.deepEqual(
        events.map((event) => event.kind),
        kinds.map((kind) => `budget.${kind}`),
      )
      assert.deepEqual([events[1]?.run, events[1]?.task], [suiteSpender.run, suiteSpender.task])
      assert.deepEqual([events[0]?.origin, events[1]?.origin], ['operator', 'system'])
      const scopes = ['company 2026-03', 'run:r life', 'task:t life']
      assert.deepEqual(events[1]?.payload, { reservation: settled, step: 'model 1', fence: 3, amount: 10, scopes })
      assert.deepEqual(events[8]?.payload, { reservation: unconfirmed, actual: 0, late: true })
    },
  },
  {
    name: 'an amount that is none crashes and changes nothing',
    async prove({ hold, reserve, settle, limit, books }) {
      const id = await hold(10)
      for (const bad of [-1, 2 ** 60]) {
        await assert.rejects(reserve(bad), RangeError)
        await assert.rejects(settle(id, bad), RangeError)
      }
      await assert.rejects(limit(run, -1), RangeError)
      await assert.rejects(reserve(1, []), RangeError)
      await assert.rejects(settle('rsv_nobody' as ReservationId, 1), TypeError)
      assert.deepEqual(await books(), [0, 10])
    },
  },
]

async function refused(work: Promise<unknown>): Promise<void> {
  await assert.rejects(work, (error) => error instanceof Refusal && error.fault.code === 'budget.not-held')
}

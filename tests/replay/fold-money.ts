import type { Row } from '../../src/store/tables.ts'
import { microUsd } from '../../src/values/money.ts'
import { known, type Told } from './told.ts'

type Purse = Row<'budgets'>
type Reservation = Row<'reservations'>

/** Reservations and purses as the journal tells them. */
export function foldMoney(events: readonly Told[]): { budgets: Purse[]; reservations: Reservation[] } {
  const purses = new Map<string, Purse>()
  const reservations = new Map<string, Reservation>()
  const change = (name: string, by: (purse: Purse) => Partial<Purse>): void => {
    const [scope = '', period = ''] = name.split(' ')
    const purse = purses.get(name) ?? { scope, period, limit_usd: null, spent: microUsd(0), reserved: microUsd(0) }
    purses.set(name, { ...purse, ...by(purse) })
  }
  const book = (row: Reservation, reserved: number, spent: number): void => {
    for (const { scope, period } of JSON.parse(row.scopes) as Purse[]) {
      change(`${scope} ${period}`, (purse) => ({
        reserved: microUsd(purse.reserved + reserved),
        spent: microUsd(purse.spent + spent),
      }))
    }
  }
  for (const event of events) {
    if (event.kind === 'budget.set') {
      const { scope, period, limit } = event.payload
      change(`${scope} ${period}`, () => ({ limit_usd: limit }))
    } else if (event.kind === 'budget.reserved') {
      const row = reserved(event)
      reservations.set(row.id, row)
      book(row, row.amount, 0)
    } else if (event.kind.startsWith('budget.')) {
      const ended = event as Extract<
        Told,
        { kind: 'budget.settled' | 'budget.sent' | 'budget.released' | 'budget.unconfirmed' }
      >
      const row = known(reservations.get(ended.payload.reservation), ended.payload.reservation)
      reservations.set(row.id, end(row, ended, book))
    }
  }
  return { budgets: [...purses.values()], reservations: [...reservations.values()] }
}

function end(
  row: Reservation,
  event: Extract<Told, { kind: 'budget.settled' | 'budget.sent' | 'budget.released' | 'budget.unconfirmed' }>,
  book: (row: Reservation, reserved: number, spent: number) => void,
): Reservation {
  switch (event.kind) {
    case 'budget.sent':
      return { ...row, state: 'sent' }
    case 'budget.released':
      book(row, -row.amount, 0)
      return { ...row, state: 'released' }
    case 'budget.unconfirmed':
      book(row, -row.amount, event.payload.booked)
      return { ...row, state: 'unconfirmed', actual: event.payload.booked }
    case 'budget.settled': {
      const { actual, late } = event.payload
      book(row, late ? 0 : -row.amount, late ? actual - row.amount : actual)
      return { ...row, state: 'settled', actual }
    }
    default:
      return event satisfies never
  }
}

function reserved({ at, run, task, subject, payload }: Extract<Told, { kind: 'budget.reserved' }>): Reservation {
  const scopes = payload.scopes.map((name) => {
    const [scope = '', period = ''] = name.split(' ')
    return { scope, period }
  })
  return {
    id: payload.reservation,
    run_id: known(run ?? undefined, 'a run'),
    task_id: known(task ?? undefined, 'a task'),
    subject,
    step: payload.step,
    fence: payload.fence,
    scopes: JSON.stringify(scopes),
    amount: payload.amount,
    state: 'held',
    actual: null,
    made_at: at,
    agent: payload.agent ?? null,
    account: payload.account ?? null,
  }
}

import type { Tx } from '../store/store.ts'
import type { Journal } from '../telemetry/journal.ts'
import type { ReservationId, TaskId } from '../values/id.ts'
import type { Usd } from '../values/money.ts'
import {
  moveReservation,
  openReservations,
  pursesHeldBy,
  type Reservation,
  recordReservation,
  refuseUnheld,
  reservationRow,
} from './reservation.ts'

/** See `Budget.send`. Fault: `budget.not-held`. */
export async function send(journal: Journal, tx: Tx, id: ReservationId): Promise<void> {
  const row = await reservationRow(tx, id)
  if (row.state !== 'held') refuseUnheld(row, 'sent')
  await moveReservation(tx, row, 'sent')
  await recordReservation(journal, tx, row, 'budget.sent', { reservation: id })
}

/** See `Budget.settle`. Settling twice is harmless; the first word counts. Fault: `budget.not-held` when it was released. */
export async function settle(journal: Journal, tx: Tx, id: ReservationId, actual: Usd): Promise<void> {
  if (!Number.isSafeInteger(actual) || actual < 0) throw new RangeError(`not a cost: ${actual}`)
  const row = await reservationRow(tx, id)
  if (row.state === 'settled') return
  if (row.state === 'released') refuseUnheld(row, 'settled')
  const late = row.state === 'unconfirmed'
  // Late, the worst case has been moved to `spent` already; what it cost above or below it is put right.
  const amounts = late ? { reserved: 0, spent: actual - row.amount } : { reserved: row.amount, spent: actual }
  await pursesHeldBy(row).book(tx, amounts)
  await moveReservation(tx, row, 'settled', actual)
  await recordReservation(journal, tx, row, 'budget.settled', { reservation: id, actual, late })
}

/** See `Budget.release`. Releasing twice is harmless. Fault: `budget.not-held` once it was sent. */
export async function release(journal: Journal, tx: Tx, id: ReservationId): Promise<void> {
  const row = await reservationRow(tx, id)
  if (row.state === 'released') return
  if (row.state !== 'held') refuseUnheld(row, 'released')
  await letGo(journal, tx, row)
}

/** See `Budget.doubt`. Fault: `budget.not-held` for one that never went out. */
export async function doubt(journal: Journal, tx: Tx, id: ReservationId): Promise<void> {
  const row = await reservationRow(tx, id)
  if (row.state === 'settled' || row.state === 'unconfirmed') return
  if (row.state !== 'sent') refuseUnheld(row, 'doubted')
  await assumeWorst(journal, tx, row)
}

/** See `Budget.settleDead`. */
export async function settleDead(journal: Journal, tx: Tx, task: TaskId): Promise<void> {
  for (;;) {
    const rows = await openReservations(tx, task)
    if (rows.length === 0) return
    for (const row of rows) await (row.state === 'held' ? letGo(journal, tx, row) : assumeWorst(journal, tx, row))
  }
}

async function letGo(journal: Journal, tx: Tx, row: Reservation): Promise<void> {
  await pursesHeldBy(row).book(tx, { reserved: row.amount, spent: 0 })
  await moveReservation(tx, row, 'released')
  await recordReservation(journal, tx, row, 'budget.released', { reservation: row.id })
}

async function assumeWorst(journal: Journal, tx: Tx, row: Reservation): Promise<void> {
  await pursesHeldBy(row).book(tx, { reserved: row.amount, spent: row.amount })
  await moveReservation(tx, row, 'unconfirmed', row.amount)
  await recordReservation(journal, tx, row, 'budget.unconfirmed', { reservation: row.id, booked: row.amount })
}

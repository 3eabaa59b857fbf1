import { sql } from 'kysely'
import { compiled } from '../store/compiled.ts'
import type { Tx } from '../store/store.ts'
import type { Row } from '../store/tables.ts'
import type { Draft, Events } from '../telemetry/event.ts'
import type { Journal } from '../telemetry/journal.ts'
import { refuse } from '../values/fault.ts'
import type { ReservationId, TaskId } from '../values/id.ts'
import type { Usd } from '../values/money.ts'
import type { Scope } from './budget.ts'
import { type Purses, pursesOf } from './purses.ts'

export type Reservation = Row<'reservations'>

/** Writes a new reservation, held. */
export async function insertReservation(tx: Tx, row: Omit<Reservation, 'state' | 'actual'>): Promise<void> {
  await insert.run(tx.db, row)
}

/** A reservation by its id. One that was never made is a programmer's error: a TypeError. */
export async function reservationRow(tx: Tx, id: ReservationId): Promise<Reservation> {
  const row = await byId.first(tx.db, { id })
  if (!row) throw new TypeError(`there is no reservation ${id}`)
  return row
}

/**
 * What a task has reserved that is neither settled nor released, but for what waits in a provider's batch, which outlives the
 * attempt. At most 500: the rest at the next call.
 */
export function openReservations(tx: Tx, task: TaskId): Promise<Reservation[]> {
  return openOf.all(tx.db, { task })
}

/** Moves a reservation on. The caller has read it in this transaction. */
export async function moveReservation(
  tx: Tx,
  row: Reservation,
  state: Reservation['state'],
  actual: Usd | null = null,
): Promise<void> {
  await move.run(tx.db, { id: row.id, state, actual })
}

/** The purses that a reservation holds money of. */
export function pursesHeldBy(row: Reservation): Purses {
  return pursesOf(JSON.parse(row.scopes) as Scope[])
}

/** Fault: `budget.not-held`. */
export function refuseUnheld(row: Reservation, verb: string): never {
  return refuse('budget.not-held', { reservation: row.id, state: row.state, verb })
}

/** Journals what happened to a reservation, in the name of whoever it was made for. */
export async function recordReservation<K extends keyof Events & `budget.${string}`>(
  journal: Journal,
  tx: Tx,
  row: Pick<Reservation, 'subject' | 'run_id' | 'task_id'>,
  kind: K,
  payload: Events[K],
): Promise<void> {
  const { subject, run_id: run, task_id: task } = row
  await journal.append(tx, { kind, subject, origin: 'system', run, task, payload } as Draft)
}

const insert = compiled((db, given: Omit<Reservation, 'state' | 'actual'>) =>
  db.insertInto('reservations').values({
    id: given.id,
    run_id: given.run_id,
    task_id: given.task_id,
    subject: given.subject,
    step: given.step,
    fence: given.fence,
    scopes: given.scopes,
    amount: given.amount,
    state: 'held',
    actual: null,
    made_at: given.made_at,
    agent: given.agent,
    account: given.account,
  }),
)
const byId = compiled((db, given: { id: ReservationId }) =>
  db.selectFrom('reservations').selectAll().where('id', '=', given.id),
)
const openOf = compiled((db, given: { task: TaskId }) =>
  db
    .selectFrom('reservations')
    .selectAll()
    .where('task_id', '=', given.task)
    .where(
      'state',
      'in',
      (['held', 'sent'] as const).map((state) => sql.lit(state)),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('batches')
            .select('batches.id')
            .whereRef('batches.reservation_id', '=', 'reservations.id')
            .where(
              'batches.state',
              'in',
              (['intended', 'sent'] as const).map((state) => sql.lit(state)),
            ),
        ),
      ),
    )
    .limit(sql.lit(500)),
)
const move = compiled((db, given: Pick<Reservation, 'id' | 'state' | 'actual'>) =>
  db.updateTable('reservations').set({ state: given.state, actual: given.actual }).where('id', '=', given.id),
)

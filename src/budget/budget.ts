import type { Tx } from '../store/store.ts'
import type { Fault } from '../values/fault.ts'
import type { IdentityId, ReservationId, RunId, TaskId } from '../values/id.ts'
import type { Usd } from '../values/money.ts'

/** A purse: `company`, `workflow:NAME`, `run:ID`, `task:ID` or `agent:ID` (what the agent of that task spends itself), for life or a month (`2026-03`). */
export interface Scope {
  readonly scope: string
  readonly period: string
}

/** On whose behalf money is reserved. A reservation is owned by (task, step, fence). */
export interface Spender {
  readonly run: RunId
  readonly task: TaskId
  readonly subject: IdentityId
  readonly step: string
  readonly fence: number
  /** The agent that asks, and the account that is asked. */
  readonly agent?: string
  readonly account?: string
}

export type Reserved =
  | { readonly ok: true; readonly reservation: ReservationId }
  | { readonly ok: false; readonly fault: Fault; readonly scope: Scope; readonly left: Usd; readonly limit: Usd }

/**
 * Money. A reservation of the worst case is one conditional UPDATE over all scopes at once; what it cannot have is refused
 * whole, so that `spent + reserved` never passes a limit. Everything is journalled. A scope without a row has no limit and gets
 * a row that counts.
 */
export interface Budget {
  setLimit(tx: Tx, scope: Scope, limit: Usd | null): Promise<void>
  reserve(tx: Tx, spender: Spender, scopes: readonly Scope[], worst: Usd): Promise<Reserved>
  /** Marks that the call is about to leave: from here on the money may be owed. */
  send(tx: Tx, reservation: ReservationId): Promise<void>
  /** Books what it cost and frees the rest. Taken whatever the fence, also late, after `unconfirmed`: then the books are corrected. */
  settle(tx: Tx, reservation: ReservationId, actual: Usd): Promise<void>
  release(tx: Tx, reservation: ReservationId): Promise<void>
  /** When a task is reclaimed or ends: releases what was not sent, books what was at its worst case as `unconfirmed`. */
  settleDead(tx: Tx, task: TaskId): Promise<void>
  /** Nobody knows whether a sent call is owed: it is booked at its worst case as `unconfirmed` at once. Harmless where it was booked already. */
  doubt(tx: Tx, reservation: ReservationId): Promise<void>
  spentOn(scope: Scope): Promise<{ readonly limit: Usd | null; readonly spent: Usd; readonly reserved: Usd }>
}

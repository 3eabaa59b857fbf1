import type { Kysely } from 'kysely'
import type { Store, Tx } from '../store/store.ts'
import type { Row, Tables } from '../store/tables.ts'
import type { Journal } from '../telemetry/journal.ts'
import type { EffectKey, GrantId, IdentityId, Ids, RunId, TaskId } from '../values/id.ts'
import type { Usd } from '../values/money.ts'
import type { Origin } from '../values/origin.ts'
import type { Risk } from '../values/risk.ts'
import type { Clock, Duration } from '../values/time.ts'
import { giveGrant } from './give-grant.ts'
import { useGrant } from './use-grant.ts'
import { withdrawGrant } from './withdraw-grant.ts'

export interface NewGrant {
  readonly action: string
  /** The action's risk. */
  readonly risk: Risk
  /** Only work about this identity; anything else when left out. */
  readonly subject?: IdentityId
  readonly payee?: string
  /** The most that one use may cost. With it, a use that names no amount is not covered. */
  readonly maxAmount?: Usd
  readonly maxUses: number
  readonly lasts: Duration
  /** True to cover content made of external text. */
  readonly externalOk: boolean
  readonly why: string
}

/** One performance of an action that looks for a grant. */
export interface Use {
  readonly action: string
  readonly risk: Risk
  readonly subject: IdentityId
  readonly payee?: string
  readonly amount?: Usd
  /** The worst origin of what is sent, to whom and how much. */
  readonly origin: Origin
  readonly effectKey: EffectKey
  readonly run?: RunId
  readonly task?: TaskId
}

/** Standing approvals: scoped, limited in amount and number, expiring. Only the operator gives and withdraws them. */
export interface Grants {
  /** Faults: `grant.too-wide`, `input.invalid`, `identity.unknown`. */
  give(tx: Tx, grant: NewGrant): Promise<GrantId>
  /** Faults: `input.unknown`, `grant.not-possible`. */
  withdraw(tx: Tx, grant: GrantId): Promise<void>
  /**
   * Counts one use of the grant that covers this and ends first, or `undefined` when none does. Called once for an effect, in
   * the transaction that intends it: if that fails, the use is not counted.
   */
  use(tx: Tx, use: Use): Promise<GrantId | undefined>
  /** A page in the order of their making, after the last id of the page before; ended ones too. */
  list(page: GrantPage): Promise<Row<'grants'>[]>
}

export interface GrantPage {
  readonly after?: GrantId
  /** At most 200. */
  readonly limit: number
}

export interface GrantFoundation {
  readonly store: Store
  readonly journal: Journal
  readonly clock: Clock
  readonly ids: Ids
}

export function openGrants(foundation: GrantFoundation): Grants {
  return {
    give: (tx, grant) => giveGrant(foundation, tx, grant),
    withdraw: (tx, grant) => withdrawGrant(foundation, tx, grant),
    use: (tx, use) => useGrant(foundation, tx, use),
    list: (page) => list(foundation.store.read, page),
  }
}

const largestPage = 200

function list(db: Kysely<Tables>, { after, limit }: GrantPage): Promise<Row<'grants'>[]> {
  let select = db.selectFrom('grants').selectAll()
  if (after !== undefined) select = select.where('id', '>', after)
  return select
    .orderBy('id')
    .limit(Math.max(1, Math.min(Math.floor(limit) || 1, largestPage)))
    .execute()
}

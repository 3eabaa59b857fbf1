import type { GrantId, IdentityId } from '../../values/id.ts'
import type { Usd } from '../../values/money.ts'
import type { Instant } from '../../values/time.ts'
import type { Os } from '../os.ts'
import { type Page, type Paging, pageOfRows } from './page.ts'
import { namesOf } from './runs.ts'

/** A grant in a list. Its state follows from the clock, its uses and whether it was withdrawn. */
export interface GrantLine {
  readonly id: GrantId
  readonly action: string
  readonly subject: { readonly id: IdentityId; readonly name: string | null } | null
  readonly payee: string | null
  readonly maxAmount: Usd | null
  readonly uses: number
  readonly maxUses: number
  readonly externalOk: boolean
  readonly givenAt: Instant
  readonly expiresAt: Instant
  readonly state: 'active' | 'used-up' | 'expired' | 'withdrawn'
}

/** Grants, latest first. */
export async function listGrants(os: Os, paging: Paging): Promise<Page<GrantLine>> {
  let select = os.store.read.selectFrom('grants').selectAll()
  if (paging.cursor !== undefined) select = select.where('id', '<', paging.cursor as GrantId)
  const rows = await select
    .orderBy('id', 'desc')
    .limit(paging.limit + 1)
    .execute()
  const names = await namesOf(
    os,
    rows.flatMap((row) => row.subject ?? []),
  )
  const now = os.clock.now()
  const lines = rows.map(
    (row): GrantLine => ({
      id: row.id,
      action: row.action,
      subject: row.subject === null ? null : { id: row.subject, name: names.get(row.subject) ?? null },
      payee: row.payee,
      maxAmount: row.max_amount,
      uses: row.uses,
      maxUses: row.max_uses,
      externalOk: row.external_ok === 1,
      givenAt: row.given_at,
      expiresAt: row.expires_at,
      state: grantState(row, now),
    }),
  )
  return pageOfRows(rows, paging, (row) => row.id, lines)
}

function grantState(
  row: { uses: number; max_uses: number; expires_at: Instant; withdrawn_at: Instant | null },
  now: Instant,
): GrantLine['state'] {
  if (row.withdrawn_at !== null) return 'withdrawn'
  if (row.expires_at <= now) return 'expired'
  return row.uses >= row.max_uses ? 'used-up' : 'active'
}

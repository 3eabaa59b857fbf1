import type { PointerState } from '../../store/memory-rows.ts'
import type { Row } from '../../store/tables.ts'
import { refuse } from '../../values/fault.ts'
import type { IdentityId, PointerId } from '../../values/id.ts'
import type { Instant } from '../../values/time.ts'
import type { Os } from '../os.ts'
import type { Page, Paging } from './page.ts'

/** An artifact that lives elsewhere, and what became of it. */
export interface PointerLine {
  readonly id: PointerId
  readonly adapter: string
  readonly externalId: string
  readonly title: string | null
  readonly url: string | null
  readonly seenAt: Instant
  readonly state: PointerState
  /** When it was first found so. */
  readonly since: Instant | null
  readonly checkedAt: Instant | null
  /** Why it is not known whether it changed, or how it is gone. */
  readonly why: string | null
}

/** A page of an identity's pointers, with their rows. */
export async function pageOfPointers(
  os: Os,
  identity: IdentityId,
  { limit, cursor }: Paging,
): Promise<{ readonly rows: readonly Row<'pointers'>[]; readonly next: string | null }> {
  const after = cursor === undefined ? undefined : readPlace(cursor)
  const rows = await os.identities.pointers.list(identity, { limit: limit + 1, ...(after ? { after } : {}) })
  const last = rows[limit - 1]
  const next = rows.length > limit && last ? placeOf(last) : null
  return { rows: rows.slice(0, limit), next }
}

/** The same as the desk shows them. */
export async function listPointers(os: Os, identity: IdentityId, paging: Paging): Promise<Page<PointerLine>> {
  const { rows, next } = await pageOfPointers(os, identity, paging)
  const seqs = rows.flatMap(({ checked_seq }) => checked_seq ?? [])
  const checks = new Map((await os.journal.at(seqs)).map((event) => [event.seq, event]))
  const items = rows.map((row): PointerLine => {
    const check = row.checked_seq === null ? undefined : checks.get(row.checked_seq)
    const found = check?.kind === 'identity.pointers-checked' ? check.payload?.checked : undefined
    return {
      ...{ id: row.id, adapter: row.adapter, externalId: row.external_id, title: row.title, url: row.url },
      ...{ seenAt: row.seen_at, state: row.state, since: row.state_since, checkedAt: check?.at ?? null },
      why: found?.find(({ pointer }) => pointer === row.id)?.why ?? null,
    }
  })
  return { items, next }
}

function placeOf({ adapter, external_id }: Row<'pointers'>): string {
  return Buffer.from(JSON.stringify([adapter, external_id])).toString('base64url')
}

/** Fault: `input.invalid`. */
function readPlace(cursor: string): { adapter: string; external_id: string } {
  try {
    const [adapter, external_id] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown[]
    if (typeof adapter === 'string' && typeof external_id === 'string') return { adapter, external_id }
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error
  }
  return refuse('input.invalid', { what: 'The cursor', why: 'it is not the "next" of a page' })
}

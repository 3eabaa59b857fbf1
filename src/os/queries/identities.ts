import type { Row } from '../../store/tables.ts'
import type { IdentityId } from '../../values/id.ts'
import type { Instant } from '../../values/time.ts'
import type { Os } from '../os.ts'
import type { Page, Paging } from './page.ts'

export type MemberStatus = 'active' | 'unsubscribed' | 'bounced'

/** An identity in a list; `name` is `null` once forgotten. */
export interface IdentityLine {
  readonly id: IdentityId
  readonly kind: string
  readonly name: string | null
  readonly handles: readonly { readonly system: string; readonly value: string }[]
  readonly madeAt: Instant
  /** In the audience that was asked for. */
  readonly member: MemberStatus | null
}

export interface IdentityFilter extends Paging {
  readonly kind?: string | undefined
  /** Only members of this audience, whatever their kind. */
  readonly audience?: IdentityId | undefined
  readonly status?: MemberStatus | undefined
}

/**
 * Identities by id: all, of a kind, or the members of an audience. Of records that are one, one is listed, with the handles of all:
 * the root; in an audience the one that its letters go to. So a page may be shorter than asked for and still have a next one.
 */
export async function listIdentities(os: Os, filter: IdentityFilter): Promise<Page<IdentityLine>> {
  const members = filter.audience === undefined ? undefined : await membersOf(os, filter.audience, filter)
  const rows = await rowsOf(os, filter, members && [...members.keys()])
  const groups = await os.identities.merges.groups(rows.map((row) => row.id))
  const standing = filter.audience === undefined ? undefined : await os.identities.members.each(filter.audience, groups)
  const handles = await handlesOf(os, [...new Set(rows.flatMap((row) => groups.get(row.id) ?? [row.id]))])
  const lines = rows.flatMap((row) => {
    const member = standing?.get(row.id)
    if (member && (member.id !== row.id || (filter.status !== undefined && member.status !== filter.status))) return []
    return {
      id: row.id,
      kind: row.kind,
      name: row.name,
      handles: (groups.get(row.id) ?? [row.id]).flatMap((id) => handles.get(id) ?? []),
      madeAt: row.made_at,
      member: member?.status ?? members?.get(row.id) ?? null,
    }
  })
  const last = rows.length > filter.limit ? rows.at(filter.limit - 1) : undefined
  return { items: last ? lines.filter((line) => line.id <= last.id) : lines, next: last?.id ?? null }
}

/** The id that a handle or an id names. Faults: `identity.unknown`, `identity.no-audience`. */
export function identityBy(os: Os, handle: string): Promise<IdentityId> {
  return os.identities.handles.resolve(handle)
}

function rowsOf(os: Os, filter: IdentityFilter, members?: readonly IdentityId[]): Promise<Row<'identities'>[]> {
  let select = os.store.read.selectFrom('identities').selectAll()
  if (members) select = select.where('id', 'in', [...members])
  else {
    if (filter.kind !== undefined) select = select.where('kind', '=', filter.kind)
    select = select.where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('merges')
            .select('merges.id')
            .whereRef('from_id', '=', 'identities.id')
            .where('undone_seq', 'is', null),
        ),
      ),
    )
  }
  if (filter.cursor !== undefined) select = select.where('id', '>', filter.cursor as IdentityId)
  return select
    .orderBy('id')
    .limit(filter.limit + 1)
    .execute()
}

async function membersOf(os: Os, audience: IdentityId, filter: IdentityFilter): Promise<Map<IdentityId, MemberStatus>> {
  let select = os.store.read
    .selectFrom('memberships')
    .select(['identity_id', 'status'])
    .where('audience_id', '=', audience)
  if (filter.status !== undefined) select = select.where('status', '=', filter.status)
  if (filter.cursor !== undefined) select = select.where('identity_id', '>', filter.cursor as IdentityId)
  const rows = await select
    .orderBy('identity_id')
    .limit(filter.limit + 1)
    .execute()
  return new Map(rows.map((row) => [row.identity_id, row.status]))
}

/** The handles of each of these records. */
export async function handlesOf(os: Os, ids: readonly IdentityId[]): Promise<Map<IdentityId, IdentityLine['handles']>> {
  const found = new Map<IdentityId, { system: string; value: string }[]>()
  if (ids.length === 0) return found
  const rows = await os.store.read
    .selectFrom('handles')
    .select(['identity_id', 'system', 'value'])
    .where('identity_id', 'in', [...ids])
    .orderBy('system')
    .orderBy('value')
    .limit(2000)
    .execute()
  for (const { identity_id, ...handle } of rows) found.set(identity_id, [...(found.get(identity_id) ?? []), handle])
  return found
}

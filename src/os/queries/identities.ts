import type { PointerState } from '../../store/memory-rows.ts'
import type { IdentityId } from '../../values/id.ts'
import type { Json } from '../../values/json.ts'
import type { Origin } from '../../values/origin.ts'
import type { Instant } from '../../values/time.ts'
import type { Os } from '../os.ts'
import { type CommitmentLine, commitmentsOf } from './commitments.ts'
import { type Page, type Paging, pageOfRows } from './page.ts'
import { listRuns, namesOf, type RunLine } from './runs.ts'

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

/** What is known of one identity. */
export interface IdentityView extends Omit<IdentityLine, 'member'> {
  readonly forgottenAt: Instant | null
  readonly facts: readonly {
    readonly key: string
    readonly value: Json
    readonly origin: Origin
    readonly confidence: number
    readonly recordedAt: Instant
    readonly source: number
    readonly pinned: boolean
  }[]
  readonly memberOf: readonly { readonly id: IdentityId; readonly name: string | null; readonly status: MemberStatus }[]
  /** For an audience: how many members are in which status. */
  readonly members: readonly { readonly status: MemberStatus; readonly count: number }[]
  readonly pointers: readonly {
    readonly adapter: string
    readonly title: string | null
    readonly url: string | null
    readonly state: PointerState
  }[]
  readonly commitments: readonly CommitmentLine[]
  readonly runs: readonly RunLine[]
}

/** Identities by id: all, of a kind, or the members of an audience. */
export async function listIdentities(os: Os, filter: IdentityFilter): Promise<Page<IdentityLine>> {
  const members = filter.audience === undefined ? undefined : await membersOf(os, filter.audience, filter)
  let select = os.store.read.selectFrom('identities').selectAll()
  if (members) select = select.where('id', 'in', [...members.keys()])
  else if (filter.kind !== undefined) select = select.where('kind', '=', filter.kind)
  if (filter.cursor !== undefined) select = select.where('id', '>', filter.cursor as IdentityId)
  const rows = await select
    .orderBy('id')
    .limit(filter.limit + 1)
    .execute()
  const handles = await handlesOf(
    os,
    rows.map((row) => row.id),
  )
  const lines = rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    name: row.name,
    handles: handles.get(row.id) ?? [],
    madeAt: row.made_at,
    member: members?.get(row.id) ?? null,
  }))
  return pageOfRows(rows, filter, (row) => row.id, lines)
}

/** One identity by id or handle. Fault: `identity.unknown`. */
export async function showIdentity(os: Os, handle: string): Promise<IdentityView> {
  const id = await identityBy(os, handle)
  const row = await os.store.read.selectFrom('identities').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
  const pointers = os.store.read.selectFrom('pointers').select(['adapter', 'title', 'url', 'state'])
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    handles: (await handlesOf(os, [id])).get(id) ?? [],
    madeAt: row.made_at,
    forgottenAt: row.forgotten_at,
    facts: await factsOf(os, id),
    memberOf: await audiencesOf(os, id),
    members: await countMembers(os, id),
    pointers: await pointers.where('identity_id', '=', id).orderBy('adapter').limit(100).execute(),
    commitments: row.forgotten_at === null ? await commitmentsOf(os, id) : [],
    runs: (await listRuns(os, { subject: id, limit: 10 })).items,
  }
}

/** The id that a handle or an id names. Faults: `identity.unknown`, `identity.no-audience`. */
export function identityBy(os: Os, handle: string): Promise<IdentityId> {
  return os.identities.handles.resolve(handle)
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

async function handlesOf(os: Os, ids: readonly IdentityId[]): Promise<Map<IdentityId, IdentityLine['handles']>> {
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

async function factsOf(os: Os, id: IdentityId): Promise<IdentityView['facts']> {
  const rows = await os.store.read
    .selectFrom('facts')
    .selectAll()
    .where('identity_id', '=', id)
    .where('superseded_by', 'is', null)
    .orderBy('key')
    .limit(200)
    .execute()
  const pins = new Set((await os.identities.pins.of([id])).map((pin) => pin.key))
  return rows.map((row) => ({
    key: row.key,
    value: JSON.parse(row.value) as Json,
    origin: row.origin,
    confidence: row.confidence,
    recordedAt: row.recorded_at,
    source: row.source_seq,
    pinned: pins.has(row.key),
  }))
}

async function audiencesOf(os: Os, id: IdentityId): Promise<IdentityView['memberOf']> {
  const rows = await os.store.read
    .selectFrom('memberships')
    .select(['audience_id', 'status'])
    .where('identity_id', '=', id)
    .limit(100)
    .execute()
  const names = await namesOf(
    os,
    rows.map((row) => row.audience_id),
  )
  return rows.map((row) => ({ id: row.audience_id, name: names.get(row.audience_id) ?? null, status: row.status }))
}

async function countMembers(os: Os, id: IdentityId): Promise<IdentityView['members']> {
  const rows = await os.store.read
    .selectFrom('memberships')
    .select((eb) => ['status', eb.fn.countAll<number>().as('count')])
    .where('audience_id', '=', id)
    .groupBy('status')
    .execute()
  return rows.map((row) => ({ status: row.status, count: Number(row.count) }))
}

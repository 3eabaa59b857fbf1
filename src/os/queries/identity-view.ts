import type { Contradiction, Fact } from '../../identity/fact.ts'
import type { PointerState } from '../../store/memory-rows.ts'
import type { IdentityId, MergeId, RelationId } from '../../values/id.ts'
import type { Json } from '../../values/json.ts'
import type { Origin } from '../../values/origin.ts'
import type { Instant } from '../../values/time.ts'
import type { Os } from '../os.ts'
import { type CommitmentLine, commitmentsOf } from './commitments.ts'
import { handlesOf, type IdentityLine, identityBy, type MemberStatus } from './identities.ts'
import { listRuns, namesOf, type RunLine } from './runs.ts'
import { type SuggestionLine, suggestionLines } from './suggestions.ts'

/** A fact with where it is from. */
export interface FactLine {
  readonly key: string
  readonly value: Json
  readonly origin: Origin
  readonly confidence: number
  readonly recordedAt: Instant
  readonly validFrom: Instant | null
  readonly validUntil: Instant | null
  /** The event that recorded it. */
  readonly source: number
  /** The artifact that says so. */
  readonly pointer: string | null
  /** The record that it was recorded for. */
  readonly record: IdentityId
}

/** Something that was said. `text` is cut, and `null` once it is forgotten. */
export interface InteractionLine {
  readonly seq: number
  readonly channel: string
  readonly at: Instant
  readonly by: 'us' | 'them' | null
  readonly who: string | null
  readonly thread: string | null
  readonly text: string | null
}

interface Named {
  readonly id: IdentityId
  readonly name: string | null
}

/** What is known of one identity, under whatever record. */
export interface IdentityView extends Omit<IdentityLine, 'member'> {
  readonly forgottenAt: Instant | null
  /** What holds now. */
  readonly facts: readonly (FactLine & { readonly pinned: boolean })[]
  /** What is over, or does not hold yet. */
  readonly otherFacts: readonly FactLine[]
  readonly contradictions: readonly {
    readonly key: string
    readonly why: Contradiction['why']
    readonly shown: FactLine
    readonly other: FactLine
  }[]
  readonly memberOf: readonly (Named & { readonly status: MemberStatus })[]
  /** For an audience: how many members are in which status. */
  readonly members: readonly { readonly status: MemberStatus; readonly count: number }[]
  readonly relations: readonly {
    readonly id: RelationId
    readonly kind: string
    /** `from`: this identity is it to the other; `to`: the other is it to this one. */
    readonly direction: 'from' | 'to'
    readonly other: Named
    readonly since: Instant
  }[]
  /** The merges that make the records one; none for most. */
  readonly merges: readonly { readonly id: MergeId; readonly from: Named; readonly into: Named }[]
  /** Who may be the same, and who only looks so. */
  readonly alike: readonly SuggestionLine[]
  readonly pointers: readonly {
    readonly adapter: string
    readonly title: string | null
    readonly url: string | null
    readonly state: PointerState
  }[]
  /** The latest, the newest first. */
  readonly interactions: readonly InteractionLine[]
  readonly commitments: readonly CommitmentLine[]
  readonly runs: readonly RunLine[]
}

const mostFacts = 200
const mostRelations = 50
const mostPointers = 100
const mostInteractions = 10
const shownText = 300

/** One identity by id or handle. Fault: `identity.unknown`. */
export async function showIdentity(os: Os, handle: string): Promise<IdentityView> {
  const { merges, facts } = os.identities
  const id = await identityBy(os, handle)
  const row = await os.store.read.selectFrom('identities').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
  const group = await merges.group(id)
  const handles = await handlesOf(os, group)
  const page = { limit: mostFacts }
  const pins = new Set((await os.identities.pins.of(group)).map((pin) => pin.key))
  const pointers = await os.identities.pointers.list(id, { limit: mostPointers })
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    handles: group.flatMap((one) => handles.get(one) ?? []),
    madeAt: row.made_at,
    forgottenAt: row.forgotten_at,
    facts: (await facts.current(id, page)).map((fact) => ({ ...factLine(fact), pinned: pins.has(fact.key) })),
    otherFacts: (await facts.dormant(id, mostFacts)).map(factLine),
    contradictions: (await facts.contradictions(id, page)).map(({ key, why, shown, other }) => ({
      ...{ key, why, shown: factLine(shown), other: factLine(other) },
    })),
    memberOf: await audiencesOf(os, group),
    members: await countMembers(os, id, row.kind),
    relations: await relationsOf(os, id),
    merges: await mergesOf(os, id),
    alike: await suggestionLines(os, await os.identities.suggestions.of(id)),
    pointers: pointers.map(({ adapter, title, url, state }) => ({ adapter, title, url, state })),
    interactions: await interactionsOf(os, group),
    commitments: row.forgotten_at === null ? await commitmentsOf(os, id) : [],
    runs: (await listRuns(os, { subject: id, limit: 10 })).items,
  }
}

/** A fact as the desk gives it out. */
export function factLine(fact: Fact): FactLine {
  const { key, value, origin, confidence, recordedAt, validFrom, validUntil, source, pointer, identity } = fact
  return { key, value, origin, confidence, recordedAt, validFrom, validUntil, source, pointer, record: identity }
}

async function audiencesOf(os: Os, group: readonly IdentityId[]): Promise<IdentityView['memberOf']> {
  const rows = await os.store.read
    .selectFrom('memberships')
    .select('audience_id')
    .where('identity_id', 'in', [...group])
    .limit(100)
    .execute()
  const audiences = [...new Set(rows.map((row) => row.audience_id))]
  const names = await namesOf(os, audiences)
  const [root] = group as readonly [IdentityId, ...IdentityId[]]
  // One has several only where several audiences are kept, and those are few.
  const statuses = await Promise.all(audiences.map((audience) => os.identities.members.status(audience, root)))
  return audiences.flatMap((id, index) => {
    const status = statuses[index]?.status
    return status === undefined ? [] : [{ id, name: names.get(id) ?? null, status }]
  })
}

async function countMembers(os: Os, id: IdentityId, kind: string): Promise<IdentityView['members']> {
  if (kind !== 'audience') return []
  const counts = await os.identities.members.count(id)
  return (['active', 'bounced', 'unsubscribed'] as const).flatMap((status) =>
    counts[status] === 0 ? [] : [{ status, count: counts[status] }],
  )
}

async function relationsOf(os: Os, id: IdentityId): Promise<IdentityView['relations']> {
  const { from, to } = await os.identities.relations.of(id, mostRelations)
  const all = [
    ...from.map((row) => ({ row, direction: 'from' as const, other: row.to_id })),
    ...to.map((row) => ({ row, direction: 'to' as const, other: row.from_id })),
  ]
  const groups = await os.identities.merges.groups(all.map(({ other }) => other))
  const rootOf = (other: IdentityId) => groups.get(other)?.[0] ?? other
  const names = await namesOf(
    os,
    all.map(({ other }) => rootOf(other)),
  )
  return all.map(({ row, direction, other }) => ({
    ...{ id: row.id, kind: row.kind, direction, since: row.made_at },
    other: { id: rootOf(other), name: names.get(rootOf(other)) ?? null },
  }))
}

async function mergesOf(os: Os, id: IdentityId): Promise<IdentityView['merges']> {
  const rows = await os.identities.merges.of(id)
  const names = await namesOf(
    os,
    rows.flatMap((row) => [row.from_id, row.into_id]),
  )
  const named = (one: IdentityId) => ({ id: one, name: names.get(one) ?? null })
  return rows.map((row) => ({ id: row.id, from: named(row.from_id), into: named(row.into_id) }))
}

async function interactionsOf(os: Os, group: readonly IdentityId[]): Promise<IdentityView['interactions']> {
  const rows = await os.identities.interactions.latest(group, { limit: mostInteractions })
  const events = new Map((await os.journal.at(rows.map((row) => row.seq))).map((event) => [event.seq, event]))
  return rows.map(({ seq, channel, at }) => {
    const event = events.get(seq)
    const said = event?.kind === 'interaction.recorded' ? event.payload : null
    const text = said === null ? null : said.text.slice(0, shownText)
    return { seq, channel, at, by: said?.by ?? null, who: said?.who ?? null, thread: said?.thread ?? null, text }
  })
}

import type { Commitment } from '../../identity/commitment.ts'
import { groupOf } from '../../identity/group.ts'
import type { CommitmentId, IdentityId } from '../../values/id.ts'
import type { Origin } from '../../values/origin.ts'
import { type Instant, instant } from '../../values/time.ts'
import type { Os } from '../os.ts'
import { cursorAt, type Page, type Paging, pageOfRows, readCursor } from './page.ts'
import { namesOf } from './runs.ts'

/** An open commitment in a list. `what` is `null` when whoever it is about was forgotten. */
export interface CommitmentLine {
  readonly id: CommitmentId
  readonly identity: { readonly id: IdentityId; readonly name: string | null }
  readonly by: 'us' | 'them'
  readonly what: string | null
  readonly dueAt: Instant | null
  readonly overdue: boolean
  readonly madeAt: Instant
  readonly origin: Origin
  /** The event that made it. */
  readonly source: number
}

export interface CommitmentFilter extends Paging {
  /** An id or a handle. Its open commitments are one page. */
  readonly identity?: string | undefined
}

/** Open commitments, the one that is due first in front, those without a day last. Faults: `identity.unknown`, `input.invalid`. */
export async function listCommitments(os: Os, filter: CommitmentFilter): Promise<Page<CommitmentLine>> {
  const { commitments } = os.identities
  if (filter.identity !== undefined) {
    const group = await groupOf(os.store.read, await os.identities.handles.resolve(filter.identity))
    return { items: await linesOf(os, await commitments.open(group, filter.limit)), next: null }
  }
  const place = readCursor(filter.cursor)
  const id = place?.id as CommitmentId
  const after = place && { after: { dueAt: place.number === undated ? null : instant(place.number), id } }
  const rows = await commitments.due({ limit: filter.limit + 1, ...after })
  return pageOfRows(rows, filter, (row) => cursorAt(row.dueAt ?? undated, row.id), await linesOf(os, rows))
}

/** The open commitments of all records of one identity. */
export async function commitmentsOf(os: Os, identity: IdentityId): Promise<CommitmentLine[]> {
  return linesOf(os, await os.identities.commitments.open(await groupOf(os.store.read, identity), mostShown))
}

// On the card of an identity; 'soloist identity owed' has more.
const mostShown = 50
/** In a cursor: behind every day there is. */
const undated = Number.MAX_SAFE_INTEGER

async function linesOf(os: Os, open: readonly Commitment[]): Promise<CommitmentLine[]> {
  const now = os.clock.now()
  const made = await os.journal.at(open.map((commitment) => commitment.made))
  const said = new Map(
    made.map((event) => [event.seq, event.kind === 'commitment.made' ? event.payload?.what : undefined]),
  )
  const names = await namesOf(
    os,
    open.map((commitment) => commitment.identity),
  )
  return open.map(({ id, identity, by, dueAt, madeAt, origin, made }) => ({
    id,
    identity: { id: identity, name: names.get(identity) ?? null },
    by,
    what: said.get(made) ?? null,
    dueAt,
    overdue: dueAt !== null && dueAt < now,
    madeAt,
    origin,
    source: made,
  }))
}

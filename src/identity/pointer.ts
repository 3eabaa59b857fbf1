import type { Tx } from '../store/store.ts'
import type { Row } from '../store/tables.ts'
import { refuse } from '../values/fault.ts'
import type { IdentityId, PointerId, RunId, TaskId } from '../values/id.ts'
import type { Origin } from '../values/origin.ts'
import { type Foundation, living, pageSize } from './identity.ts'
import { shown } from './text.ts'

/** An artifact as an adapter saw it. What is not known is `null`. */
export interface Sighting {
  readonly identity: IdentityId
  readonly adapter: string
  /** The provider's own name of it. */
  readonly externalId: string
  readonly url: string | null
  readonly title: string | null
  readonly contentHash: string | null
  readonly origin: Origin
  readonly run?: RunId
  readonly task?: TaskId
}

/** Where heavy artifacts really live. One pointer for an identity, adapter and external id; seeing it again renews it. */
export interface Pointers {
  /** Faults: `input.invalid`, `identity.unknown`, `vault.forgotten`. */
  seen(tx: Tx, sighting: Sighting): Promise<PointerId>
  /** A page in the order of adapter and external id, after the last one of the page before. */
  list(of: IdentityId, page: PointerPage): Promise<Row<'pointers'>[]>
}

export interface PointerPage {
  readonly after?: { readonly adapter: string; readonly external_id: string }
  /** At most `largestPage`. */
  readonly limit: number
}

/** UTF-16 units. Message-IDs, the longest ids we know, end at 998 (RFC 5322 §2.1.1). */
const maxExternalId = 1000
/** What browsers and servers agree on. */
const maxUrl = 2048
/** A longer title is cut: it is for reading, not for finding. */
const maxTitle = 300

export function openPointers({ store, journal, clock, ids }: Foundation): Pointers {
  return {
    async seen(tx, sighting) {
      const wrong = wrongWithSighting(sighting)
      if (wrong !== undefined)
        refuse('input.invalid', { what: `The pointer "${shown(sighting.externalId)}"`, why: wrong })
      await living(tx.db, sighting.identity)
      const { identity, adapter, externalId, url, contentHash, origin, run, task } = sighting
      const title = sighting.title?.slice(0, maxTitle) ?? null
      const known = await tx.db
        .selectFrom('pointers')
        .select('id')
        .where('identity_id', '=', identity)
        .where('adapter', '=', adapter)
        .where('external_id', '=', externalId)
        .executeTakeFirst()
      const id = known?.id ?? ids.next('ptr')
      const payload = { id: identity, pointer: id, adapter, externalId, url, title, contentHash }
      const at = { ...(run === undefined ? {} : { run }), ...(task === undefined ? {} : { task }) }
      const seq = await journal.append(tx, { kind: 'identity.pointer-seen', subject: identity, origin, ...at, payload })
      const sight = {
        ...{ url, title, content_hash: contentHash, seen_at: clock.now(), source_seq: seq },
        // What became of it since is not known until somebody looks.
        ...{ state: 'unchecked' as const, state_since: null, checked_seq: null },
      }
      await tx.db
        .insertInto('pointers')
        .values({ id, identity_id: identity, adapter, external_id: externalId, ...sight })
        .onConflict((clash) => clash.column('id').doUpdateSet(sight))
        .execute()
      return id
    },
    list(of, { after, limit }) {
      let select = store.read.selectFrom('pointers').selectAll().where('identity_id', '=', of)
      if (after) {
        const { adapter, external_id } = after
        select = select.where(({ eb, refTuple, tuple }) =>
          eb(refTuple('adapter', 'external_id'), '>', tuple(adapter, external_id)),
        )
      }
      return select.orderBy('adapter').orderBy('external_id').limit(pageSize(limit)).execute()
    },
  }
}

// What a link on the desk may open. A `javascript:` URL from a provider would be code on the operator's screen.
const linkable = new Set(['https:', 'http:', 'file:', 'mailto:', 'mid:'])

/** Why a pointer to this cannot be kept, or `undefined` when it can. */
export function wrongWithSighting({
  adapter,
  externalId,
  url,
}: Pick<Sighting, 'adapter' | 'externalId' | 'url'>): string | undefined {
  if (adapter === '') return 'it names no adapter'
  if (externalId === '' || externalId.length > maxExternalId)
    return `its external id has 1 to ${maxExternalId} characters`
  if (url === null) return undefined
  if (url.length > maxUrl) return `its URL is longer than ${maxUrl} characters`
  const scheme = URL.parse(url)?.protocol
  if (scheme === undefined) return 'its URL cannot be read'
  return linkable.has(scheme) ? undefined : `its URL is a ${shown(scheme)} link`
}

import type { Tx } from '../store/store.ts'
import type { Row, Seq } from '../store/tables.ts'
import { refuse } from '../values/fault.ts'
import type { IdentityId, PointerId, RunId, TaskId } from '../values/id.ts'
import type { Origin } from '../values/origin.ts'
import type { Instant } from '../values/time.ts'
import { type Foundation, living, pageSize } from './identity.ts'

/** Something that was said between us and an identity. */
export interface NewInteraction {
  readonly identity: IdentityId
  /** `mail`, `call`, `note`: by which way. */
  readonly channel: string
  readonly by: 'us' | 'them'
  readonly text: string
  readonly origin: Origin
  /** The speaker's name, where the identity is more than one voice. */
  readonly who?: string
  /** Names the conversation. */
  readonly thread?: string
  /** When it happened; now when not said. */
  readonly at?: Instant
  /** The channel's own name of it: the same one is recorded once. */
  readonly externalId?: string
  /** Where all of it lives, with what does not fit here. */
  readonly pointer?: PointerId
  readonly run?: RunId
  readonly task?: TaskId
}

/** What was said, to whom and when. The words live in the journal. */
export interface Interactions {
  /** Gives the event; what its channel has delivered before is not recorded again. Faults: `input.invalid`, `input.too-large`, `identity.unknown`, `vault.forgotten`. */
  record(tx: Tx, interaction: NewInteraction): Promise<Seq>
  /** The latest of these identities, the newest first: a page before the instant `before`. */
  latest(
    of: readonly IdentityId[],
    page: { readonly before?: Instant; readonly limit: number },
  ): Promise<Row<'interactions'>[]>
}

/** UTF-16 units: a long mail. What is longer lives behind a pointer. */
const maxInteractionLength = 65_536
/** Message-IDs, the longest ids we know, end at 998 (RFC 5322 §2.1.1). */
const maxExternalId = 1000
const maxLabel = 200
const channelForm = /^[a-z][a-z0-9-]{0,39}$/

export function openInteractions({ store, journal, clock }: Foundation): Interactions {
  return {
    async record(tx, interaction) {
      check(interaction)
      const { identity, channel, by, text, origin, who, thread, externalId, pointer, run, task } = interaction
      await living(tx.db, identity)
      const before = externalId === undefined ? undefined : await recorded(tx, channel, externalId)
      if (before !== undefined) return before
      const at = interaction.at ?? clock.now()
      const seq = await journal.append(tx, {
        kind: 'interaction.recorded',
        subject: identity,
        origin,
        ...(run === undefined ? {} : { run }),
        ...(task === undefined ? {} : { task }),
        payload: {
          channel,
          by,
          who: who ?? null,
          text,
          thread: thread ?? null,
          happenedAt: at,
          externalId: externalId ?? null,
          pointer: pointer ?? null,
        },
      })
      const row = { seq, identity_id: identity, channel, external_id: externalId ?? null, at }
      await tx.db.insertInto('interactions').values(row).execute()
      return seq
    },
    async latest(of, { before, limit }) {
      const list = (id: IdentityId) => {
        const all = store.read.selectFrom('interactions').selectAll().where('identity_id', '=', id)
        return before === undefined ? all : all.where('at', '<', before)
      }
      const [first, ...others] = of
      if (first === undefined) return []
      // Each record's come sorted out of an index, and SQLite merges such arms: no sort of all of them.
      const all = others.reduce((union, id) => union.unionAll(list(id)), list(first))
      return all.orderBy('at', 'desc').orderBy('seq', 'desc').limit(pageSize(limit)).execute()
    },
  }
}

async function recorded(tx: Tx, channel: string, externalId: string): Promise<Seq | undefined> {
  const row = await tx.db
    .selectFrom('interactions')
    .select('seq')
    .where('channel', '=', channel)
    .where('external_id', '=', externalId)
    .executeTakeFirst()
  return row?.seq
}

function check({ channel, text, who = '', thread = '', externalId }: NewInteraction): void {
  const what = 'The interaction'
  if (text.length > maxInteractionLength) {
    const limit = `${maxInteractionLength} characters; keep the whole behind a pointer`
    refuse('input.too-large', { what, size: `${text.length} characters`, limit })
  }
  if (text.trim() === '') refuse('input.invalid', { what, why: 'it has no text' })
  if (!channelForm.test(channel)) {
    refuse('input.invalid', { what, why: 'its channel is up to 40 lower-case letters, digits and hyphens' })
  }
  if (who.length > maxLabel || thread.length > maxExternalId) {
    refuse('input.invalid', { what, why: 'the name of its speaker or of its thread is too long' })
  }
  if (externalId !== undefined && (externalId === '' || externalId.length > maxExternalId)) {
    refuse('input.invalid', { what, why: `its external id has 1 to ${maxExternalId} characters` })
  }
}

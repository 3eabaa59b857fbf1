import type { Tx } from '../store/store.ts'
import type { Row } from '../store/tables.ts'
import { refuse } from '../values/fault.ts'
import type { IdentityId } from '../values/id.ts'
import type { Origin } from '../values/origin.ts'
import { groupOf } from './group.ts'
import { type Foundation, living } from './identity.ts'
import { shown } from './text.ts'

/** One key of one identity. */
export interface PinnedKey {
  readonly identity: IdentityId
  readonly key: string
  readonly origin: Origin
}

/** Which facts are in every snapshot of their identity, whatever their value will be. */
export interface Pins {
  /** Says whether it changed anything. Faults: `input.unknown` where nothing is known under the key, `input.too-large`, `identity.unknown`, `vault.forgotten`. */
  pin(tx: Tx, pinned: PinnedKey): Promise<boolean>
  /** The same, wherever in the group the key was pinned. Faults: `identity.unknown`, `vault.forgotten`. */
  unpin(tx: Tx, pinned: PinnedKey): Promise<boolean>
  /** All pins of these identities, the oldest first: at most `maxPins` for each. */
  of(identities: readonly IdentityId[], tx?: Tx): Promise<Row<'fact_pins'>[]>
}

/** Where everything is pinned, nothing is: 50 facts are some 800 tokens, more than most snapshots have. */
export const maxPins = 50

export function openPins({ store, journal }: Foundation): Pins {
  const of: Pins['of'] = async (identities, tx) => {
    const pins = (tx?.db ?? store.read).selectFrom('fact_pins').selectAll()
    const rows = await pins.where('identity_id', 'in', [...identities]).execute()
    return rows.sort((one, other) => one.seq - other.seq)
  }
  return {
    async pin(tx, { identity, key, origin }) {
      await living(tx.db, identity)
      const group = await groupOf(tx.db, identity)
      const pins = await of(group, tx)
      if (pins.some((pin) => pin.key === key)) return false
      await requireFact(tx, group, key)
      if (pins.length >= maxPins) {
        refuse('input.too-large', { what: 'The list of pinned facts', size: `${pins.length + 1}`, limit: maxPins })
      }
      const payload = { id: identity, key }
      const seq = await journal.append(tx, { kind: 'identity.fact-pinned', subject: identity, origin, payload })
      await tx.db.insertInto('fact_pins').values({ identity_id: identity, key, seq }).execute()
      return true
    },
    async unpin(tx, { identity, key, origin }) {
      await living(tx.db, identity)
      const pins = (await of(await groupOf(tx.db, identity), tx)).filter((pin) => pin.key === key)
      for (const { identity_id } of pins) {
        const payload = { id: identity_id, key }
        await journal.append(tx, { kind: 'identity.fact-unpinned', subject: identity_id, origin, payload })
        const pin = tx.db.deleteFrom('fact_pins').where('identity_id', '=', identity_id).where('key', '=', key)
        await pin.execute()
      }
      return pins.length > 0
    },
    of,
  }
}

/** A pin on a key that was mistyped would never show, and nobody would know. */
async function requireFact(tx: Tx, group: readonly [IdentityId, ...IdentityId[]], key: string): Promise<void> {
  const fact = await tx.db
    .selectFrom('facts')
    .select('id')
    .where('identity_id', 'in', [...group])
    .where('key', '=', key)
    .where('superseded_by', 'is', null)
    .executeTakeFirst()
  if (fact) return
  const command = `soloist identity show ${group[0]}`
  refuse('input.unknown', { kind: 'fact', name: shown(key), nearest: '', command })
}

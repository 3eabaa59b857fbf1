import { sql } from 'kysely'
import type { Kernel } from '../../executor/kernel.ts'
import { ripeBefore } from '../../memory/distil/ripe.ts'
import type { Old } from '../../memory/passage.ts'
import type { Seq } from '../../store/tables.ts'
import { companyIdentity } from '../../values/id.ts'
import type { Duration, Instant } from '../../values/time.ts'
import type { DistilParts } from './distilling.ts'

/**
 * Takes what is past the time of its kind out of recall and snapshots, and the rows that were derived of it. Only what was distilled:
 * nothing up to the first event that still waits. The journal keeps every event, encrypted as ever.
 */
export async function retireOld(parts: DistilParts, signal: AbortSignal): Promise<void> {
  const { kernel, config } = parts
  const wanted = Object.entries(config.memory.retention ?? {})
  await kernel.memory.passages.catchUp()
  const upTo = await distilledUpTo(parts)
  for (const [kind, keepFor] of wanted) {
    if (signal.aborted) return
    const before = ripeBefore(kernel.clock.now(), keepFor as Duration)
    await retire(kernel, { kind, before, upTo })
  }
}

/** All before the first event that waits is distilled; where none waits, all. */
async function distilledUpTo({ kernel, backlog }: DistilParts): Promise<Seq> {
  const first = await backlog.first()
  if (first) return first.seq - 1
  const last = await kernel.store.read
    .selectFrom('events')
    .select('seq')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  return last?.seq ?? 0
}

/** It is written down first: an index that is lost in between leaves the same out when it is made anew. */
async function retire(kernel: Kernel, old: Old): Promise<void> {
  const { passages } = kernel.memory
  if (await passages.holds(old)) await passages.retire(await record(kernel, old))
  if (old.kind === 'interaction.recorded')
    while ((await removeRows(kernel, old)) === rowsAtOnce) await new Promise((resolve) => setImmediate(resolve))
}

function record({ store, journal }: Kernel, { kind, before: wanted, upTo }: Old): Promise<Old> {
  return store.write(async (tx) => {
    const known = await tx.db.selectFrom('retired').selectAll().where('kind', '=', kind).executeTakeFirst()
    // A longer time in the config brings nothing back: what comes and goes with each new index would be no memory.
    const before = Math.max(wanted, known?.before ?? wanted) as Instant
    const payload = { kind, before, upTo }
    if (known?.before === before && known.up_to_seq === upTo) return payload
    const seq = await journal.append(tx, {
      kind: 'memory.retired',
      subject: companyIdentity,
      origin: 'system',
      payload,
    })
    const row = { before, up_to_seq: upTo, seq }
    await tx.db
      .insertInto('retired')
      .values({ kind, ...row })
      .onConflict((clash) => clash.column('kind').doUpdateSet(row))
      .execute()
    return payload
  })
}

// Some 5 ms of the writer.
const rowsAtOnce = 500

/** Rows with a channel's own id stay: they keep the same mail from being taken in once more. */
function removeRows({ store }: Kernel, { before, upTo }: Old): Promise<number> {
  return store.write(async (tx) => {
    const old = tx.db
      .selectFrom('interactions')
      .select('seq')
      .where('external_id', 'is', null)
      .where('at', '<', before)
      .where('seq', '<=', upTo)
      .limit(sql.lit(rowsAtOnce))
    const { numDeletedRows } = await tx.db.deleteFrom('interactions').where('seq', 'in', old).executeTakeFirst()
    return Number(numDeletedRows)
  })
}

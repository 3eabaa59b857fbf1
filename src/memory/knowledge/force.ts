import type { Store, Tx } from '../../store/store.ts'
import type { Row } from '../../store/tables.ts'
import type { Journal } from '../../telemetry/journal.ts'
import { companyIdentity } from '../../values/id.ts'
import type { Origin } from '../../values/origin.ts'
import { publish, textHash, type Version } from './version.ts'

/** The rows of what is in force, by path. */
export type InForce = ReadonlyMap<string, Row<'knowledge'>>

/** One file that is in force in another way than before. `hash` is `null` when it is knowledge no more. */
export interface Change {
  readonly path: string
  readonly before: string | null
  readonly hash: string | null
  readonly version?: Version
  /** By the file itself when not said. */
  readonly by?: 'proposal' | 'restore'
  readonly origin?: Origin
}

interface Ground {
  readonly store: Store
  readonly journal: Journal
}

// Of a folder that is new all files come at once; each takes some 0.2 ms of the one writer.
const mostAtOnce = 100

export async function readInForce(store: Store): Promise<InForce> {
  const rows = await store.read.selectFrom('knowledge').selectAll().orderBy('path').execute()
  return new Map(rows.map((row) => [row.path, row]))
}

/** Writes changes down (event `knowledge.changed`, and its row) and gives what is in force then. */
export async function record(
  { store, journal }: Ground,
  inForce: InForce,
  changes: readonly Change[],
  also?: (tx: Tx) => Promise<void>,
): Promise<InForce> {
  const after = new Map(inForce)
  for (let start = 0; start === 0 || start < changes.length; start += mostAtOnce) {
    const some = changes.slice(start, start + mostAtOnce)
    if (some.length === 0 && !also) break
    const rows = await store.write(async (tx) => {
      const written: (readonly [string, Row<'knowledge'> | null])[] = []
      for (const change of some) written.push([change.path, await recordOne(tx, journal, change, inForce)])
      await also?.(tx)
      return written
    })
    for (const [path, row] of rows) {
      if (row) after.set(path, row)
      else after.delete(path)
    }
  }
  return after
}

async function recordOne(
  tx: Tx,
  journal: Journal,
  { path, before, hash, version, by, origin: said }: Change,
  inForce: InForce,
): Promise<Row<'knowledge'> | null> {
  const text = version?.text
  const origin = text === undefined ? 'operator' : await originOf(tx, text, said)
  if (version) await publish(tx, journal, version, origin)
  const kind = version?.head.kind ?? inForce.get(path)?.kind
  if (kind === undefined) throw new TypeError(`${path} is gone and was never there`)
  const payload = { path, kind, hash, before, by: by ?? ('file' as const) }
  const seq = await journal.append(tx, { kind: 'knowledge.changed', subject: companyIdentity, origin, payload })
  if (hash === null) {
    await tx.db.deleteFrom('knowledge').where('path', '=', path).execute()
    return null
  }
  const row = { path, kind, hash, seq }
  await tx.db
    .insertInto('knowledge')
    .values(row)
    .onConflict((clash) => clash.column('path').doUpdateSet({ kind, hash, seq }))
    .execute()
  if (origin === 'external' && text !== undefined) await rememberOutside(tx, text, seq)
  return row
}

/** What text from outside had a part in stays known by its text, also when it is a document that is read: nothing cleans it. */
async function originOf(tx: Tx, text: string, said: Origin | undefined): Promise<Origin> {
  if (said === 'external') return said
  const hash = textHash(text)
  const known = await tx.db.selectFrom('outside_texts').select('hash').where('hash', '=', hash).executeTakeFirst()
  return known ? 'external' : (said ?? 'operator')
}

/** From now on the text is known to be from outside, wherever it is met. */
export async function rememberOutside(tx: Tx, text: string, seq: number): Promise<void> {
  await tx.db
    .insertInto('outside_texts')
    .values({ hash: textHash(text), source_seq: seq })
    .onConflict((clash) => clash.doNothing())
    .execute()
}

import { padded } from '../../store/padded.ts'
import type { Store, Tx } from '../../store/store.ts'
import type { Journal } from '../../telemetry/journal.ts'
import { companyIdentity, type RunId } from '../../values/id.ts'
import type { KnowledgeFile } from '../knowledge.ts'
import type { InForce } from './force.ts'
import { fileOf } from './version.ts'

/** The files that are in force, whole, by path. */
export async function readFiles(store: Store, inForce: InForce): Promise<ReadonlyMap<string, KnowledgeFile>> {
  if (inForce.size === 0) return new Map()
  const rows = await store.read
    .selectFrom('knowledge')
    .innerJoin('artifacts', 'artifacts.hash', 'knowledge.hash')
    .innerJoin('events', 'events.seq', 'knowledge.seq')
    .select(['knowledge.path', 'knowledge.hash', 'knowledge.seq', 'artifacts.body', 'events.origin'])
    .where('knowledge.path', 'in', padded([...inForce.keys()]))
    .orderBy('knowledge.path')
    .execute()
  return new Map(rows.map(({ path, hash, body, seq, origin }) => [path, fileOf(hash, body, seq, origin)]))
}

/** A version by its hash, in force or not. */
export async function readVersion(store: Store, hash: string): Promise<KnowledgeFile | undefined> {
  const row = await store.read
    .selectFrom('artifacts')
    .innerJoin('events', 'events.seq', 'artifacts.published_seq')
    .select(['artifacts.body', 'artifacts.published_seq', 'events.origin'])
    .where('artifacts.hash', '=', hash)
    .where('artifacts.kind', '=', 'knowledge')
    .executeTakeFirst()
  return row && fileOf(hash, row.body, row.published_seq, row.origin)
}

/** See `Knowledge.pin`. */
export async function pin(
  tx: Tx,
  journal: Journal,
  run: RunId,
  files: readonly Pick<KnowledgeFile, 'path' | 'hash'>[],
): Promise<void> {
  if (files.length === 0) return
  const rows = await tx.db
    .selectFrom('pins')
    .select(['name', 'hash'])
    .where('run_id', '=', run)
    .where('kind', '=', 'knowledge')
    .execute()
  const pinned = new Map(rows.map(({ name, hash }) => [name, hash]))
  for (const { path, hash } of files) {
    if (pinned.get(path) === hash) continue
    pinned.set(path, hash)
    const payload = { path, hash }
    await journal.append(tx, { kind: 'knowledge.used', subject: companyIdentity, run, origin: 'system', payload })
    await tx.db
      .insertInto('pins')
      .values({ run_id: run, kind: 'knowledge', name: path, hash })
      .onConflict((clash) => clash.columns(['run_id', 'kind', 'name']).doUpdateSet({ hash }))
      .execute()
  }
}

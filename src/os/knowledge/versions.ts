import type { Kysely } from 'kysely'
import type { Tables } from '../../store/tables.ts'
import { refuse } from '../../values/fault.ts'
import type { Instant } from '../../values/time.ts'

/** A version of a file of knowledge, without its text. */
export interface KnownVersion {
  readonly version: number
  readonly hash: string
  readonly publishedAt: Instant
  readonly inForce: boolean
}

const mostVersions = 1000

/** The versions of a file, the newest first. Fault: `input.unknown` when it has none. */
export async function versionsOf(db: Kysely<Tables>, path: string): Promise<KnownVersion[]> {
  const rows = await db
    .selectFrom('artifacts')
    .innerJoin('events', 'events.seq', 'artifacts.published_seq')
    .select(['artifacts.version', 'artifacts.hash', 'events.at'])
    .where('artifacts.kind', '=', 'knowledge')
    .where('artifacts.name', '=', path)
    .orderBy('artifacts.version', 'desc')
    .limit(mostVersions)
    .execute()
  if (rows.length === 0)
    refuse('input.unknown', { kind: 'knowledge', name: path, nearest: '', command: 'soloist knowledge list' })
  const now = await db.selectFrom('knowledge').select('hash').where('path', '=', path).executeTakeFirst()
  return rows.map(({ version, hash, at }) => ({ version, hash, publishedAt: at, inForce: hash === now?.hash }))
}

/** The hash of a version by its number or the first digits of its hash. Fault: `input.unknown`. */
export async function versionNamed(db: Kysely<Tables>, path: string, named: string): Promise<string> {
  const versions = await versionsOf(db, path)
  const byNumber = versions.find(({ version }) => String(version) === named)
  const byHash = named.length < shortestHash ? [] : versions.filter(({ hash }) => hash.startsWith(named))
  const found = byNumber ?? (byHash.length === 1 ? byHash[0] : undefined)
  const command = `soloist knowledge history ${path}`
  return found?.hash ?? refuse('input.unknown', { kind: 'version', name: named, nearest: '', command })
}

// Fewer digits could be a version's number.
const shortestHash = 6

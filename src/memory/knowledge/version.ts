import { hash } from 'node:crypto'
import type { Tx } from '../../store/store.ts'
import type { Journal } from '../../telemetry/journal.ts'
import { companyIdentity } from '../../values/id.ts'
import { canonical, contentHash, type Json } from '../../values/json.ts'
import type { Origin } from '../../values/origin.ts'
import type { KnowledgeFile } from '../knowledge.ts'
import type { Head } from './head.ts'
import { bodyOf } from './read.ts'

/** A version of a file, on its way to becoming one that is in force. */
export interface Version {
  readonly path: string
  readonly head: Head
  readonly text: string
}

/** The artifact of a version: its whole text, and what its head says, so that nobody has to read that again. */
interface VersionBody {
  readonly kind: 'knowledge'
  readonly path: string
  readonly head: Head
  readonly text: string
}

/** A version's identity: where it stands and what it says. Pure. */
export function versionHash(path: string, text: string): string {
  return contentHash({ kind: 'knowledge', path, text })
}

/** SHA-256 of a text in UTF-8: as what text from outside is remembered, and what a document says of itself. */
export function textHash(text: string): string {
  return hash('sha256', text, 'hex')
}

/** Keeps a version as an artifact (event `artifact.published`), once. */
export async function publish(tx: Tx, journal: Journal, version: Version, origin: Origin): Promise<string> {
  const { path, head, text } = version
  const known = versionHash(path, text)
  if (await artifact(tx, known)) return known
  const body: VersionBody = { kind: 'knowledge', path, head, text }
  const number = (await lastNumber(tx, path)) + 1
  const seq = await journal.append(tx, {
    kind: 'artifact.published',
    subject: companyIdentity,
    origin,
    payload: { hash: known, kind: 'knowledge', name: path, version: number, body: body as unknown as Json },
  })
  await tx.db
    .insertInto('artifacts')
    .values({ hash: known, kind: 'knowledge', name: path, version: number, body: canonical(body), published_seq: seq })
    .execute()
  return known
}

/** A version as it was kept. `body` is an artifact's. */
export function fileOf(hashed: string, body: string, seq: number, origin: Origin): KnowledgeFile {
  const { path, head, text } = JSON.parse(body) as VersionBody
  const { kind, title, when } = head
  return { path, kind, title, when, body: bodyOf(text, head), hash: hashed, seq, origin, head, text }
}

function artifact(tx: Tx, hashed: string): Promise<{ hash: string } | undefined> {
  return tx.db.selectFrom('artifacts').select('hash').where('hash', '=', hashed).executeTakeFirst()
}

async function lastNumber(tx: Tx, path: string): Promise<number> {
  const row = await tx.db
    .selectFrom('artifacts')
    .select('version')
    .where('kind', '=', 'knowledge')
    .where('name', '=', path)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.version ?? 0
}

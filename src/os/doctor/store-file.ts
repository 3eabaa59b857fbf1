import { createSecretKey } from 'node:crypto'
import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { fileFault } from '../../store/file-fault.ts'
import { migrations } from '../../store/migrations/all.ts'
import { unseal } from '../../store/seal.ts'
import { sqliteFault } from '../../store/sqlite-fault.ts'
import { readVaultKey } from '../../store/vault-key.ts'
import { readAnchors } from '../../telemetry/anchor.ts'
import { fault, faultIn, refuse } from '../../values/fault.ts'
import { between, type Clock, formatDuration, instant, seconds } from '../../values/time.ts'
import type { Places } from '../places.ts'
import { attempt, type Finding, fine, look, wrong } from './finding.ts'

/** What the store says when it is only read: nothing of it is changed, and nobody is kept from it. */
export interface StoreFile {
  readonly findings: readonly Finding[]
  /** True when opening the company would first migrate it. */
  readonly isOld: boolean
}

/** The environment, as far as it may hold the key. */
type KeySource = { readonly SOLOIST_VAULT_KEY?: string }

const keyName = 'key of the vault'
// After a burst the log is cut back to 64 MB; one that is far beyond is held open by a reader.
const largeWal = 256 * 2 ** 20
// Anchors follow every 1000 events, or a minute.
const mostUnanchored = 5000
// Clocks of one machine differ from themselves by less when they are corrected.
const usualCorrection = seconds(5)

/** `env` is `null` for a company that is open: then its key is the right one. */
export async function storeFile(
  places: Places,
  env: KeySource | null,
  clock: Clock,
  known = migrations.length,
): Promise<StoreFile> {
  const key =
    env === null
      ? fine(keyName)
      : await attempt(keyName, () => void readVaultKey(places.vaultKey, env.SOLOIST_VAULT_KEY))
  if (!existsSync(places.database)) return { findings: [key, fine('store (none yet)')], isOld: false }
  let connection: DatabaseSync | undefined
  try {
    accessSync(places.database, constants.R_OK | constants.W_OK)
    connection = openReadOnly(places.database)
    const found = schemaOf(connection)
    const findings = [
      ...(key.fault || env === null ? [key] : [keyFinding(connection, places, env)]),
      integrity(connection, places.database),
      schemaFinding(found, known, places.database),
      walFinding(`${places.database}-wal`, sizeOf(`${places.database}-wal`)),
      ...(await journalFindings(connection, places, clock)),
    ]
    return { findings, isOld: found > 0 && found < known }
  } catch (error) {
    const why = faultIn(fileFault(sqliteFault(error, places.database), places.database))
    return { findings: [key, wrong('store', why)], isOld: false }
  } finally {
    connection?.close()
  }
}

/** Where nobody has it open, it is opened as what cannot change: otherwise SQLite would put files of its own beside it. */
function openReadOnly(path: string): DatabaseSync {
  const url = pathToFileURL(path)
  if (!existsSync(`${path}-wal`)) url.searchParams.set('immutable', '1')
  return new DatabaseSync(url, { readOnly: true, timeout: 2000 })
}

function keyFinding(connection: DatabaseSync, { vaultKey }: Places, env: KeySource): Finding {
  const row = connection.prepare("SELECT wrapped FROM keys WHERE name = 'chain'").get()
  const key = createSecretKey(readVaultKey(vaultKey, env.SOLOIST_VAULT_KEY))
  const isRight = !(row?.wrapped instanceof Uint8Array) || unseal(key, row.wrapped) !== undefined
  return isRight ? fine(keyName) : wrong(keyName, fault('vault.wrong-key', { path: vaultKey }))
}

function integrity(connection: DatabaseSync, path: string): Finding {
  const quick = connection.prepare('PRAGMA quick_check(1)').get()?.quick_check
  if (quick !== 'ok') return wrong('store', fault('store.corrupt', { path, why: String(quick) }))
  const dangling = connection.prepare('PRAGMA foreign_key_check').get()
  if (!dangling) return fine('store')
  const why = `a row of ${dangling.table} refers to a row of ${dangling.parent} that is not there`
  return wrong('store', fault('store.corrupt', { path, why }))
}

function schemaOf(connection: DatabaseSync): number {
  return Number(connection.prepare('PRAGMA user_version').get()?.user_version)
}

function schemaFinding(found: number, known: number, path: string): Finding {
  const what = `schema ${found}`
  if (found > known) return wrong(what, fault('store.newer', { path, found, known }))
  return found < known ? look(what, fault('doctor.pending-migration', { found, known })) : fine(what)
}

/** What so many bytes of log mean. */
export function walFinding(path: string, size: number): Finding {
  const large = fault('doctor.large-wal', { path, size: Math.round(size / 2 ** 20) })
  return size > largeWal ? look('write-ahead log', large) : fine('write-ahead log')
}

function sizeOf(path: string): number {
  return existsSync(path) ? statSync(path).size : 0
}

async function journalFindings(connection: DatabaseSync, places: Places, clock: Clock): Promise<Finding[]> {
  const last = connection.prepare('SELECT seq, at FROM events ORDER BY seq DESC LIMIT 1').get()
  const [seq, at] = [Number(last?.seq ?? 0), instant(Number(last?.at ?? 0))]
  const back = between(clock.now(), at)
  const by = formatDuration(back)
  const anchored = (await readAnchors(places.anchors)).reduce((most, anchor) => Math.max(most, anchor.seq), 0)
  return [
    back > usualCorrection ? wrong('clock', fault('doctor.clock-back', { by })) : fine('clock'),
    await anchorFinding(places.anchors, seq - anchored),
  ]
}

/** What it means that so many events came after the last anchor. */
export async function anchorFinding(path: string, behind: number): Promise<Finding> {
  if (behind > mostUnanchored) return look('anchors', fault('doctor.no-anchor', { behind, path }))
  return attempt('anchors', () => writable(path))
}

function writable(path: string): void {
  try {
    if (existsSync(path)) accessSync(path, constants.W_OK)
  } catch (error) {
    refuse('store.unwritable', { path, why: error instanceof Error ? error.message : String(error) })
  }
}

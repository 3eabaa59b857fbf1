import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, hostname } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import { fileFault } from '../../store/file-fault.ts'
import { Refusal, refuse } from '../../values/fault.ts'
import { type Clock, isoInstant } from '../../values/time.ts'
import { unreadable } from './check-archive.ts'
import { type Header, jsonOf, readHeader } from './format.ts'

/** One import of an archive that moves a company. */
export interface Use {
  readonly at: string
  readonly folder: string
  readonly machine: string
}

const use = z.object({ at: z.string(), folder: z.string(), machine: z.string() })
const unknownUse: Use = { at: 'an unknown time', folder: 'an unknown folder', machine: 'an unknown machine' }

/** Where this user's imports of moves are noted, so that a second copy of an archive is known on this machine too. */
export function receiptsIn(env: Readonly<Record<string, string | undefined>>): string {
  return join(env.XDG_STATE_HOME || join(homedir(), '.local/state'), 'soloist/moves')
}

/** The imports of a move so far: as its archive says, and as this machine remembers. None for a copy. Fault: `archive.invalid`. */
export function usesOf(path: string, receipts: string): readonly Use[] {
  const { header, marked } = readMark(path)
  if (header.kind === 'copy') return []
  const remembered = readUses(receiptOf(receipts, header))
  return marked.length > remembered.length ? marked : remembered
}

/** Fault: `archive.used`. */
export function refuseUsed(path: string, uses: readonly Use[]): void {
  const last = uses.at(-1)
  if (last) refuse('archive.used', { path, ...last })
}

interface Claim {
  readonly path: string
  readonly header: Header
  /** Those known when the import began. */
  readonly uses: readonly Use[]
  readonly folder: string
  readonly clock: Clock
  readonly receipts: string
}

/**
 * Notes an import, in the archive where it can be written and with this user; one of them is enough. Done before the folder has
 * its name: should the process die in between, there is rather no company than two. Gives what takes it back.
 * Faults: `archive.used` when another import was faster, `store.unwritable`, `store.full`.
 */
export function claimMove(claim: Claim): () => void {
  const mine: Use = { at: isoInstant(claim.clock.now()), folder: claim.folder, machine: hostname() }
  const isMarked = mark(claim, mine)
  const receipt = receiptOf(claim.receipts, claim.header)
  const before = existsSync(receipt) ? readFileSync(receipt) : undefined
  try {
    if (readUses(receipt).length > claim.uses.length) refuseUsed(claim.path, readUses(receipt))
    mkdirSync(claim.receipts, { recursive: true, mode: 0o700 })
    // All that are known, so that what the archive says alone is known here from now on.
    writeFileSync(receipt, [...claim.uses, mine].map((known) => `${JSON.stringify(known)}\n`).join(''), { mode: 0o600 })
  } catch (error) {
    if (error instanceof Refusal || !isMarked) {
      if (isMarked) writeMark(claim.path, claim.uses)
      throw fileFault(error, receipt)
    }
  }
  return () => {
    if (isMarked) writeMark(claim.path, claim.uses)
    if (before) writeFileSync(receipt, before)
    else rmSync(receipt, { force: true })
  }
}

/** False where the archive cannot be written: on a disc, or another user's. */
function mark({ path, uses }: Claim, mine: Use): boolean {
  try {
    const connection = new DatabaseSync(path)
    try {
      connection.exec('PRAGMA synchronous = FULL; BEGIN IMMEDIATE')
      const now = marksIn(connection)
      if (now.length > uses.length) refuseUsed(path, now)
      put(connection, [...uses, mine])
      connection.exec('COMMIT')
      return true
    } finally {
      connection.close()
    }
  } catch (error) {
    const refused = unreadable(error, path)
    if (refused instanceof Refusal && refused.fault.code === 'store.unwritable') return false
    throw refused
  }
}

function writeMark(path: string, uses: readonly Use[]): void {
  const connection = new DatabaseSync(path)
  try {
    put(connection, uses)
  } finally {
    connection.close()
  }
}

function put(connection: DatabaseSync, uses: readonly Use[]): void {
  connection.prepare("DELETE FROM archive WHERE name = 'used'").run()
  if (uses.length > 0)
    connection.prepare("INSERT INTO archive (name, value) VALUES ('used', ?)").run(JSON.stringify(uses))
}

function readMark(path: string): { header: Header; marked: readonly Use[] } {
  let connection: DatabaseSync | undefined
  try {
    connection = new DatabaseSync(path, { readOnly: true })
    return { header: readHeader(connection, path), marked: marksIn(connection) }
  } catch (error) {
    throw unreadable(error, path)
  } finally {
    connection?.close()
  }
}

function marksIn(connection: DatabaseSync): readonly Use[] {
  const row = connection.prepare("SELECT substr(value, 1, 100000) AS value FROM archive WHERE name = 'used'").get()
  if (!row) return []
  return z.array(use).safeParse(jsonOf(String(row.value))).data ?? [unknownUse]
}

const receiptOf = (receipts: string, { digest }: Header): string => join(receipts, `${digest}.jsonl`)

function readUses(receipt: string): Use[] {
  if (!existsSync(receipt)) return []
  const lines = readFileSync(receipt, 'utf8').split('\n')
  return lines.filter((line) => line !== '').map((line) => use.safeParse(jsonOf(line)).data ?? unknownUse)
}

import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto'
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs'
import { fileFault } from '../../store/file-fault.ts'
import { asId, type IdentityId } from '../../values/id.ts'
import { type Instant, instant } from '../../values/time.ts'

/** What the ledger is called, in the company's store folder and beside its archives. */
export const ledgerName = 'forgotten.jsonl'

/** Someone who was forgotten, and when: no more is known of them. */
export interface Entry {
  readonly id: IdentityId
  readonly at: Instant
}

/**
 * Adds to a ledger what it lacks, on disk when it returns; many companies may share one. Each line is signed with the key of the
 * company's chain: whoever can write there cannot make a restored company forget anybody. Faults: `store.unwritable`, `store.full`.
 */
export function addToLedger(path: string, chainKey: KeyObject, entries: readonly Entry[]): void {
  const known = new Set(readLedger(path, chainKey).map((entry) => entry.id))
  const lines = entries.filter(({ id }) => !known.has(id)).map((entry) => `\n${lineOf(entry, chainKey)}`)
  if (lines.length === 0) return
  try {
    const file = openSync(path, 'a', 0o600)
    try {
      // The newline comes first, so that a line that was torn off cannot spoil the next.
      writeSync(file, lines.join(''))
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
  } catch (error) {
    throw fileFault(error, path)
  }
}

/** What this company forgot, as a ledger says; nothing where there is no such file. Lines of others, and forged ones, are passed over. */
export function readLedger(path: string, chainKey: KeyObject): Entry[] {
  return textOf(path)
    .split('\n')
    .flatMap((line) => {
      const [, id = '', at] = entryLine.exec(line) ?? []
      const known = asId('idn', id)
      if (known === undefined) return []
      const entry = { id: known, at: instant(Number(at)) }
      return sameText(line, lineOf(entry, chainKey)) ? [entry] : []
    })
}

// Some 100 000 people; a larger file is none of ours.
const maxBytes = 16 * 2 ** 20
const missing = new Set(['ENOENT', 'ENOTDIR', 'EISDIR', 'EACCES'])

function textOf(path: string): string {
  try {
    return readFileSync(path).subarray(0, maxBytes).toString('utf8')
  } catch (error) {
    if (missing.has(String((error as NodeJS.ErrnoException).code))) return ''
    throw fileFault(error, path)
  }
}

const entryLine = /^\{"id":"(idn_[0-9a-z_]{1,64})","at":(\d{1,15}),"mac":"[0-9a-f]{64}"\}$/

function lineOf({ id, at }: Entry, chainKey: KeyObject): string {
  // The first line keeps it apart from all else that is signed with the same key.
  const mac = createHmac('sha256', chainKey).update(`soloist forgotten 1\n${id}\n${at}`).digest('hex')
  return JSON.stringify({ id, at, mac })
}

function sameText(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other))
}

import type { KeyObject } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import type { Row, Tables } from '../store/tables.ts'
import { instant } from '../values/time.ts'
import type { Anchor } from './anchor.ts'
import { genesis, link } from './journal.ts'

export type Verified =
  | { readonly ok: true; readonly events: number; readonly head: string }
  | { readonly ok: false; readonly seq: number; readonly why: string }

export interface Chain {
  readonly read: Kysely<Tables>
  readonly chainKey: KeyObject
  /** Heads noted outside the store. Without them a tail that was cut is not missed. */
  readonly anchors: readonly Anchor[]
  /** Hears how far it is, once a page. */
  onProgress?(seq: number): void
}

// A page and its payloads are in memory at once: 200 of the largest (1 MB) are 200 MB, of the usual ones 100 KB.
const page = 200

/**
 * Proves the journal: each event has the MAC that the key, the event before it and its own content give, the numbers run from
 * 1 without a gap, and every anchor still holds. Names the first event that is not as it was written. Reads page by page, lets
 * other work run in between, and takes events that are appended meanwhile into account.
 */
export async function verifyChain(chain: Chain): Promise<Verified> {
  const anchors = new Map<number, Anchor[]>()
  for (const anchor of chain.anchors) anchors.set(anchor.seq, [...(anchors.get(anchor.seq) ?? []), anchor])
  let seq = 0
  let mac: Buffer = genesis
  for (let rows = await readPage(chain.read, undefined); rows.length > 0; rows = await readPage(chain.read, seq)) {
    for (const row of rows) {
      const why = wrong(row, seq + 1, mac, chain.chainKey) ?? againstAnchors(row, anchors.get(seq + 1) ?? [])
      if (why) return { ok: false, seq: seq + 1, why }
      seq += 1
      mac = Buffer.from(row.mac)
    }
    chain.onProgress?.(seq)
    await new Promise((resolve) => setImmediate(resolve))
  }
  const missed = chain.anchors.find((anchor) => anchor.seq > seq)
  if (missed)
    return { ok: false, seq: seq + 1, why: `it is missing: the anchor of ${missed.seq} says that there was one` }
  return { ok: true, events: seq, head: mac.toString('hex') }
}

/** An event with its numbers as text: any 64 bits that someone put there can be read. */
type Raw = Omit<Row<'events'>, 'seq' | 'at' | 'version'> & { seq: string; at: string; version: string }

async function readPage(read: Kysely<Tables>, after: number | undefined): Promise<Raw[]> {
  const text = (column: 'seq' | 'at' | 'version') => sql<string>`cast(${sql.ref(column)} as text)`.as(column)
  // The first page begins wherever the table does: below 1 there must be nothing. SQLite has no literal of -2^63.
  const from = after === undefined ? sql<number>`(-9223372036854775807 - 1)` : sql<number>`${after + 1}`
  return read
    .selectFrom('events')
    .select([text('seq'), text('at'), text('version')])
    .select(['kind', 'subject', 'run_id', 'task_id', 'origin', 'payload', 'mac'])
    .where('events.seq', '>=', from)
    .orderBy('events.seq')
    .limit(page)
    .execute()
}

function wrong(row: Raw, expected: number, before: Buffer, chainKey: KeyObject): string | undefined {
  if (row.seq !== String(expected)) {
    return BigInt(row.seq) < BigInt(expected) ? `there is an event ${row.seq}, before the first` : 'it is missing'
  }
  const [at, version] = [Number(row.at), Number(row.version)]
  const isWhole = String(at) === row.at && String(version) === row.version
  const areBytes = row.payload instanceof Uint8Array && row.mac instanceof Uint8Array
  if (isWhole && areBytes) {
    const mac = link(chainKey, before, { ...row, seq: expected, at: instant(at), version })
    if (mac.equals(row.mac)) return undefined
  }
  return 'it was changed, or stands where another one stood'
}

function againstAnchors(row: Raw, anchors: readonly Anchor[]): string | undefined {
  const mac = Buffer.from(row.mac).toString('hex')
  return anchors.some((anchor) => anchor.mac !== mac) ? 'it is not the one that was anchored' : undefined
}

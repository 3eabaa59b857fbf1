import { hash } from 'node:crypto'
import { sql } from 'kysely'
import type { Store } from '../store/store.ts'
import type { Seq } from '../store/tables.ts'
import type { StoredEvent } from '../telemetry/event.ts'
import type { Journal } from '../telemetry/journal.ts'
import { type GateId, isRepeat } from '../values/id.ts'
import type { Json } from '../values/json.ts'
import type { IndexFile } from './index-file.ts'
import { retirement } from './retire.ts'
import { tellingKinds, textsOf } from './texts.ts'

export interface Ground {
  readonly store: Store
  readonly journal: Journal
}

// A window's events are deciphered, read and written without a break: some 20 ms. Then others have their turn.
const windowSeqs = 1000
// Of letters as long as they may be fewer: a megabyte of words is indexed in some 50 ms, and a thousand letters would fill the memory.
const windowBytes = 512 * 1024

/** Takes into the index what the journal got since; gives the last event. One at a time: the caller sees to that. */
export async function takeIn(ground: Ground, file: IndexFile): Promise<Seq> {
  let { seq, mac } = file.position()
  // Of another journal, or of this one before it was restored: nothing in it can be believed.
  if (seq > 0 && (await macAt(ground, seq)) !== mac) {
    file.clear()
    seq = 0
  }
  const { last } = await ground.store.read
    .selectFrom('events')
    .select(({ fn }) => fn.max('seq').as('last'))
    .executeTakeFirstOrThrow()
  const head = Number(last ?? 0)
  const isRetired = await retirement(ground.store, happenedAt)
  while (seq < head) {
    const until = await windowEnd(ground, seq, Math.min(seq + windowSeqs, head))
    const all: StoredEvent[] = await ground.journal.page({
      after: seq,
      until,
      limit: windowSeqs,
      kinds: tellingKinds,
    })
    const events = all.filter((event) => !isRetired(event) && !isRepeat(event.run))
    const cards = await shownBefore(ground, events)
    const reached = { seq: until, mac: (await macAt(ground, until)) ?? '' }
    // Somebody else took it in meanwhile, or began anew: we go on from there.
    if (!write(file, events, cards, { seq, mac }, reached)) return takeIn(ground, file)
    ;({ seq, mac } = reached)
    await new Promise((resolve) => setImmediate(resolve))
  }
  return head
}

/** The last seq up to which the telling events after `after` have no more than a window's bytes; at least one of them. */
async function windowEnd({ store }: Ground, after: Seq, until: Seq): Promise<Seq> {
  const rows = await store.read
    .selectFrom('events')
    .select(['seq', sql<number>`length(payload)`.as('size')])
    .where('seq', '>', after)
    .where('seq', '<=', until)
    // The plus keeps SQLite from visiting each kind by itself and sorting what it finds.
    .where(sql<string>`+kind`, 'in', tellingKinds)
    .orderBy('seq')
    .execute()
  let bytes = 0
  for (const [at, { seq, size }] of rows.entries()) {
    bytes += size
    if (bytes > windowBytes && at > 0) return seq - 1
  }
  return until
}

/** 48 bits of a name's hash: a name of a conversation may be a secret itself. */
export function numberOf(name: string): number {
  return hash('sha256', name, 'buffer').readUIntBE(0, 6)
}

/** What the cards of decided gates showed, by the decision's event. */
export async function shownBefore(
  { store, journal }: Ground,
  events: readonly StoredEvent[],
): Promise<ReadonlyMap<Seq, Json>> {
  const edited = new Map<GateId, Seq>()
  for (const { kind, payload, seq } of events)
    if (kind === 'gate.decided' && payload?.verdict === 'edited') edited.set(payload.gate, seq)
  const shown = new Map<Seq, Json>()
  if (edited.size === 0) return shown
  const gates = await store.read
    .selectFrom('gates')
    .select(['id', 'opened_seq'])
    .where('id', 'in', [...edited.keys()])
    .execute()
  for (const card of await journal.at(gates.map((gate) => gate.opened_seq))) {
    if (card.kind !== 'gate.opened' || card.payload === null) continue
    const decided = edited.get(card.payload.gate)
    if (decided !== undefined) shown.set(decided, card.payload.card.content)
  }
  return shown
}

async function macAt({ store }: Ground, seq: Seq): Promise<string | undefined> {
  const row = await store.read.selectFrom('events').select('mac').where('seq', '=', seq).executeTakeFirst()
  return row && Buffer.from(row.mac).toString('hex')
}

type Position = ReturnType<IndexFile['position']>

/** Takes in a window, all or nothing; `false` where the index is not any more where the window begins. */
function write(
  { db, position }: IndexFile,
  events: readonly StoredEvent[],
  cards: ReadonlyMap<Seq, Json>,
  from: Position,
  to: Position,
): boolean {
  const passage = db.prepare(
    'INSERT INTO passages (seq, part, owner, run, kind, thread, at, length, weight) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
  )
  const words = db.prepare('INSERT INTO words (rowid, body, who) VALUES (?, ?, ?)')
  const state = db.prepare(
    'INSERT INTO state (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
  )
  // Where the last thing done was a deletion, FTS5 left a last insert id that only a bigint holds, and Node reads it after each run.
  for (const one of [words, state]) one.setReadBigInts(true)
  const nameIn = db.prepare('INSERT INTO names (name) VALUES (?) ON CONFLICT DO UPDATE SET name = name RETURNING id')
  const known = new Map<string, number>()
  const number = (name: string): number => {
    const id = known.get(name) ?? Number(nameIn.get(name)?.id)
    known.set(name, id)
    return id
  }
  db.exec('BEGIN IMMEDIATE')
  try {
    const now = position()
    if (now.seq !== from.seq || now.mac !== from.mac) {
      db.exec('ROLLBACK')
      return false
    }
    for (const event of events) {
      const owner = number(event.subject)
      const kind = number(event.kind)
      const run = event.run === null ? null : numberOf(event.run)
      const thread = numberOf(threadOf(event) ?? event.run ?? '')
      const at = happenedAt(event)
      for (const [part, { text, weight }] of textsOf(event, cards.get(event.seq)).entries()) {
        const { lastInsertRowid } = passage.run(event.seq, part, owner, run, kind, thread, at, text.length, weight)
        words.run(lastInsertRowid, text, `i${owner}`)
      }
    }
    state.run('seq', String(to.seq))
    state.run('mac', to.mac)
    db.exec('COMMIT')
    return true
  } catch (error) {
    // A full disk has ended it already.
    if (db.isTransaction) db.exec('ROLLBACK')
    throw error
  }
}

/** The conversation that an event is of, where it names one. */
export function threadOf(event: StoredEvent): string | null {
  return event.kind === 'interaction.recorded' ? (event.payload?.thread ?? null) : null
}

/** When what an event tells of happened. */
export function happenedAt(event: StoredEvent): number {
  return event.kind === 'interaction.recorded' ? (event.payload?.happenedAt ?? event.at) : event.at
}

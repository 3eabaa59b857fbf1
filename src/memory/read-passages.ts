import type { DatabaseSync } from 'node:sqlite'
import type { StoredEvent } from '../telemetry/event.ts'
import type { Passage } from './passage.ts'
import { type Ground, happenedAt, shownBefore, threadOf } from './take-in.ts'
import { textsOf } from './texts.ts'
import { loadTokens } from './tokens.ts'

/** Passages by number, in the order asked for, their texts out of the journal: one query for the rows, one for the events. */
export async function readPassages(ground: Ground, db: DatabaseSync, ids: readonly number[]): Promise<Passage[]> {
  const rows = db
    .prepare('SELECT id, seq, part FROM passages WHERE id IN (SELECT value FROM json_each(?))')
    .all(JSON.stringify(ids)) as unknown as { id: number; seq: number; part: number }[]
  const places = new Map(rows.map((row) => [row.id, row]))
  const events = await ground.journal.at(rows.map((row) => row.seq))
  const bySeq = new Map(events.map((event) => [event.seq, event]))
  const shown = await shownBefore(ground, events)
  const count = await loadTokens()
  const counted = countedIn(db)
  const tokensOf = (place: string, text: string): number => {
    const tokens = counted.get(place) ?? count(text)
    counted.set(place, tokens)
    return tokens
  }
  return ids.flatMap((id) => {
    const place = places.get(id)
    const event = place && bySeq.get(place.seq)
    const piece = event && textsOf(event, shown.get(event.seq))[place.part]
    return piece ? [passage(id, place.part, event, piece, tokensOf)] : []
  })
}

// Counting is dear (some 10 µs a line) and the same lines are read again and again. Kept by event and part: no text stays here.
const counts = new WeakMap<DatabaseSync, Map<string, number>>()
const mostCounted = 20_000

function countedIn(db: DatabaseSync): Map<string, number> {
  const before = counts.get(db)
  if (before && before.size < mostCounted) return before
  const fresh = new Map<string, number>()
  counts.set(db, fresh)
  return fresh
}

function passage(
  id: number,
  part: number,
  event: StoredEvent,
  { text, weight }: { readonly text: string; readonly weight: number },
  tokensOf: (place: string, text: string) => number,
): Passage {
  const { seq, subject: identity, run, kind, origin } = event
  const at = happenedAt(event) as Passage['at']
  const place = { id, seq, part, identity, run, kind, thread: threadOf(event), at, origin }
  // Counted when asked for: recall weighs hundreds and gives a few.
  return {
    ...place,
    text,
    weight,
    get tokens() {
      return tokensOf(`${seq}.${part}`, text)
    },
  }
}

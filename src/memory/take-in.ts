import { hash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import type { Store } from '../store/store.ts'
import type { Seq } from '../store/tables.ts'
import type { StoredEvent } from '../telemetry/event.ts'
import type { Journal } from '../telemetry/journal.ts'
import type { GateId } from '../values/id.ts'
import type { Json } from '../values/json.ts'
import type { IndexFile } from './index-file.ts'
import { tellingKinds, textsOf } from './texts.ts'

export interface Ground {
  readonly store: Store
  readonly journal: Journal
}

// A window's events are deciphered, read and written without a break: some 20 ms. Then others have their turn.
const windowSeqs = 1000

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
  while (seq < head) {
    const until = Math.min(seq + windowSeqs, head)
    const events: StoredEvent[] = await ground.journal.page({
      after: seq,
      until,
      limit: windowSeqs,
      kinds: tellingKinds,
    })
    const cards = await shownBefore(ground, events)
    mac = (await macAt(ground, until)) ?? ''
    write(file, events, cards, { seq: until, mac })
    seq = until
    await setImmediate()
  }
  return head
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

function write(
  { db }: IndexFile,
  events: readonly StoredEvent[],
  cards: ReadonlyMap<Seq, Json>,
  position: { readonly seq: Seq; readonly mac: string },
): void {
  const passage = db.prepare(
    'INSERT INTO passages (seq, part, owner, run, kind, thread, at, length, weight) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
  )
  const words = db.prepare('INSERT INTO words (rowid, body, who) VALUES (?, ?, ?)')
  const state = db.prepare(
    'INSERT INTO state (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
  )
  const nameIn = db.prepare('INSERT INTO names (name) VALUES (?) ON CONFLICT DO UPDATE SET name = name RETURNING id')
  const known = new Map<string, number>()
  const number = (name: string): number => {
    const id = known.get(name) ?? Number(nameIn.get(name)?.id)
    known.set(name, id)
    return id
  }
  db.exec('BEGIN IMMEDIATE')
  try {
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
    state.run('seq', String(position.seq))
    state.run('mac', position.mac)
    db.exec('COMMIT')
  } catch (error) {
    db.exec('ROLLBACK')
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

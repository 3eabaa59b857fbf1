import { createSecretKey } from 'node:crypto'
import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import type { Row } from '../../src/store/tables.ts'
import { genesis, link } from '../../src/telemetry/journal.ts'
import { seeded } from '../../src/values/chance.ts'

/** A way to falsify the journal: does it, and says which event is the first that is not as it was written. */
export type Tampering = (connection: DatabaseSync, pick: Pick) => number

/** Random numbers that a seed decides. */
export interface Pick {
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number
}

export function seededPick(seed: number): Pick {
  const next = seeded(seed)
  return { between: (low, high) => low + Math.floor(next() * (high - low + 1)) }
}

/** Every way, for a journal of `count` events. */
export function tamperings(count: number): Record<string, Tampering> {
  return { ...edits(count), ...moves(count), 'rehash with another key': rehash(count), 'cut the tail': cutTail(count) }
}

function edits(count: number): Record<string, Tampering> {
  const set =
    (column: string, value: (old: never, pick: Pick) => SQLInputValue): Tampering =>
    (connection, pick) => {
      const seq = pick.between(1, count)
      const { old } = connection.prepare(`SELECT ${column} AS old FROM events WHERE seq = ?`).get(seq) ?? {}
      connection.prepare(`UPDATE events SET ${column} = ? WHERE seq = ?`).run(value(old as never, pick), seq)
      return seq
    }
  return {
    'edit at': set('at', (old: number, pick) => old + pick.between(1, 1e6)),
    'edit at to more than a number can hold': set('at', (_old, pick) => 2n ** 62n + BigInt(pick.between(0, 1e6))),
    'edit kind': set('kind', (old: string) => `${old}d`),
    'hide behind a NUL': set('kind', (old: string) => `${old}\0`),
    'edit version': set('version', (old: number, pick) => old + pick.between(1, 9)),
    'edit subject': set('subject', (old: string) => (old === 'idn_ana' ? 'idn_ben' : 'idn_ana')),
    'edit run': set('run_id', (_old, pick) => `run_${pick.between(1, 99)}`),
    'edit run to the empty text': set('run_id', () => ''),
    'edit task': set('task_id', (_old, pick) => `tsk_${pick.between(1, 99)}`),
    'edit origin': set('origin', () => 'operator'),
    'flip a bit of the payload': set('payload', flipBit),
    'cut the payload': set('payload', (old: Uint8Array, pick) => old.subarray(0, pick.between(0, old.length - 1))),
    'empty the payload': set('payload', () => new Uint8Array(0)),
    'flip a bit of the MAC': set('mac', flipBit),
    'replace the MAC': set('mac', (_old, pick) => Buffer.alloc(32, pick.between(0, 255))),
    'shorten the MAC': set('mac', (old: Uint8Array) => old.subarray(0, 31)),
  }
}

function moves(count: number): Record<string, Tampering> {
  return {
    delete: (connection, pick) => {
      const seq = pick.between(1, count - 1)
      connection.prepare('DELETE FROM events WHERE seq = ?').run(seq)
      return seq
    },
    'delete several': (connection, pick) => {
      const seq = pick.between(1, count - 5)
      connection.prepare('DELETE FROM events WHERE seq BETWEEN ? AND ?').run(seq, seq + pick.between(0, 3))
      return seq
    },
    'delete and renumber': (connection, pick) => {
      const seq = pick.between(1, count - 1)
      connection.prepare('DELETE FROM events WHERE seq = ?').run(seq)
      shift(connection, seq, -1)
      return seq
    },
    'insert a copy and renumber': (connection, pick) => {
      const seq = pick.between(1, count)
      shift(connection, seq, 1)
      copyRow(connection, seq === 1 || pick.between(0, 1) ? seq + 1 : seq - 1, seq)
      // A copy of the event itself, in its place, is the event itself: the one after it is the first that is wrong.
      return isSame(connection, seq, seq + 1) ? seq + 1 : seq
    },
    'append a copy': (connection, pick) => {
      copyRow(connection, pick.between(1, count), count + 1)
      return count + 1
    },
    'insert before the first': (connection, pick) => {
      copyRow(connection, pick.between(1, count), -pick.between(0, 9))
      return 1
    },
    'swap neighbours': (connection, pick) => {
      const seq = pick.between(1, count - 1)
      swap(connection, seq, seq + 1)
      return seq
    },
    'swap two': (connection, pick) => {
      const [one, other] = [pick.between(1, count / 2), pick.between(count / 2 + 1, count)]
      swap(connection, one, other)
      return one
    },
    'swap two payloads': (connection, pick) => {
      const [one, other] = [pick.between(1, count / 2), pick.between(count / 2 + 1, count)]
      const sql = `UPDATE events SET payload = (SELECT payload FROM events e WHERE e.seq = ? + ? - events.seq)
        WHERE seq IN (?, ?)`
      connection.prepare(sql).run(one, other, one, other)
      return one
    },
  }
}

const rehash =
  (count: number): Tampering =>
  (connection, pick) => {
    const seq = pick.between(1, count)
    const key = createSecretKey(Buffer.alloc(32, pick.between(0, 255)))
    connection.prepare("UPDATE events SET kind = 'company.resumed' WHERE seq = ?").run(seq)
    const before = connection.prepare('SELECT mac FROM events WHERE seq = ?').get(seq - 1)
    let mac: Uint8Array = (before?.mac as Uint8Array | undefined) ?? genesis
    for (const row of connection.prepare('SELECT * FROM events WHERE seq >= ? ORDER BY seq').all(seq)) {
      mac = link(key, mac, row as unknown as Row<'events'>)
      connection.prepare('UPDATE events SET mac = ? WHERE seq = ?').run(mac, row.seq as number)
    }
    return seq
  }

const cutTail =
  (count: number): Tampering =>
  (connection, pick) => {
    const seq = pick.between(1, count)
    connection.prepare('DELETE FROM events WHERE seq >= ?').run(seq)
    return seq
  }

const columns = 'at, kind, version, subject, run_id, task_id, origin, payload, mac'

function copyRow(connection: DatabaseSync, from: number, to: number): void {
  connection
    .prepare(`INSERT INTO events (seq, ${columns}) SELECT ?, ${columns} FROM events WHERE seq = ?`)
    .run(to, from)
}

function isSame(connection: DatabaseSync, one: number, other: number): boolean {
  const macs = connection.prepare('SELECT count(DISTINCT mac) AS macs FROM events WHERE seq IN (?, ?)').get(one, other)
  return macs?.macs === 1
}

function shift(connection: DatabaseSync, from: number, by: 1 | -1): void {
  connection.prepare('UPDATE events SET seq = seq + 1000000 WHERE seq >= ?').run(from)
  connection.prepare('UPDATE events SET seq = seq - 1000000 + ? WHERE seq > 1000000').run(by)
}

function swap(connection: DatabaseSync, one: number, other: number): void {
  connection.prepare('UPDATE events SET seq = -seq WHERE seq IN (?, ?)').run(one, other)
  connection.prepare('UPDATE events SET seq = ? + ? + seq WHERE seq < 0').run(one, other)
}

function flipBit(old: Uint8Array, pick: Pick): Uint8Array {
  const flipped = Buffer.from(old)
  const at = pick.between(0, old.length - 1)
  flipped[at] = (flipped[at] as number) ^ (1 << pick.between(0, 7))
  return flipped
}

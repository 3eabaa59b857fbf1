import type { DatabaseSync } from 'node:sqlite'
import type { Store } from '../store/store.ts'
import type { StoredEvent } from '../telemetry/event.ts'
import { removePassages } from './forget-owners.ts'
import type { Old } from './passage.ts'

// Some 20 ms of deleting; then others have their turn.
const deletedAtOnce = 500

/** Whether the index has passages that are past their time. */
export function holdsOld(db: DatabaseSync, old: Old): boolean {
  return oldIn(db, old, 1).length > 0
}

/** Takes them out, in slices. Being stopped in between is harmless: the rest is found again. */
export async function retireOld(db: DatabaseSync, old: Old): Promise<void> {
  for (;;) {
    const ids = oldIn(db, old, deletedAtOnce)
    if (ids.length === 0) return
    removePassages(db, ids)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** Says of an event whether it left recall: an index that is made anew leaves it out again. `happened`: when, for an event. */
export async function retirement(
  { read }: Store,
  happened: (event: StoredEvent) => number,
): Promise<(event: StoredEvent) => boolean> {
  const rows = await read.selectFrom('retired').selectAll().execute()
  const byKind = new Map<string, (typeof rows)[number]>(rows.map((row) => [row.kind, row]))
  return (event) => {
    const row = byKind.get(event.kind)
    return row !== undefined && event.seq <= row.up_to_seq && happened(event) < row.before
  }
}

function oldIn(db: DatabaseSync, { kind, before, upTo }: Old, limit: number): number[] {
  return db
    .prepare(
      `SELECT id FROM passages WHERE kind = (SELECT id FROM names WHERE name = ?) AND at < ? AND seq <= ? LIMIT ?`,
    )
    .all(kind, before, upTo, limit)
    .map((row) => Number(row.id))
}

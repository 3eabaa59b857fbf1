import { statSync } from 'node:fs'
import { openBacklog } from '../../memory/distil/backlog.ts'
import { ripeAt } from '../../memory/distil/ripe.ts'
import { readTotals, type Totals } from '../../memory/distil/totals.ts'
import { type Duration, type Instant, later } from '../../values/time.ts'
import { usualDistilAfter } from '../memory-config.ts'
import type { Os } from '../os.ts'
import { placesOf } from '../places.ts'

/** How far the company's history is made short, what of it is no longer found, and how large the index of its words is. */
export interface MemoryStatus {
  readonly distilAfterMs: number
  /** When the oldest event that waits is old enough; `null`: none waits. */
  readonly nextAt: Instant | null
  /** Identities with events that are old enough now; counted up to 100. */
  readonly ripe: number
  readonly distilled: Totals
  readonly retention: readonly RetentionLine[]
  /** Of the file and its log, in bytes; 0: it is made when it is first needed. */
  readonly indexBytes: number
}

export interface RetentionLine {
  readonly kind: string
  /** `null`: the config does not name it any more. */
  readonly keepForMs: number | null
  /** What happened before this left recall and snapshots; `null`: nothing yet. */
  readonly retiredBefore: Instant | null
}

const mostCounted = 100

/** The state of memory. Its cost does not depend on how long the history is. */
export async function memoryStatus(os: Os): Promise<MemoryStatus> {
  const after = os.config.memory.distilAfter ?? usualDistilAfter
  const backlog = openBacklog(os.store)
  const first = await backlog.first()
  const ripe = await backlog.identities(later(os.clock.now(), -after as Duration), mostCounted)
  return {
    distilAfterMs: after,
    nextAt: first ? ripeAt(first.at, after) : null,
    ripe: ripe.length,
    distilled: await readTotals(os.store.read),
    retention: await retentionLines(os),
    indexBytes: sizeOf(placesOf(os.folder, os.config.store.folder).memory),
  }
}

async function retentionLines({ store, config }: Os): Promise<RetentionLine[]> {
  const rows = await store.read.selectFrom('retired').selectAll().orderBy('kind').execute()
  const wanted = new Map<string, number>(Object.entries(config.memory.retention ?? {}))
  const before = new Map(rows.map((row) => [row.kind, row.before]))
  return [...new Set([...wanted.keys(), ...before.keys()])].sort().map((kind) => ({
    kind,
    keepForMs: wanted.get(kind) ?? null,
    retiredBefore: before.get(kind) ?? null,
  }))
}

function sizeOf(path: string): number {
  return ['', '-wal']
    .map((suffix) => statSync(path + suffix, { throwIfNoEntry: false })?.size ?? 0)
    .reduce((sum, size) => sum + size, 0)
}

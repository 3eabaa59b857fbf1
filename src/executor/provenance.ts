import { padded } from '../store/padded.ts'
import type { StoredEvent } from '../telemetry/event.ts'
import type { RunId } from '../values/id.ts'
import type { Kernel } from './kernel.ts'

// Provenance is followed this far up: what an output was made of, and what that was made of. A card shows no more.
const depth = 3
const maxEvents = 100

/**
 * The events of a run that something was made of, and those that these were made of, oldest first. What was remembered of other runs
 * is no part of it: a card shows it by the lines that were given.
 */
export async function readOutcomeSources(
  kernel: Pick<Kernel, 'store' | 'journal'>,
  run: RunId,
  sources: readonly number[],
): Promise<StoredEvent[]> {
  const found = new Map<number, StoredEvent>()
  let layer = [...sources]
  for (let level = 0; level < depth && layer.length > 0; level += 1) {
    const own = await eventsOfRun(kernel, run, layer)
    const events = await kernel.journal.at([...own].slice(0, maxEvents - found.size))
    for (const event of events) found.set(event.seq, event)
    layer = events
      .flatMap((event) => (event.kind === 'task.done' ? (event.payload?.sources ?? []) : []))
      .filter((seq) => !found.has(seq))
  }
  return [...found.values()].sort((a, b) => a.seq - b.seq)
}

// What was remembered are at most some hundreds, and older than the rest: enough of the run's own are always among the first.
const mostLookedAt = 1024

/** Which of these events are of a run, in order. Of very many the first are looked at. */
export async function eventsOfRun(
  { store }: Pick<Kernel, 'store'>,
  run: RunId,
  seqs: readonly number[],
): Promise<ReadonlySet<number>> {
  const wanted = [...new Set(seqs)].sort((one, other) => one - other).slice(0, mostLookedAt)
  if (wanted.length === 0) return new Set()
  const rows = await store.read
    .selectFrom('events')
    .select('seq')
    .where('seq', 'in', padded(wanted))
    .where('run_id', '=', run)
    .orderBy('seq')
    .execute()
  return new Set(rows.map(({ seq }) => seq))
}

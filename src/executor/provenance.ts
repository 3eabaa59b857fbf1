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
  kernel: Kernel,
  run: RunId,
  sources: readonly number[],
): Promise<StoredEvent[]> {
  const found = new Map<number, StoredEvent>()
  let layer = [...sources]
  for (let level = 0; level < depth && layer.length > 0; level += 1) {
    const read = await kernel.journal.at(layer.slice(0, maxEvents - found.size))
    const events = read.filter((event) => event.run === run)
    for (const event of events) found.set(event.seq, event)
    layer = events
      .flatMap((event) => (event.kind === 'task.done' ? (event.payload?.sources ?? []) : []))
      .filter((seq) => !found.has(seq))
  }
  return [...found.values()].sort((a, b) => a.seq - b.seq)
}

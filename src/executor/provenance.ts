import type { StoredEvent } from '../telemetry/event.ts'
import type { Kernel } from './kernel.ts'

// Provenance is followed this far up: what an output was made of, and what that was made of. A card shows no more.
const depth = 3
const maxEvents = 100

/** The events that something was made of, and those that these were made of, oldest first. */
export async function readOutcomeSources(kernel: Kernel, sources: readonly number[]): Promise<StoredEvent[]> {
  const found = new Map<number, StoredEvent>()
  let layer = [...sources]
  for (let level = 0; level < depth && layer.length > 0; level += 1) {
    const events = await kernel.journal.at(layer.slice(0, maxEvents - found.size))
    for (const event of events) found.set(event.seq, event)
    layer = events
      .flatMap((event) => (event.kind === 'task.done' ? (event.payload?.sources ?? []) : []))
      .filter((seq) => !found.has(seq))
  }
  return [...found.values()].sort((a, b) => a.seq - b.seq)
}

/**
 * An answer with what differs from run to run taken out: generated ids become their kind, places in the journal and durations of
 * real work `0`, in whatever order things happened to be listed that happened at once.
 */
export function normal(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/\b([a-z]{3})_[0-9a-z]{10,}\b/g, '$1_…')
  if (Array.isArray(value)) return value.map(normal)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, real.has(key) ? '…' : normal(held)]))
}

// Counted by the journal, or measured by a real clock.
const real: ReadonlySet<string> = new Set(['seq', 'intendedSeq', 'outcomeSeq', 'sources', 'workedMs', 'modified'])

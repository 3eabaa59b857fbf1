/**
 * An answer with what differs from run to run taken out: generated ids become their kind; places in the journal, and what a real
 * clock measured, a dot. Lists that are ordered by generated ids are sorted.
 */
export function normal(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/\b([a-z]{3})_[0-9a-z]{10,}\b/g, '$1_…')
  if (Array.isArray(value)) return value.map(normal)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, held]) => [
      key,
      measured.has(key) ? '…' : byId.has(key) ? sorted(held) : normal(held),
    ]),
  )
}

// The modified time is the file system's.
const measured: ReadonlySet<string> = new Set([
  'seq',
  'step',
  'intendedSeq',
  'outcomeSeq',
  'sources',
  'workedMs',
  'modified',
])
const byId: ReadonlySet<string> = new Set(['effects', 'sample', 'gates'])

function sorted(list: unknown): unknown {
  const held = normal(list)
  return Array.isArray(held) ? held.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) : held
}

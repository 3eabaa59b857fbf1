import type { ContactRow, ReadContacts, RefusedRow } from './contact-row.ts'

/** The first row with an address counts, but one that says they left counts before any that says they did not. */
export function eachOnce(rows: readonly ContactRow[], unread: readonly RefusedRow[]): ReadContacts {
  const weight = { unsubscribed: 0, bounced: 1, active: 2 }
  const seen = new Map<string, number>()
  const kept: ContactRow[] = []
  const refused = [...unread]
  for (const row of rows.toSorted((a, b) => weight[a.status] - weight[b.status])) {
    // A phone may be that of a house; an address and an id are somebody's own.
    const own = row.handles.filter(({ system }) => system !== 'phone').map(({ system, value }) => `${system}:${value}`)
    const before = own.map((handle) => seen.get(handle)).find((line) => line !== undefined)
    if (before === undefined) kept.push(row)
    else refused.push({ line: row.line, why: `the same address as line ${before}` })
    if (before === undefined) for (const handle of own) seen.set(handle, row.line)
  }
  return { rows: kept, refused: refused.sort((a, b) => a.line - b.line) }
}

import type { Row } from '../store/tables.ts'
import { compareOrigins } from '../values/origin.ts'
import type { Instant } from '../values/time.ts'

type FactRow = Row<'facts'>
type Term = Pick<FactRow, 'valid_from' | 'valid_until'>

/** Whose word counts first: a better origin's, and of one origin the newer. See docs/decisions/0041. */
export function byWord(
  one: Pick<FactRow, 'origin' | 'source_seq'>,
  other: Pick<FactRow, 'origin' | 'source_seq'>,
): number {
  return compareOrigins(one.origin, other.origin) || other.source_seq - one.source_seq
}

/**
 * What stands of all that was said under one key of one record. What has not begun says nothing yet. A word that is over brings nothing
 * back that was said before it; what was said since, by whomever, is no longer outranked by it. Pure.
 */
export function standingOf(rows: readonly FactRow[], now: Instant): FactRow | undefined {
  let over = 0
  for (const row of rows.filter((one) => !isEarly(one, now)).toSorted(byWord)) {
    if (row.source_seq < over) continue
    if (!isOver(row, now)) return row
    over = row.source_seq
  }
  return undefined
}

export function isEarly({ valid_from }: Term, now: Instant): boolean {
  return valid_from !== null && valid_from > now
}

export function isOver({ valid_until }: Term, now: Instant): boolean {
  return valid_until !== null && valid_until <= now
}

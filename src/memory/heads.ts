import type { IdentityId } from '../values/id.ts'

/** What stands above lines of one day: when it was, and whose it is where that is not clear. */
export interface Head {
  /** As the clock on the wall shows it: see `Calendar`. */
  readonly at: number
  readonly identity: IdentityId
}

/** Names of identities; empty where all lines are of one, so that no head need say it. */
export type Names = ReadonlyMap<IdentityId, string>

/**
 * The head of a line that stands below another: `8 May 2023`, `14 August` in the same year, `14 August, Ana Nová`; nothing where the
 * line before has the same. In UTC.
 */
export function headOf(line: Head, before: Head | undefined, names: Names): string | undefined {
  const same = before !== undefined && dayOf(before.at) === dayOf(line.at)
  const whose = names.get(line.identity)
  if (same && (whose === undefined || before.identity === line.identity)) return undefined
  const date = new Date(line.at)
  const year = before !== undefined && yearOf(before.at) === yearOf(line.at) ? '' : ` ${date.getUTCFullYear()}`
  const day = `${date.getUTCDate()} ${monthNames[date.getUTCMonth()]}${year}`
  return whose === undefined ? day : `${day}, ${whose}`
}

/** Days since 1970, of what a wall shows. */
export function dayOf(at: number): number {
  return Math.floor(at / 86_400_000)
}

export function yearOf(at: number): number {
  return new Date(at).getUTCFullYear()
}

const monthNames = 'January February March April May June July August September October November December'.split(' ')

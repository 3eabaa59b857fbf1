import type { Row } from '../../src/store/tables.ts'
import type { Told } from './told.ts'

export interface FoldedReleases {
  readonly releases: Row<'releases'>[]
  readonly release_shares: Row<'release_shares'>[]
  readonly withdrawals: Row<'withdrawals'>[]
}

/** What was said of the agents' versions, as the journal tells it. */
export function foldReleases(events: readonly Told[]): FoldedReleases {
  const folded: FoldedReleases = { releases: [], release_shares: [], withdrawals: [] }
  for (const event of events) {
    if (event.kind !== 'release.set' && event.kind !== 'release.withdrawn' && event.kind !== 'release.undone') continue
    const { release, agent, kind, shares } = event.payload
    folded.releases.push({
      id: release,
      agent,
      kind,
      cause: event.kind === 'release.set' ? 'set' : event.kind === 'release.withdrawn' ? 'withdraw' : 'undo',
      undoes: event.kind === 'release.undone' ? event.payload.undoes : null,
      by: event.origin === 'system' ? 'system' : 'operator',
      made_at: event.at,
      seq: event.seq,
    })
    folded.release_shares.push(...shares.map(({ hash, share }) => ({ release_id: release, hash, share })))
    if (event.kind === 'release.withdrawn')
      folded.withdrawals.push(...event.payload.withdrawn.map((hash) => ({ release_id: release, hash })))
  }
  return folded
}

/** The pins that a release made, or that the operator moved; those of the folder's own versions have no event. */
export function foldDrawn(events: readonly Told[]): ReadonlyMap<string, string> {
  const pins = new Map<string, string>()
  for (const event of events) {
    if (event.kind === 'release.drawn') pins.set(`${event.run} ${event.payload.agent}`, event.payload.hash)
    if (event.kind === 'release.moved') pins.set(`${event.run} ${event.payload.agent}`, event.payload.to)
  }
  return pins
}

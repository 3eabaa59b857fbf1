import type { Release } from '../../agents/release.ts'
import type { ReleaseId } from '../../values/id.ts'
import type { Instant } from '../../values/time.ts'
import type { Os } from '../os.ts'
import { type VersionLine, versionLine } from './agents.ts'
import { showTrials, type TrialView } from './trials.ts'

/** One release: who said what, when and why. */
export interface ReleaseLine {
  readonly id: ReleaseId
  readonly kind: Release['kind']
  readonly cause: Release['cause']
  readonly undoes: ReleaseId | null
  readonly by: Release['by']
  readonly at: Instant
  readonly why: string
  readonly shares: readonly { readonly version: number; readonly hash: string; readonly share: number }[]
  readonly withdraws: readonly { readonly version: number; readonly hash: string }[]
}

export interface ReleaseView {
  readonly agent: string
  /** `code`: what the folder has takes all, by a release or because there is none. */
  readonly kind: Release['kind']
  readonly versions: readonly VersionLine[]
  /** Newest first; at most 200. */
  readonly history: readonly ReleaseLine[]
  /** Newest first; at most a dozen. */
  readonly trials: readonly TrialView[]
}

const mostReleases = 200

/** How the work of an agent is shared out, and how that came about. Fault: `input.unknown`. */
export async function showReleases(os: Os, agent: string): Promise<ReleaseView> {
  const versions = await os.versions(agent)
  const numbers = new Map(versions.map(({ artifact }) => [artifact.hash, artifact.version]))
  const numbered = (hash: string) => ({ hash, version: numbers.get(hash) ?? 0 })
  const history = (await os.releases.history(agent)).slice(0, mostReleases)
  const reasons = await reasonsOf(os, history)
  return {
    agent,
    kind: os.releases.current(agent)?.kind ?? 'code',
    versions: versions.map((one) => versionLine(os, one)),
    history: history.map(({ id, kind, cause, undoes, by, made_at, seq, shares, withdraws }) => ({
      id,
      kind,
      cause,
      undoes,
      by,
      at: made_at,
      why: reasons.get(seq) ?? '',
      shares: shares
        .map(({ hash, share }) => ({ ...numbered(hash), share }))
        .sort((a, b) => a.version - b.version || b.share - a.share),
      withdraws: withdraws.map(numbered),
    })),
    trials: await showTrials(os, agent),
  }
}

async function reasonsOf(os: Os, history: readonly Release[]): Promise<Map<number, string>> {
  const events = await os.journal.at(history.map((one) => one.seq))
  return new Map(
    events.flatMap((event) =>
      event.kind === 'release.set' || event.kind === 'release.withdrawn' || event.kind === 'release.undone'
        ? [[event.seq, event.payload?.why ?? '']]
        : [],
    ),
  )
}

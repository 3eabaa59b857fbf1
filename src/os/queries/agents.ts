import type { AgentBody } from '../../agents/artifact.ts'
import { runsPinnedTo } from '../../executor/withdrawn.ts'
import type { RunId } from '../../values/id.ts'
import type { Json } from '../../values/json.ts'
import type { Os } from '../os.ts'
import { agentNames, type KnownVersion, versionNamed } from '../versions.ts'
import { type Difference, diffBodies } from './body-diff.ts'
import { openTrial, type TrialView } from './trials.ts'

/** An agent in a list. `folder`: the version that the company's folder has; `null` when it has none any more. */
export interface AgentLine {
  readonly name: string
  readonly folder: number | null
  readonly versions: number
  readonly takes: string
}

/** A version of an agent, where it stands. */
export interface VersionLine {
  readonly version: number
  readonly hash: string
  readonly inFolder: boolean
  readonly published: boolean
  /** Its share of new runs, in percent. */
  readonly share: number
  readonly withdrawn: boolean
}

export interface AgentView {
  readonly name: string
  readonly versions: readonly VersionLine[]
  /** The version that was asked for; the folder's or else the newest without one. */
  readonly shown: VersionLine
  readonly body: AgentBody
  /** Runs at work or held that are pinned to it; at most 200. */
  readonly runs: readonly RunId[]
  /** The open trial of one of its versions. */
  readonly trial: TrialView | null
}

const mostRuns = 200

/** All agents by name. */
export async function listAgents(os: Os): Promise<AgentLine[]> {
  const names = await agentNames(os)
  return Promise.all(
    names.map(async (name) => {
      const versions = await os.versions(name)
      const lines = versions.map((one) => versionLine(os, one))
      const taking = lines.filter((one) => one.share > 0).map((one) => `v${one.version} ${one.share} %`)
      return {
        name,
        folder: versions.find((one) => one.inFolder)?.artifact.version ?? null,
        versions: versions.length,
        takes: taking.join(', '),
      }
    }),
  )
}

/** One agent with its versions, and one of them whole. Fault: `input.unknown`. */
export async function showAgent(os: Os, name: string, version?: string): Promise<AgentView> {
  const versions = await os.versions(name)
  const [newest] = versions
  const known =
    version === undefined ? (versions.find((one) => one.inFolder) ?? newest) : await versionNamed(os, name, version)
  if (!known) throw new TypeError(`${name} has no version`)
  const runs = await runsPinnedTo(os.store.read, name, known.artifact.hash)
  return {
    name,
    versions: versions.map((one) => versionLine(os, one)),
    shown: versionLine(os, known),
    body: known.artifact.body,
    runs: runs.slice(0, mostRuns),
    trial: await openTrial(os, name),
  }
}

/** What is different in version `to` from version `from`. Fault: `input.unknown`. */
export async function diffAgent(
  os: Os,
  name: string,
  from: string,
  to: string,
): Promise<{ from: VersionLine; to: VersionLine; differences: Difference[] }> {
  const [before, after] = [await versionNamed(os, name, from), await versionNamed(os, name, to)]
  const differences = diffBodies(
    before.artifact.body as unknown as Record<string, Json>,
    after.artifact.body as unknown as Record<string, Json>,
  )
  return { from: versionLine(os, before), to: versionLine(os, after), differences }
}

/** Where a version stands now. */
export function versionLine(os: Pick<Os, 'releases'>, { artifact, publishedSeq, inFolder }: KnownVersion): VersionLine {
  const { hash, version, name } = artifact
  const withdrawn = os.releases.withdrawal(hash) !== undefined
  const now = os.releases.current(name)
  const byCode = now === undefined || now.kind === 'code'
  const share = byCode ? (inFolder && !withdrawn ? 100 : 0) : (now.shares.find((one) => one.hash === hash)?.share ?? 0)
  return { version, hash, inFolder, published: publishedSeq !== null, share, withdrawn }
}

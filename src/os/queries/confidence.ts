import { type Calibration, fewestDecisions, type Point } from '../../agents/calibration.ts'
import { calibrationError, chanceError, prequential } from '../../agents/reliability.ts'
import { refuse } from '../../values/fault.ts'
import { calibrationOf, pointsOf } from '../confidence.ts'
import type { Os } from '../os.ts'
import { versionNamed } from '../versions.ts'

/** How well what a version says of its own sureness holds. */
export interface ConfidenceView {
  readonly agent: string
  readonly version: number
  readonly hash: string
  /** The latest decisions on its work that are looked at, and how many it takes at least. */
  readonly decisions: number
  readonly needed: number
  /** `null`: too few to tell. */
  readonly calibration: Pick<Calibration, 'method' | 'moving'> | null
  /** Decisions of like sureness; empty where there are too few to tell. */
  readonly bins: readonly ConfidenceBin[]
  /** Of decisions that were each foretold by those before them. */
  readonly foretold: { readonly count: number; readonly error: number; readonly byChance: number } | null
}

export interface ConfidenceBin {
  /** What the agent said, on the mean. */
  readonly said: number
  /** What a card shows for that now. */
  readonly calibrated: number
  /** The share that the operator found right. */
  readonly right: number
  readonly count: number
}

/** Of the folder's version where none is named, else of the newest. Fault: `input.unknown`. */
export async function showConfidence(os: Os, agent: string, named?: string): Promise<ConfidenceView> {
  const all = await os.versions(agent)
  const known = named === undefined ? (all.find((one) => one.inFolder) ?? all[0]) : await versionNamed(os, agent, named)
  if (!known) refuse('input.unknown', { kind: 'agent', name: agent, nearest: '', command: 'soloist agent list' })
  const { hash, version } = known.artifact
  const { calibration } = await calibrationOf(os.store, hash)
  const points = await pointsOf(os.store, hash)
  const head = { agent, version, hash, decisions: points.length, needed: fewestDecisions }
  if (!calibration) return { ...head, calibration: null, bins: [], foretold: null }
  const { method, moving } = calibration
  return { ...head, calibration: { method, moving }, bins: tableOf(points, calibration), foretold: foretoldOf(points) }
}

const bins = 10

function tableOf(points: readonly Point[], calibration: Calibration): ConfidenceBin[] {
  const sorted = points.toSorted((a, b) => a.raw - b.raw)
  const edge = (bin: number): number => Math.round((bin * sorted.length) / bins)
  return Array.from({ length: bins }, (_none, bin): ConfidenceBin => {
    const members = sorted.slice(edge(bin), edge(bin + 1))
    const mean = (of: (point: Point) => number): number =>
      members.reduce((sum, point) => sum + of(point), 0) / members.length
    const said = mean(({ raw }) => raw)
    const calibrated = mean(({ raw }) => calibration.at(raw))
    return { said, calibrated, right: mean(({ right }) => right), count: members.length }
  })
}

function foretoldOf(points: readonly Point[]): ConfidenceView['foretold'] {
  const foretold = prequential(points)
  if (foretold.length < fewestDecisions) return null
  return { count: foretold.length, error: calibrationError(foretold), byChance: chanceError(foretold) }
}

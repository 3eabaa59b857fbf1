import type { Confidence } from '../../os/confidence.ts'
import type { ConfidenceView } from '../../os/queries/confidence.ts'
import { indent, table } from './table.ts'

/** `62 % by 214 decisions of yours (it says 90 % itself)`. */
export function confidenceLine({ raw, calibrated, decisions, needed }: Confidence): string {
  if (calibrated === null)
    return `too few to tell: ${decisions} of ${needed} decisions (it says ${percent(raw)} itself)`
  return `${percent(calibrated)} by ${decisions} decisions of yours (it says ${percent(raw)} itself)`
}

/** How often a version was right when it said how sure it is. */
export function confidenceTable(view: ConfidenceView): string {
  const { agent, version, decisions, needed, calibration, bins, foretold } = view
  const head = `${agent} v${version}`
  if (calibration === null) return `${head}\nToo few to tell: ${decisions} of ${needed} decisions.`
  const rows = bins.map((bin) => [percent(bin.said), percent(bin.right), percent(bin.calibrated), String(bin.count)])
  return [
    head,
    indent(table(['it said', 'was right', 'cards say', 'decisions'], rows, '')),
    `By your last ${decisions} decisions (${methods[calibration.method]}${calibration.moving ? ', moving with your taste' : ''}).`,
    foretold === null
      ? 'How far cards are off cannot be told yet.'
      : `Cards were off by ${points(foretold.error)} on the mean, over ${foretold.count} decisions that each was shown before; chance alone makes ${points(foretold.byChance)}.`,
  ].join('\n')
}

const methods = { platt: 'a line', isotonic: 'a curve' } as const

function points(share: number): string {
  return `${Math.round(share * 1000) / 10} points`
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}

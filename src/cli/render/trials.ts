import type { MeasureView, TrialView } from '../../os/queries/trials.ts'
import { formatUsd, microUsd } from '../../values/money.ts'
import { formatDuration, milliseconds } from '../../values/time.ts'
import { indent, plain, table } from './table.ts'
import { formatTime } from './time.ts'

/** The trials of an agent: the one that is open with its numbers, the former in a line each. */
export function trialList(trials: readonly TrialView[], timeZone: string): string[] {
  return trials.flatMap((trial) => ['', ...trialCard(trial, timeZone)])
}

/** What the inbox says of trials: who is proposed, and who was withdrawn by itself. */
export function trialLines(trials: readonly TrialView[]): string[] {
  if (trials.length === 0) return []
  const lines = trials.map((trial) => {
    const { agent, version, state, says } = trial
    if (state !== 'proposed')
      return `${agent} v${version}: ${says}\nNext: soloist release show ${agent}; to take it back: soloist release undo ${agent} --why REASON`
    return `${agent} v${version}: ${says}\nNext: soloist release promote ${agent} ${version} --why REASON (or release stop ${agent})`
  })
  return ['Versions at trial', indent(plain(lines.join('\n'))), '']
}

function trialCard(trial: TrialView, timeZone: string): string[] {
  const { kind, version, baseline, share, since, says, endedAt, spent, limit } = trial
  const how =
    kind === 'canary'
      ? `on ${share} % of new runs`
      : `beside it, ${formatUsd(spent ?? microUsd(0))} of ${formatUsd(limit ?? microUsd(0))}`
  const when = formatTime(since, timeZone)
  const head = `Trial of v${version} against v${baseline}, ${how}, since ${when}: ${says}`
  if (endedAt !== null) return [head]
  const rows = trial.measures.map((one) => [
    one.measure,
    mean(one, 'trial'),
    mean(one, 'base'),
    percent(one.worse),
    percent(one.better),
  ])
  return [head, indent(table(['measure', `v${version}`, `v${baseline}`, 'worse', 'better'], rows, ''))]
}

function mean(view: MeasureView, side: 'trial' | 'base'): string {
  const { runs, mean: value } = view[side]
  return value === null ? '-' : `${amount(view.measure, value)} (${runs})`
}

function amount(measure: MeasureView['measure'], value: number): string {
  if (measure === 'cost') return formatUsd(microUsd(Math.round(value)))
  if (measure === 'latency') return formatDuration(milliseconds(Math.round(value)))
  return `${(value * 100).toFixed(1)} %`
}

function percent(part: number): string {
  return `${Math.round(part * 100)} %`
}

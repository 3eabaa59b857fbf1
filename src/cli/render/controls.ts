import { usualLanes } from '../../budget/control.ts'
import type { ControlLine } from '../../os/queries/controls.ts'
import { formatUsd } from '../../values/money.ts'
import { plain, table } from './table.ts'
import { formatTime } from './time.ts'

/** Controls as a table; with how each ended where they did. */
export function controlTable(items: readonly ControlLine[], timeZone: string, history: boolean): string {
  const rows = items.map((line) => [
    line.id,
    line.scope,
    ruleText(line),
    formatTime(line.since, timeZone),
    endText(line, timeZone),
    line.why,
  ])
  return table(
    ['control', 'scope', 'says', 'since', 'until', 'why'],
    rows,
    history ? 'There was none so far.' : 'No control holds: everything works as it is configured.',
  )
}

/** What a control says, in words. */
export function ruleText({ kind, runs, usd, hours, tier, lanes }: ControlLine): string {
  switch (kind) {
    case 'throttle': {
      const most = [
        ...(runs === null ? [] : [`${runs} ${runs === 1 ? 'run' : 'runs'}`]),
        ...(usd === null ? [] : [formatUsd(usd)]),
      ]
      return `at most ${most.join(' and ')} an hour${forAll(lanes)}`
    }
    case 'window':
      return `only ${hours ?? ''}${forAll(lanes)}`
    case 'downgrade':
      return `no better model than ${tier ?? ''}`
    case 'stop':
      return lanes === 'all' ? 'stopped' : 'stopped in the background'
    default:
      return kind satisfies never
  }
}

/** The command that sets this control again. */
export function settingText(line: ControlLine, timeZone: string): string {
  const { kind, scope, runs, usd, hours, tier, lanes, until } = line
  const parts: readonly (string | null)[] = [
    `soloist control ${kind} ${scope}`,
    kind === 'window' ? `"${hours ?? ''}"` : null,
    kind === 'downgrade' ? tier : null,
    runs === null ? null : `--runs ${runs}`,
    usd === null ? null : `--usd ${usd / 1e6}`,
    lanes === usualLanes(kind) ? null : `--lanes ${lanes}`,
    until === null ? null : `--until ${formatTime(until, timeZone).replace(' ', 'T')}`,
    '--why REASON',
  ]
  return parts.filter((part) => part !== null).join(' ')
}

/** What holds, a line each, for the head of what is under it. */
export function controlLines(items: readonly ControlLine[]): string[] {
  return items.map((line) => plain(`Under control: ${line.scope}, ${ruleText(line)} (${line.why})`))
}

function forAll(lanes: ControlLine['lanes']): string {
  return lanes === 'all' ? ', also where someone waits' : ''
}

function endText({ until, ended }: ControlLine, timeZone: string): string {
  if (ended) return `${ended.how} ${formatTime(ended.at, timeZone)}`
  return until === null ? '' : formatTime(until, timeZone)
}

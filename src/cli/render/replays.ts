import type { ReplayLine } from '../../os/queries/replays.ts'
import type { Compared } from '../../os/trials/compare.ts'
import type { Replayed } from '../../os/trials/replayed.ts'
import { formatUsd, microUsd } from '../../values/money.ts'
import { formatDuration, milliseconds } from '../../values/time.ts'
import { difference } from '../commands/agents.ts'
import { facts, indent, plain, table } from './table.ts'
import { formatTime } from './time.ts'

/** What a version would have done otherwise: the sums, then each task that came out otherwise. */
export function replayReport(replayed: Replayed): string {
  const { agent, version, tasks, states, edited, cost, latency, spent, limit } = replayed
  const head = facts([
    ['Replay', `${replayed.id}: ${agent} v${version} on ${tasks} recorded task${tasks === 1 ? '' : 's'}`],
    ['Came out', cameOut(states)],
    ['Words changed', edited === null ? null : `${(edited * 100).toFixed(1)} %`],
    ['Cost', `${formatUsd(cost.before)} then, ${formatUsd(cost.after)} now`],
    ['Time', `${time(latency.before)} then, ${time(latency.after)} now`],
    ['Spent', `${formatUsd(spent)}${limit === null ? '' : ` of ${formatUsd(limit)}`}`],
  ])
  const others = replayed.items.filter(({ state }) => state !== 'same' && state !== 'waiting')
  return [head, ...others.map(otherwise)].join('\n\n')
}

/** Replays in a line each. */
export function replayTable(items: readonly ReplayLine[], timeZone: string): string {
  const rows = items.map(({ id, at, agent, version, tasks, states, edited, spent }) => [
    ...[id, formatTime(at, timeZone), `${agent} v${version}`, String(tasks), cameOut(states)],
    ...[edited === null ? '-' : `${(edited * 100).toFixed(1)} %`, formatUsd(spent)],
  ])
  const heads = ['replay', 'when', 'agent', 'tasks', 'came out', 'words changed', 'spent']
  return table(heads, rows, 'Nothing was replayed yet.')
}

function cameOut(states: Replayed['states']): string {
  return Object.entries(states)
    .flatMap(([state, count]) => (count > 0 ? [`${count} ${state}`] : []))
    .join(', ')
}

function otherwise(item: Compared): string {
  const { run, taskName, state, before, after, edited, refused, differences } = item
  const line = [
    `${run} ${taskName}: ${state}`,
    ...(edited === null ? [] : [`${(edited * 100).toFixed(1)} % of the words`]),
    ...(before && after ? [`${formatUsd(before.cost)} → ${formatUsd(after.cost)}`] : []),
    ...(before?.confidence && after?.confidence ? [`sure ${before.confidence} → ${after.confidence}`] : []),
    ...(after?.fault ? [after.fault] : []),
    ...(refused > 0 ? [`${refused} tool call${refused === 1 ? '' : 's'} without an answer`] : []),
  ].join('; ')
  return [plain(line), ...differences.map((one) => indent(difference(one)))].join('\n')
}

function time(ms: number): string {
  return formatDuration(milliseconds(Math.round(ms)))
}

/** A sum of money before it is spent. */
export function estimateLine(estimate: number, limit: number, tasks: number, skipped: number): string {
  const forgotten = skipped === 0 ? '' : ` ${skipped} skipped: what they were given has been forgotten.`
  return `${tasks} tasks, which cost ${formatUsd(microUsd(estimate))} then; at most ${formatUsd(microUsd(limit))} is spent.${forgotten}`
}

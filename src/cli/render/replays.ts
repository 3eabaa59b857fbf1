import type { Compared } from '../../os/trials/compare.ts'
import type { Replayed } from '../../os/trials/replayed.ts'
import { formatUsd, microUsd } from '../../values/money.ts'
import { formatDuration, milliseconds } from '../../values/time.ts'
import { difference } from '../commands/agents.ts'
import { facts, indent, plain } from './table.ts'

/** What a version would have done otherwise: the sums, then each task that came out otherwise. */
export function replayReport(replayed: Replayed): string {
  const { agent, version, tasks, states, edited, cost, latency, spent, limit } = replayed
  const counted = Object.entries(states).flatMap(([state, count]) => (count > 0 ? [`${count} ${state}`] : []))
  const head = facts([
    ['Replay', `${replayed.id}: ${agent} v${version} on ${tasks} recorded task${tasks === 1 ? '' : 's'}`],
    ['Came out', counted.join(', ')],
    ['Words changed', edited === null ? null : `${(edited * 100).toFixed(1)} %`],
    ['Cost', `${formatUsd(cost.before)} then, ${formatUsd(cost.after)} now`],
    ['Time', `${time(latency.before)} then, ${time(latency.after)} now`],
    ['Spent', `${formatUsd(spent)}${limit === null ? '' : ` of ${formatUsd(limit)}`}`],
  ])
  const others = replayed.items.filter(({ state }) => state !== 'same' && state !== 'waiting')
  return [head, ...others.map(otherwise)].join('\n\n')
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

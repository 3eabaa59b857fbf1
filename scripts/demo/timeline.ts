import type { RunView } from '../../src/os/queries/run.ts'
import { formatUsd, microUsd } from '../../src/values/money.ts'
import { isoInstant } from '../../src/values/time.ts'

/** The run as a story: when each task ended, what it cost, who made it and from how many events; then what left, and why it might. */
export function timeline(run: RunView): string {
  const tasks = run.tasks.toSorted((a, b) => (a.endedAt ?? Infinity) - (b.endedAt ?? Infinity))
  const lines = tasks.map(({ name, state, endedAt, spent, madeBy, sources }) => {
    const who = [madeBy?.doer, madeBy?.version && `v${madeBy.version}`, madeBy?.model && `by ${madeBy.model}`]
    const from = sources.length > 0 ? `from ${sources.length} ${sources.length === 1 ? 'event' : 'events'}` : ''
    return [
      endedAt === null ? '-'.padEnd(20) : isoInstant(endedAt),
      name.padEnd(13),
      state.padEnd(5),
      formatUsd(microUsd(spent)),
      [...who.filter(Boolean), from].join(' '),
    ].join('  ')
  })
  const effects = run.effects.map(({ endedAt, action, state, adapter, subject, gate }) =>
    [
      endedAt === null ? '-'.padEnd(20) : isoInstant(endedAt),
      action.padEnd(20),
      state.padEnd(5),
      adapter.padEnd(8),
      (subject.name ?? subject.id).padEnd(13),
      gate === null ? 'needs no approval' : `approved at ${gate}`,
    ].join('  '),
  )
  return [
    'What was done',
    ...lines.map((line) => `  ${line.trimEnd()}`),
    '',
    'What left the company, or changed it',
    ...effects.map((line) => `  ${line}`),
    '',
    'What the issue was made of',
    ...citedIn(run).map((line) => `  ${line}`),
    '',
    `Cost ${formatUsd(microUsd(run.spent))}. Outcome: ${JSON.stringify(run.output)}`,
  ].join('\n')
}

/** The sources on the card that the operator approved: what an agent named, with its link and the event that holds it. */
function citedIn({ gates }: RunView): readonly string[] {
  const sources = gates.flatMap(({ card }) => card?.sources ?? [])
  const cited = new Map(sources.flatMap(({ seq, title, url }) => (url === undefined ? [] : [[url, { seq, title }]])))
  return [...cited].map(([url, { seq, title }]) => `event ${String(seq).padEnd(4)} ${title}  ${url}`)
}

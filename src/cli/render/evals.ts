import type { EvalLine, EvalResult } from '../../os/evals/desk.ts'
import type { CaseOutcome } from '../../telemetry/eval-event.ts'
import { formatUsd } from '../../values/money.ts'
import { indent, plain, table } from './table.ts'

/** The evals of a company, and how they went last. */
export function evalTable(items: readonly EvalLine[]): string {
  const rows = items.map(({ name, agent, cases, newest }) => [name, agent, String(cases), lastTime(newest)])
  return table(
    ['eval', 'agent', 'cases', 'as the folder has it'],
    rows,
    'No evals. docs/guide/evals.md shows how to write one.',
  )
}

function lastTime(newest: EvalLine['newest']): string {
  if (newest === null) return 'not tried'
  const { version, verdict, score, outdated } = newest
  return `v${version} ${verdict}, ${percent(score)}${outdated ? ', before the eval was changed' : ''}`
}

/** What an eval came to, case by case; reasons of what is below the best. */
export function evalCard(result: EvalResult): string {
  const { cases, verdict, score, cost, answers, missed, recorded, agent, version } = result
  const paid = answers === 'recorded' ? 'recorded answers' : formatUsd(cost)
  return [
    `${result.eval}: ${agent} v${version}`,
    ...cases.map((one) => indent(caseLines(one))),
    `${verdict === 'passed' ? 'Passed' : 'Failed'}: ${percent(score)} (${paid}).`,
    ...missed.map((part) => plain(`Not met: ${part}.`)),
    ...(recorded === null ? [] : [`The answers are kept in ${recorded}.`]),
  ].join('\n')
}

function caseLines({ name, kind, score, why, scores }: CaseOutcome): string {
  const head = `${percent(score).padStart(6)}  ${plain(name)}${kind === null ? '' : ` [${plain(kind)}]`}`
  const reasons = scores
    .filter((one) => one.score < 1)
    .map((one) => `${plain(one.scorer)} ${percent(one.score)}${one.reason === '' ? '' : `: ${plain(one.reason)}`}`)
  return [head, ...[...(why === null ? [] : [plain(why)]), ...reasons].map((line) => indent(line, 6))].join('\n')
}

function percent(score: number): string {
  return `${Math.round(score * 1000) / 10} %`
}

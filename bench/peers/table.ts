import { quantile, round } from '../measure.ts'
import type { Found } from './round.ts'

/** The medians of all rounds of one contender. */
export interface Line {
  readonly name: string
  readonly title: string
  readonly version: string
  readonly settings: readonly string[]
  readonly rounds: number
  readonly perSecond: number | undefined
  readonly cpuMs: number | undefined
  readonly p50: number | undefined
  readonly p99: number | undefined
  readonly memory: number
  readonly cpu: number
  readonly processes: number
  /** Jobs over all rounds that had exactly three right steps. */
  readonly checked: number
}

/** One line a contender, in the order in which they were first measured. */
export function medians(found: readonly Found[]): Line[] {
  return [...Map.groupBy(found, ({ entry }) => entry.name).values()].map((same) => {
    const [first] = same
    if (!first) throw new Error('a group without a member')
    const { name, title, version } = first.entry
    const works = same.flatMap(({ work }) => work ?? [])
    return {
      name,
      title,
      version,
      settings: first.settings,
      rounds: same.length,
      perSecond: median(works.map((work) => work.perSecond)),
      cpuMs: median(works.map((work) => work.cpuMs)),
      p50: median(works.map((work) => work.latency.p50)),
      p99: median(works.map((work) => work.latency.p99)),
      memory: median(same.map(({ idle }) => idle.memory)) ?? Number.NaN,
      cpu: median(same.map(({ idle }) => idle.cpu)) ?? Number.NaN,
      processes: median(same.map(({ idle }) => idle.processes)) ?? Number.NaN,
      checked: works.reduce((sum, work) => sum + work.checked, 0),
    }
  })
}

function median(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : quantile(values, 0.5)
}

const heads = [
  '',
  'version',
  'jobs/s',
  '× of it',
  'CPU ms a job',
  '× of it',
  'p50 ms',
  '× of it',
  'p99 ms',
  'idle MB',
  '× of it',
  'processes',
  'idle CPU %',
  'checked',
] as const

/** The lines as a table that is also Markdown. `× of it` is how often the first contender's number goes into this one's. */
export function markdown(lines: readonly Line[]): string {
  const base = lines[0]
  const rows = lines.map((line) => [
    line.title,
    line.version,
    cell(line.perSecond),
    ratio(line.perSecond, base?.perSecond),
    cell(line.cpuMs),
    ratio(line.cpuMs, base?.cpuMs),
    cell(line.p50),
    ratio(line.p50, base?.p50),
    cell(line.p99),
    cell(line.memory),
    ratio(line.memory, base?.memory),
    cell(line.processes),
    line.cpu.toFixed(2),
    line.checked.toLocaleString('en-US'),
  ])
  const widths = heads.map((head, at) => Math.max(head.length, ...rows.map((row) => row[at]?.length ?? 0)))
  const text = (cells: readonly string[]): string =>
    `| ${cells.map((value, at) => (at === 0 ? value.padEnd(widths[at] ?? 0) : value.padStart(widths[at] ?? 0))).join(' | ')} |`
  const rule = `|${widths.map((width, at) => (at === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`
  return [text(heads), rule, ...rows.map(text)].join('\n')
}

function cell(value: number | undefined): string {
  return value === undefined ? '–' : round(value)
}

function ratio(value: number | undefined, base: number | undefined): string {
  return value === undefined || base === undefined ? '–' : (value / base).toPrecision(2)
}

import { spawnSync } from 'node:child_process'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Measure, measuresIn, quantile, round } from './measure.ts'
import { slowDisk } from './slow-disk.ts'

// Runs each benchmark as it is and on a disk whose fsync takes 1 ms longer, in turns, and prints the medians side by side:
// `npm run bench [-- --rounds 3]`. The start of a served company is measured as it is alone.
const addedMs = 1
const { values } = parseArgs({ options: { rounds: { type: 'string', default: '3' } } })
const rounds = Number(values.rounds)

interface Row extends Measure {
  /** The same on the slower disk; `undefined` where it could not be measured. */
  readonly slow: number | undefined
}

const slow = slowDisk(addedMs)
try {
  print([...sideBySide('commits.ts'), ...sideBySide('kernel.ts'), ...alone('startup.ts')])
} finally {
  slow?.remove()
}

function sideBySide(name: string): Row[] {
  const usual: Measure[] = []
  const slower: Measure[] = []
  for (let round = 0; round < rounds; round += 1) {
    usual.push(...measured(name, {}))
    if (slow) slower.push(...measured(name, slow.env))
  }
  return medians(usual).map((measure) => ({
    ...measure,
    slow: medians(slower).find((other) => other.name === measure.name)?.value,
  }))
}

function alone(name: string): Row[] {
  return process.platform === 'linux' ? measured(name, {}).map((measure) => ({ ...measure, slow: undefined })) : []
}

function medians(measures: readonly Measure[]): Measure[] {
  return [...Map.groupBy(measures, (measure) => measure.name).values()].map((same) => {
    const values = same.map((measure) => measure.value)
    return { ...same[0]!, value: quantile(values, 0.5) }
  })
}

function measured(name: string, env: Readonly<Record<string, string>>): Measure[] {
  const ended = spawnSync(process.execPath, [join(import.meta.dirname, name)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  })
  if (ended.status !== 0) throw new Error(`${name} ended with ${ended.status ?? ended.signal}`)
  return measuresIn(ended.stdout)
}

function print(rows: readonly Row[]): void {
  const lines = [
    `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`,
    slow ? '' : 'No C compiler here (or not Linux): the slower disk was not measured.',
    columns(['', 'as it is', `fsync +${addedMs} ms`, 'ratio', 'goal']),
    ...rows.map((row) =>
      columns([
        row.name,
        `${round(row.value)} ${row.unit}`,
        row.slow === undefined ? '–' : round(row.slow),
        row.slow === undefined ? '–' : round(row.slow / row.value),
        row.goal ?? '',
      ]),
    ),
  ]
  process.stdout.write(`${lines.filter((line) => line !== '').join('\n')}\n`)
}

function columns([name = '', ...cells]: readonly string[]): string {
  return name.padEnd(52) + cells.map((cell) => cell.padStart(20)).join('')
}

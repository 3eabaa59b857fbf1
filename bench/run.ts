import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { type Measure, measuresIn, round } from './measure.ts'
import { slowDisk } from './slow-disk.ts'

// Runs each benchmark as it is and on a disk whose fsync takes 1 ms longer, side by side: `npm run bench`.
const addedMs = 1
const programs = ['commits.ts', 'kernel.ts'].filter((name) => existsSync(join(import.meta.dirname, name)))

interface Row extends Measure {
  /** The same on the slower disk; `undefined` where it could not be measured. */
  readonly slow: number | undefined
}

const slow = slowDisk(addedMs)
try {
  print(programs.flatMap((name) => sideBySide(name)))
} finally {
  slow?.remove()
}

function sideBySide(name: string): Row[] {
  const usual = measured(name, {})
  const slower = slow ? measured(name, slow.env) : []
  return usual.map((measure) => ({ ...measure, slow: slower.find((other) => other.name === measure.name)?.value }))
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

import { chmodSync, copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { round as rate } from '../measure.ts'
import { clusterSettings, findPostgres, versionOf } from './cluster.ts'
import { type Entry, entries } from './entry.ts'
import { type Found, type Ground, type Load, round } from './round.ts'
import { markdown, medians } from './table.ts'

// The same durable job of three steps on Soloist and on what an engineer would take instead, in turns, on this machine:
// `npm run bench:peers [-- --rounds 3 --jobs 2000 --concurrency 50 --idle 20 --light 30 --rate 10 --only dbos,pg-boss --json]`
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    jobs: { type: 'string', default: '2000' },
    concurrency: { type: 'string', default: '50' },
    idle: { type: 'string', default: '20' },
    light: { type: 'string', default: '30' },
    rate: { type: 'string', default: '10' },
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
})
const load: Load = {
  jobs: Number(values.jobs),
  concurrency: Number(values.concurrency),
  idleSeconds: Number(values.idle),
  lightSeconds: Number(values.light),
  lightPerSecond: Number(values.rate),
}
const rounds = Number(values.rounds)
const postgres = findPostgres()
const folder = mkdtempSync(join(process.env.SOLOIST_BENCH_DIR ?? tmpdir(), 'soloist-peers-'))
// PostgreSQL may run as another user, and must get to its folder in ours.
chmodSync(folder, 0o711)

// What was interrupted in the middle is no result, but what was started is ended and what was written is removed.
const interrupted = new AbortController()
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => interrupted.abort())

try {
  print(await measure(chosen()))
} catch (error) {
  if (!interrupted.signal.aborted) throw error
  process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function chosen(): readonly Entry[] {
  const names = values.only?.split(',')
  const unknown = names?.find((name) => !entries.some((entry) => entry.name === name))
  if (unknown)
    return refuse(`There is no contender "${unknown}". There are: ${entries.map(({ name }) => name).join(', ')}.`)
  const all = entries.filter(({ name }) => names?.includes(name) ?? true)
  if (postgres) return all
  say(
    "PostgreSQL's server is not here. Next: 'apt-get install -y postgresql' (Debian). The rest is measured without it.",
  )
  return all.filter((entry) => !entry.needsPostgres)
}

async function measure(all: readonly Entry[]): Promise<Found[]> {
  const ground: Ground = { folder, node: ownNode(), postgres, signal: interrupted.signal }
  const found: Found[] = []
  for (let turn = 0; turn < rounds; turn += 1) {
    // Each round begins with another, so that none is always the one after a pause.
    for (const entry of [...all.slice(turn % all.length), ...all.slice(0, turn % all.length)]) {
      const one = await round(entry, load, ground)
      say(
        `round ${turn + 1} of ${rounds}: ${entry.name} ${JSON.stringify({ disk: one.disk, ...one.work, idle: one.idle })}`,
      )
      found.push(one)
    }
  }
  return found.toSorted((a, b) => all.indexOf(a.entry) - all.indexOf(b.entry))
}

/**
 * A copy of this Node for the contenders. Memory that two processes share counts half for each: the pages of a Node that the bench
 * runs too, and others on this machine, would make a contender look smaller than it is.
 */
function ownNode(): string {
  const copy = join(folder, 'node')
  copyFileSync(process.execPath, copy)
  return copy
}

function print(found: readonly Found[]): void {
  const lines = medians(found)
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`
  const server = postgres ? versionOf(postgres) : 'no PostgreSQL'
  if (values.json) {
    const at = new Date().toISOString()
    const settings = { postgres: clusterSettings }
    process.stdout.write(`${JSON.stringify({ at, machine, server, settings, load, rounds, lines, found }, null, 2)}\n`)
    return
  }
  const words = lines.flatMap(({ title, settings }) => [`${title}:`, ...settings.map((setting) => `  ${setting}`)])
  const { jobs, concurrency, lightSeconds, lightPerSecond, idleSeconds } = load
  const disk = found.map((one) => one.disk)
  const what = [
    `${new Date().toISOString().slice(0, 10)}, ${machine}, ${server}`,
    `medians of ${rounds} rounds; ${jobs} jobs, concurrency ${concurrency}; light load ${lightPerSecond}/s for ${lightSeconds} s; idle ${idleSeconds} s`,
    `the disk: ${rate(Math.min(...disk))} to ${rate(Math.max(...disk))} commits/s of one row by SQLite alone, a second before each measurement`,
  ]
  const cluster = postgres ? ['PostgreSQL:', `  ${clusterSettings.join(', ')}, all else as initdb leaves it`] : []
  process.stdout.write(`${[...what, '', markdown(lines), '', ...words, ...cluster].join('\n')}\n`)
}

function say(text: string): void {
  process.stderr.write(`${text}\n`)
}

function refuse(text: string): never {
  rmSync(folder, { recursive: true, force: true })
  say(text)
  process.exit(2)
}

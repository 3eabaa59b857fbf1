import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, expect, test } from 'vitest'
import { setSharedClock } from '../../src/store/shared-clock.ts'
import { days, later } from '../../src/values/time.ts'
import { utc } from './company.ts'
import { firings } from './oracle.ts'

const full = Boolean(process.env.PROOF)
const program = join(import.meta.dirname, 'punctual-process.ts')
// So that the config finds the package by its name.
const ownName = join(import.meta.dirname, '../../bin/own-name.js')
const ground = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'soloist-punctual-'))
afterAll(() => rmSync(ground, { recursive: true, force: true }))

const from = utc('2026-03-28T20:00')
const until = later(from, days(1))
// 02:30 is skipped in this night.
const cron = '30 2-23/3 * * *'
const config = `import { z } from 'zod'
import { company, pure, schedule, workflow } from 'soloist'
const note = pure({ name: 'note', does: 'Notes.', input: z.object({ text: z.string() }), output: z.object({ text: z.string() }), run: (input) => input })
const report = workflow({ name: 'report', input: z.object({}) }, (flow) => flow.task('note', note, { text: 'x' }))
export default company({
  name: 'Punctual',
  operator: { name: 'Op', email: 'op@example.org', timeZone: 'Europe/Berlin' },
  workflows: [report],
  schedules: [schedule({ name: 'night', workflow: report, cron: '${cron}', catchUp: 'all' })],
})
`

function companyIn(name: string): string {
  const folder = join(ground, name)
  mkdirSync(folder)
  writeFileSync(join(folder, 'soloist.config.ts'), config)
  setSharedClock(join(folder, 'clock'), from)
  return folder
}

async function live(folder: string, env: Readonly<Record<string, string>> = {}): Promise<number | string> {
  const child = spawn(process.execPath, ['--import', ownName, program, folder, String(until)], {
    env: {
      ...process.env,
      SOLOIST_CLOCK: join(folder, 'clock'),
      SOLOIST_VAULT_KEY: '00'.repeat(32),
      NODE_COMPILE_CACHE: join(tmpdir(), 'soloist-compile-cache'),
      ...env,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const [code, signal] = await once(child, 'close')
  return signal ?? code
}

interface Ending {
  readonly started: readonly string[]
  readonly runs: number
  readonly states: readonly string[]
}

/** What is there at the end: each occurrence with the instant at which its run began, and all runs. */
function endingOf(folder: string): Ending {
  const database = new DatabaseSync(join(folder, '.soloist/company.db'), { readOnly: true })
  try {
    const rows = database
      .prepare('SELECT nominal, due_at FROM occurrences JOIN runs ON runs.id = run_id ORDER BY due_at')
      .all() as { nominal: string; due_at: number }[]
    const states = database.prepare('SELECT state FROM runs').all() as { state: string }[]
    return {
      started: rows.map((row) => `${row.nominal} = ${new Date(row.due_at).toISOString()}`),
      runs: states.length,
      states: [...new Set(states.map((row) => row.state))],
    }
  } finally {
    database.close()
  }
}

test('killed at any commit, each occurrence has one run and each run its occurrence', {
  timeout: 3_600_000,
}, async () => {
  const clean = companyIn('clean')
  const count = join(clean, 'count')
  expect(await live(clean, { SOLOIST_CRASH_COUNT: count })).toBe(0)
  const started = firings(cron, 'Europe/Berlin', { from, until, most: 99 })
  expect(started).toContain('2026-03-29T02:30 = 2026-03-29T01:00:00.000Z')
  const expected = { started, runs: started.length, states: ['done'] }
  expect(endingOf(clean)).toEqual(expected)
  const { commit } = JSON.parse(readFileSync(count, 'utf8')) as { commit: number }
  expect(commit).toBeGreaterThan(20)
  // The first commits make the store; from then on every one, or a sample that is spread over the day.
  const moments = Array.from({ length: commit }, (_, index) => index + 1)
  const chosen = full ? moments : moments.filter((nth) => nth % Math.ceil(commit / 6) === 3)
  let killed = 0
  for (const nth of chosen) {
    for (const side of full ? ['before', 'after'] : [nth % 2 === 0 ? 'before' : 'after']) {
      const folder = companyIn(`${side}-${nth}`)
      if ((await live(folder, { SOLOIST_CRASH: `${side}:commit:${nth}` })) === 'SIGKILL') killed += 1
      expect(await live(folder), `${side} ${nth}`).toBe(0)
      expect(endingOf(folder), `${side} ${nth}`).toEqual(expected)
      rmSync(folder, { recursive: true })
    }
  }
  expect(killed).toBeGreaterThan(chosen.length * 0.8)
})

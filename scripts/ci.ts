import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { parseArgs } from 'node:util'
import { say, type Tally, tally, total } from './ci/report.ts'
import { type Step, steps } from './ci/steps.ts'

// The whole proof as a list of named steps: `npm test`, or `npm test -- --only unit,tidy`. With PROOF=1 (`npm run proof`) the
// tests run their full length. The last line is `N passed, N failed`; the exit code is 0 only if every step went well.
const root = join(import.meta.dirname, '..')
// A step that hangs must not hang the rest. The proofs may take hours.
const longestStepMs = (process.env.PROOF ? 240 : 10) * 60_000
const todo = chosen()
const scratch = mkdtempSync(join(tmpdir(), 'soloist-ci-'))

interface Ended {
  readonly step: Step
  readonly ok: boolean
  readonly tally: Tally
}
const none: Tally = { passed: 0, failed: 0, skipped: 0 }

try {
  const ended = todo.map(perform)
  const failed = ended.filter((end) => !end.ok).map((end) => end.step.name)
  const counted = total(ended.map((end) => end.tally))
  line(failed.length === 0 ? '\nEvery step went well.' : `\nSteps that failed: ${failed.join(', ')}.`)
  line(`${counted.passed} passed, ${counted.failed} failed`)
  process.exitCode = failed.length === 0 ? 0 : 1
} finally {
  rmSync(scratch, { recursive: true, force: true })
}

function chosen(): Step[] {
  const { values } = parseArgs({ options: { only: { type: 'string', multiple: true } } })
  const all = steps(root)
  const names = values.only?.flatMap((given) => given.split(',')) ?? all.map((step) => step.name)
  return names.map(
    (name) => all.find((step) => step.name === name || step.name.split(' ')[0] === name) ?? unknown(name, all),
  )
}

function unknown(name: string, all: readonly Step[]): never {
  line(`There is no step "${name}". There are: ${all.map((step) => step.name).join(', ')}.`)
  process.exit(2)
}

function perform(step: Step): Ended {
  process.stdout.write(`${step.name.padEnd(16)} `)
  const started = performance.now()
  const ended = 'command' in step ? command(step) : tests(step)
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  line(`${seconds.padStart(6)} s  ${ended.says}`)
  if (!ended.ok) line(ended.output)
  return { step, ok: ended.ok, tally: ended.tally }
}

interface Performed {
  readonly ok: boolean
  readonly says: string
  readonly output: string
  readonly tally: Tally
}

function command(step: Extract<Step, { command: unknown }>): Performed {
  const { ok, output } = run(step.command)
  return { ok, says: ok ? 'ok' : 'failed', output, tally: none }
}

function tests(step: Extract<Step, { tests: unknown }>): Performed {
  if (step.tests.length === 0) return { ok: true, says: 'none yet', output: '', tally: none }
  const report = join(scratch, `${step.name.replaceAll(' ', '-')}.json`)
  const options = [...step.options, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const { ok, output } = run(['vitest', 'run', ...options, ...step.tests])
  const counted = readTally(report)
  if (counted === undefined) return { ok: false, says: 'failed: no report', output, tally: none }
  return { ok: ok && counted.failed === 0, says: say(counted), output, tally: counted }
}

// Without a report the run broke before its end: the caller says so, and shows what it printed.
function readTally(report: string): Tally | undefined {
  try {
    return tally(readFileSync(report, 'utf8'))
  } catch {
    return undefined
  }
}

function run(given: readonly string[]): { ok: boolean; output: string } {
  const [name = '', ...args] = given
  const path = `${join(root, 'node_modules/.bin')}${delimiter}${process.env.PATH}`
  const ended = spawnSync(name, args, {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, PATH: path },
    maxBuffer: 256 * 1024 * 1024,
    timeout: longestStepMs,
    killSignal: 'SIGKILL',
  })
  const why = ended.error ? `\n${name}: ${ended.error.message}` : ''
  return { ok: ended.status === 0, output: `${ended.stdout}${ended.stderr}${why}` }
}

function line(text: string): void {
  process.stdout.write(`${text}\n`)
}

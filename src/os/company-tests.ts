import { existsSync, globSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { type EventData, run } from 'node:test'
import { refuse } from '../values/fault.ts'
import { fileFailure, type WhyFailed, whyFailed } from './test-failure.ts'

/** What became of one test of a company. */
export interface TestResult {
  /** Relative to the company's folder. */
  readonly file: string
  /** With the names of the suites around it: `newsletter > sends once`. */
  readonly name: string
  readonly state: 'passed' | 'failed' | 'skipped'
  readonly ms: number
  /** Set when it failed. */
  readonly why: WhyFailed | null
}

/** Who hears what happens: each result in the order of the file, and what the tests print. */
export interface TestListener {
  result(result: TestResult): void
  printed(text: string): void
}

// What others wrote, and what the company made itself.
const notOurs = ['**/node_modules/**', '**/.*/**', 'outbox/**']

/**
 * The test files of a company, relative to its folder: every `*.test.ts` in it, or those that were named (files, or folders of
 * them). Faults: `input.unknown`, `test.none`.
 */
export function testFiles(folder: string, named: readonly string[], cwd = folder): string[] {
  const wanted = named.length === 0 ? [folder] : named.map((name) => resolve(cwd, name))
  const missing = wanted.find((path) => !existsSync(path))
  if (missing !== undefined) {
    refuse('input.unknown', { kind: 'file', name: relative(cwd, missing), nearest: '', command: 'ls' })
  }
  const found = wanted.flatMap((path) =>
    path.endsWith('.ts')
      ? [path]
      : globSync('**/*.test.ts', { cwd: path, exclude: notOurs }).map((file) => resolve(path, file)),
  )
  const files = [...new Set(found)].map((path) => relative(folder, path)).sort()
  return files.length > 0 ? files : refuse('test.none', { folder })
}

/**
 * Runs test files of a company with Node's own test runner, each in a process of its own, where the name `soloist` means the
 * Soloist that runs this.
 */
export async function runTests(folder: string, files: readonly string[], listener: TestListener): Promise<void> {
  const paths = files.map((file) => resolve(folder, file))
  const execArgv = preloaded().flatMap((module) => ['--import', module])
  const reading = new Reading(folder, paths, listener)
  for await (const event of run({ cwd: folder, files: paths, execArgv })) reading.hear(event as TestEvent)
}

// In a checkout these are the sources, in the package its build: both lie under one folder beside bin/.
function preloaded(): string[] {
  const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'))
  return ['../../bin/own-name.js', `./lend${extension}`].map((path) => new URL(path, import.meta.url).href)
}

/** Of what Node's runner tells, all that is read here. */
type TestEvent =
  | { readonly type: 'test:start'; readonly data: EventData.TestStart }
  | { readonly type: 'test:stdout'; readonly data: EventData.TestStdout }
  | { readonly type: 'test:stderr'; readonly data: EventData.TestStderr }
  | { readonly type: 'test:summary'; readonly data: EventData.TestSummary }
  | Ended
type Ended =
  | { readonly type: 'test:pass'; readonly data: EventData.TestPass }
  | { readonly type: 'test:fail'; readonly data: EventData.TestFail }

/**
 * Makes results of what the runner tells. It runs files side by side but tells of one after the other, as they were given; the file
 * that an event names is where `test` was called, which for a suite of ours is the suite's.
 */
class Reading {
  readonly #folder: string
  readonly #paths: readonly string[]
  readonly #listener: TestListener
  #place = 0
  #suites: string[] = []
  #said = ''

  constructor(folder: string, paths: readonly string[], listener: TestListener) {
    this.#folder = folder
    this.#paths = paths
    this.#listener = listener
  }

  hear(event: TestEvent): void {
    switch (event.type) {
      case 'test:start':
        this.#suites = [...this.#suites.slice(0, event.data.nesting), event.data.name]
        break
      case 'test:stdout':
        this.#listener.printed(event.data.message)
        break
      case 'test:stderr':
        this.#said += event.data.message
        break
      case 'test:summary':
        if (event.data.file !== undefined) this.#endFile(event.data.file)
        break
      case 'test:pass':
      case 'test:fail': {
        const result = this.#isFile(event) ? this.#fileResult(event) : this.#result(event)
        if (result) this.#listener.result(result)
        break
      }
      default:
        // The runner tells more than is read here.
        event satisfies never
    }
  }

  #isFile({ data }: Ended): boolean {
    return data.nesting === 0 && this.#paths.includes(data.name)
  }

  /** A file without tests passes; one that cannot be loaded, or whose process ends too early, has said why on standard error. */
  #fileResult({ type, data }: Ended): TestResult | undefined {
    const [said, ms] = [this.#said, Math.round(data.details.duration_ms)]
    if (type === 'test:fail') this.#said = ''
    this.#endFile(data.name)
    if (type === 'test:pass') return undefined
    const file = relative(this.#folder, data.name)
    return { file, name: 'the file itself', state: 'failed', ms, why: fileFailure(said) }
  }

  /** A suite is no test, and neither is a test that failed only by those within it. */
  #result(event: Ended): TestResult | undefined {
    const { data } = event
    if (data.details.type === 'suite') return undefined
    const why = event.type === 'test:fail' ? whyFailed(event.data.details.error, this.#folder) : null
    if (why === undefined) return undefined
    const leftOut = data.skip !== undefined || data.todo !== undefined
    return {
      file: relative(this.#folder, this.#paths[this.#place] ?? ''),
      name: [...this.#suites.slice(0, data.nesting), data.name].join(' > '),
      state: why !== null ? 'failed' : leftOut ? 'skipped' : 'passed',
      ms: Math.round(data.details.duration_ms),
      why,
    }
  }

  #endFile(path: string): void {
    if (this.#said !== '') this.#listener.printed(this.#said)
    this.#said = ''
    this.#place = Math.max(this.#place, this.#paths.indexOf(path) + 1)
  }
}

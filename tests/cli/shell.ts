import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serve } from '../../src/api/serve.ts'
import { soloist } from '../../src/cli/soloist.ts'
import type { World } from '../../src/cli/world.ts'
import { examineClosed } from '../../src/os/doctor/examine.ts'
import type { Os } from '../../src/os/os.ts'
import { systemClock } from '../../src/store/clock.ts'
import { openTestCompany, type TestCompany } from '../api/company.ts'

/** What a command printed and how it ended. */
export interface Said {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** A terminal in a folder of its own that holds a company, in which a test types commands. */
export class Shell {
  readonly folder: string
  /** What the next command reads from standard input. */
  stdin = ''
  /** What opening the company throws, when it should. */
  refusal: unknown
  opened = 0
  /** Whether the next command is typed at a terminal. */
  isWatched = false

  constructor(folder: string) {
    this.folder = folder
  }

  static async make(): Promise<Shell> {
    const shell = new Shell(await mkdtemp(join(tmpdir(), 'soloist-cli-')))
    await shell.write('soloist.config.ts', '')
    return shell
  }

  /** Types a command and waits for its end. */
  async type(...argv: readonly string[]): Promise<Said> {
    const out: string[] = []
    const err: string[] = []
    const code = await soloist(this.#world(argv, out, err))
    return { code, out: out.join('\n'), err: err.join('\n') }
  }

  /** `soloist start` in the background; ends with what it said. */
  async start(...options: readonly string[]): Promise<{ end(): Promise<Said> }> {
    const out: string[] = []
    const err: string[] = []
    const ready = Promise.withResolvers<void>()
    const world = this.#world(['start', '--port', '0', ...options], out, err)
    const stopped = Promise.withResolvers<void>()
    const running = soloist({
      ...world,
      stopped() {
        ready.resolve()
        return stopped.promise
      },
    })
    await Promise.race([ready.promise, running])
    return {
      async end() {
        stopped.resolve()
        return { code: await running, out: out.join('\n'), err: err.join('\n') }
      },
    }
  }

  /** Looks behind the desk: the company's rows, while no command has it. */
  async behind<T>(look: (company: TestCompany) => Promise<T>): Promise<T> {
    const company = await openTestCompany(this.folder)
    try {
      return await look(company)
    } finally {
      await company.os.close()
    }
  }

  write(name: string, text: string): Promise<void> {
    return writeFile(join(this.folder, name), text)
  }

  read(name: string): Promise<string> {
    return readFile(join(this.folder, name), 'utf8')
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true })
  }

  #world(argv: readonly string[], out: string[], err: string[]): World {
    return {
      argv,
      cwd: this.folder,
      timeZone: 'Europe/Prague',
      out: (line) => out.push(line),
      err: (line) => err.push(line),
      isWatched: this.isWatched,
      readAll: async () => this.stdin,
      readSecret: async () => this.stdin.split('\n', 1)[0] ?? '',
      stopped: async () => {},
      open: (folder) => this.#open(folder),
      importCompany: async (_archive, folder) => ({ folder, lastSeq: 7, epoch: 2, kind: 'copy', paused: true }),
      examine: (folder, fix) =>
        examineClosed({ folder, env: { SOLOIST_VAULT_KEY: '07'.repeat(32) }, clock: systemClock(), fix }, () =>
          this.#open(folder),
        ),
      serve,
      version: '0.0.0',
      starter: join(this.folder, 'starter'),
    }
  }

  async #open(folder: string): Promise<Os> {
    if (this.refusal) throw this.refusal
    this.opened += 1
    return (await openTestCompany(folder)).os
  }
}

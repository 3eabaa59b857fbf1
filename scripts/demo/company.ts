import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setSharedClock } from '../../src/store/shared-clock.ts'
import type { Instant } from '../../src/values/time.ts'

// The command under demonstration: this checkout's, or the one that SOLOIST_COMMAND names (an installed package's).
const command = process.env.SOLOIST_COMMAND ?? join(import.meta.dirname, '../../bin/soloist.js')
const [program, before] = command.endsWith('.js') ? [process.execPath, [command]] : [command, []]
// Exit codes that are no failure here: done, and done so far with the operator's turn next.
const fine = [0, 3]

/** How a command ended and what it said. */
export interface Said {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** A company in a temporary folder, driven by its public commands alone, under a clock that all of them share. */
export class DemoCompany {
  readonly home = mkdtempSync(join(tmpdir(), 'soloist-demo-'))
  readonly folder = join(this.home, 'company')
  readonly #clock = join(this.home, 'clock')
  #desk: ChildProcess | undefined

  constructor(begin: Instant) {
    this.setTime(begin)
  }

  setTime(at: Instant): void {
    setSharedClock(this.#clock, at)
  }

  /** What a command prints on standard output. Throws with all that it said when it fails. */
  async soloist(args: readonly string[], input = ''): Promise<string> {
    const { code, out, err } = await this.type(args, input)
    if (!fine.includes(code)) throw new Error(`soloist ${args.join(' ')} ended with ${code}:\n${err}${out}`)
    return out
  }

  /** A command in the folder above the company's, however it ends. */
  async type(args: readonly string[], input = ''): Promise<Said> {
    const child = this.#spawn(args)
    let out = ''
    let err = ''
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      out += text
    })
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      err += text
    })
    child.stdin?.end(input)
    const [code] = (await once(child, 'close')) as [number]
    return { code, out, err }
  }

  /** The same with `--json`. The answer is what the operation's schema says; the demo reads it as `T`. */
  async ask<T>(args: readonly string[], input = ''): Promise<T> {
    return JSON.parse(await this.soloist([...args, '--json', '--company', this.folder], input)) as T
  }

  /** Starts `soloist start` and waits until it says where it listens. */
  async serve(): Promise<void> {
    const desk = this.#spawn(['start', '--port', '0', '--company', this.folder])
    this.#desk = desk
    let said = ''
    await new Promise<void>((resolve, reject) => {
      const hear = (text: string): void => {
        said += text
        if (/^Desk: /m.test(said)) resolve()
      }
      desk.stdout?.setEncoding('utf8').on('data', hear)
      desk.stderr?.setEncoding('utf8').on('data', hear)
      desk.on('close', () => reject(new Error(`soloist start stopped:\n${said}`)))
    })
  }

  /** Stops the desk as Ctrl-C would. Gives its exit code, or `null` when none ran or it died of the signal. */
  async stop(): Promise<number | null> {
    const desk = this.#desk
    if (desk && desk.exitCode === null && desk.signalCode === null) {
      const closed = once(desk, 'close')
      desk.kill('SIGTERM')
      await closed
    }
    return desk?.exitCode ?? null
  }

  /** Stops the desk and removes the folder. */
  async close(): Promise<void> {
    await this.stop()
    rmSync(this.home, { recursive: true, force: true })
  }

  #spawn(args: readonly string[]): ChildProcess {
    return spawn(program as string, [...(before as string[]), ...args], {
      cwd: this.home,
      // A dozen commands load the same modules: compiled once, each starts in half the time (measured here: 0.9 s, 0.45 s).
      env: { ...process.env, SOLOIST_CLOCK: this.#clock, NODE_COMPILE_CACHE: join(this.home, 'compiled') },
    })
  }
}

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Block, pattern, readGuide, type Step } from './read.ts'

// Long enough for a slow machine; what hangs is found.
const patienceMs = 60_000

/**
 * Plays a guide in an empty temporary folder: runs its commands in one shell, writes and changes its files, and compares what
 * is printed with what it shows. `soloist` is a command line of the command under test. Throws at the first thing that is
 * otherwise than the guide says.
 */
export async function playGuide(markdown: string, soloist: string, tell: (what: string) => void): Promise<void> {
  const player = new Player(soloist, tell)
  try {
    for (const block of readGuide(markdown)) await player.play(block)
  } finally {
    await player.close()
  }
}

class Player {
  readonly #home = mkdtempSync(join(tmpdir(), 'soloist-guide-'))
  readonly #state = join(this.#home, 'shell')
  readonly #soloist: string
  readonly #tell: (what: string) => void
  #folder = join(this.#home, 'desk')
  #running: ChildProcess | undefined
  #gate = ''

  constructor(soloist: string, tell: (what: string) => void) {
    this.#soloist = soloist
    this.#tell = tell
    mkdirSync(this.#folder)
    writeFileSync(this.#state, `cd '${this.#folder}'\nunset SOLOIST_VAULT_KEY SOLOIST_CLOCK\n`)
  }

  async play(block: Block): Promise<void> {
    switch (block.kind) {
      case 'install':
        for (const command of block.commands) await this.#install(command)
        return
      case 'file':
        this.#tell(`writes ${block.path}`)
        mkdirSync(dirname(join(this.#folder, block.path)), { recursive: true })
        writeFileSync(join(this.#folder, block.path), block.text)
        return
      case 'diff':
        this.#tell(`changes ${block.path}`)
        this.#change(block)
        return
      case 'console':
        for (const [index, step] of block.steps.entries()) {
          await this.#step(step, block.line, block.stop && index === block.steps.length - 1)
        }
    }
  }

  async close(): Promise<void> {
    if (this.#running?.pid !== undefined) process.kill(-this.#running.pid, 'SIGKILL')
    rmSync(this.#home, { recursive: true, force: true })
  }

  async #install(command: string): Promise<void> {
    if (!command.startsWith('npm install')) {
      await this.#shell(command, undefined)
      return
    }
    const shim = join(this.#folder, 'node_modules/.bin/soloist')
    mkdirSync(dirname(shim), { recursive: true })
    writeFileSync(shim, `#!/bin/sh\nexec ${this.#soloist} "$@"\n`)
    chmodSync(shim, 0o755)
  }

  #change({ path, changes, line }: Extract<Block, { kind: 'diff' }>): void {
    const file = join(this.#folder, path)
    let text = readFileSync(file, 'utf8')
    for (const change of changes) {
      const old = `${change.out.join('\n')}\n`
      if (text.split(old).length !== 2) throw new Error(`line ${line}: ${path} does not have these lines once:\n${old}`)
      text = text.replace(old, () => `${change.in.join('\n')}\n`)
    }
    writeFileSync(file, text)
  }

  async #step({ command, prints }: Step, line: number, stop: boolean): Promise<void> {
    this.#tell(`$ ${command}`)
    const wanted = pattern(prints)
    const printed = await this.#shell(command.replaceAll('gat_…', this.#gate), stop ? wanted : undefined)
    this.#gate = /gat_\w+/.exec(printed)?.[0] ?? this.#gate
    if (wanted.test(printed)) return
    throw new Error(
      `line ${line}: "${command}" prints otherwise.\n--- The guide:\n${prints.join('\n')}\n--- In fact:\n${printed}`,
    )
  }

  /** Runs a command where the last one left the shell; with `until`, until it has printed that, and stops it then. */
  async #shell(command: string, until: RegExp | undefined): Promise<string> {
    const script = `exec 2>&1; . "${this.#state}"; ${command}\n{ declare -px; printf 'cd %q\\n' "$PWD"; } > "${this.#state}"`
    // A group of its own, so that Ctrl-C reaches all of it, as in a terminal.
    const child = spawn('bash', ['-c', script], { stdio: ['ignore', 'pipe', 'inherit'], detached: true })
    this.#running = child
    const signal = (name: NodeJS.Signals): void => {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, name)
    }
    const limit = setTimeout(() => signal('SIGKILL'), patienceMs)
    let printed = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text
      if (until?.test(printed)) signal('SIGINT')
    })
    await once(child, 'close')
    clearTimeout(limit)
    this.#running = undefined
    this.#folder = /^declare -x PWD="(.*)"$/m.exec(readFileSync(this.#state, 'utf8'))?.[1] ?? this.#folder
    return printed === '' || printed.endsWith('\n') ? printed : `${printed}\n`
  }
}

import { spawn } from 'node:child_process'
import { setPriority } from 'node:os'
import type { Readable, Writable } from 'node:stream'
import { hostText } from './boot-host.ts'
import type { Caps, Walls } from './layers.ts'
import { longestLine } from './message.ts'

/** A process of the sandbox, as its keeper sees it. It does one job, and dies. */
export interface Child {
  readonly pid: number
  /** The next line, or how it ended. */
  next(): Promise<Said>
  write(line: string): void
  /** Lets everything else on the machine go first. */
  stepBack(): void
  kill(): void
  /** Resolves once the system has no such process any more. */
  readonly gone: Promise<void>
  /** Kept alive by it, or not: one that only waits for work keeps nobody. */
  ref(isNeeded: boolean): void
}

export type Said =
  | { readonly kind: 'line'; readonly line: string }
  | { readonly kind: 'flood'; readonly why: string }
  | { readonly kind: 'gone'; readonly code: number | null; readonly signal: string | null; readonly noise: string }

/** Memory of one process. */
export interface Memory {
  /** MiB of JavaScript's own heap. */
  readonly heap: number
  /** Bytes of all that it may take from the system. */
  readonly bytes: number
}

// Node says on its error output why it gives up; whoever writes more there is no agent.
const mostNoise = 64 * 1024
const keptNoise = 4096

/** Starts a process that waits for its job. `null` where the system refused to start it. */
export function startChild(node: string, walls: Walls, place: number, caps: Caps, memory: Memory): Child | null {
  const isConfined = walls.states.some(({ name, active }) => name === 'realm' && active)
  const command = [...walls.command(place, caps), node, ...flags(memory), '-e', hostText(isConfined)]
  const [file = node, ...args] = command
  const child = spawn(file, args, { env: {}, cwd: '/', stdio: ['pipe', 'pipe', 'pipe', 'pipe'] })
  const { pid } = child
  child.on('error', () => undefined)
  if (pid === undefined) return null
  const [input, output, noise, channel] = child.stdio as unknown as [Writable, Readable, Readable, Readable]
  const lines = new Lines()
  for (const pipe of [input, output, noise, channel]) pipe.on('error', () => undefined)
  channel.setEncoding('utf8').on('data', (text: string) => lines.take(text))
  let loud = 0
  let last = ''
  for (const pipe of [output, noise])
    pipe.setEncoding('utf8').on('data', (text: string) => {
      loud += text.length
      last = (last + text).slice(-keptNoise)
      if (loud > mostNoise) lines.flood(`more than ${mostNoise / 1024} KiB on its outputs`)
    })
  child.once('close', (code, signal) => lines.end({ kind: 'gone', code, signal, noise: last }))
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  return {
    pid,
    gone,
    next: () => lines.next(),
    write: (line) => void input.write(`${line}\n`),
    stepBack: () => stepBack(pid),
    kill() {
      child.kill('SIGKILL')
      for (const pipe of [input, output, noise, channel]) pipe.destroy()
    },
    ref(isNeeded) {
      for (const part of [child, input, output, noise, channel] as unknown as NodeJS.Timeout[])
        if (isNeeded) part.ref()
        else part.unref()
    },
  }
}

// So low that a loop in it does not delay the control plane, and not so low that it never has its turn.
const patience = 10

function stepBack(pid: number): void {
  try {
    setPriority(pid, patience)
  } catch {
    // It is gone already; how it ended is told elsewhere.
  }
}

/** What of Node a process may not have; `docs/guide/sandbox.md` says why each. */
function flags({ heap }: Memory): string[] {
  return [
    '--permission',
    ...['--no-addons', '--no-experimental-sqlite', '--no-experimental-ffi', '--disable-sigusr1'],
    ...['--no-experimental-websocket', '--no-experimental-global-navigator'],
    ...['--disable-proto=delete', '--disallow-code-generation-from-strings', '--jitless', '--v8-pool-size=0'],
    ...[`--max-old-space-size=${heap}`, '--max-semi-space-size=8', '--no-warnings'],
  ]
}

const mostHeld = 4 * longestLine

/** An empty line takes room too. */
function costOf(line: string): number {
  return line.length + 100
}

/** What a process said, line by line, for one reader; bounded. */
class Lines {
  readonly #ready: Said[] = []
  #waits: ((said: Said) => void) | undefined
  #rest = ''
  #held = 0
  #over = false

  take(text: string): void {
    if (this.#over) return
    const parts = (this.#rest + text).split('\n')
    this.#rest = parts.pop() ?? ''
    for (const line of parts) {
      this.#held += costOf(line)
      if (line.length <= longestLine) this.#give({ kind: 'line', line })
    }
    const longest = Math.max(this.#rest.length, ...parts.map((line) => line.length))
    if (longest > longestLine) this.flood('a message of more than 1 MiB')
    else if (this.#held > mostHeld) this.flood('more than 4 MiB that nobody had read yet')
  }

  flood(why: string): void {
    this.end({ kind: 'flood', why })
  }

  end(said: Said): void {
    if (this.#over) return
    this.#over = true
    // Nothing that a flood brought is listened to any more.
    if (said.kind === 'flood') this.#ready.length = 0
    this.#give(said)
  }

  next(): Promise<Said> {
    const said = this.#ready.shift()
    if (!said)
      return new Promise((resolve) => {
        this.#waits = resolve
      })
    if (said.kind === 'line') this.#held -= costOf(said.line)
    else this.#ready.unshift(said)
    return Promise.resolve(said)
  }

  #give(said: Said): void {
    const waits = this.#waits
    this.#waits = undefined
    if (!waits) this.#ready.push(said)
    else {
      if (said.kind === 'line') this.#held -= costOf(said.line)
      else this.#ready.push(said)
      waits(said)
    }
  }
}

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'

/** A real process that runs a piece of TypeScript; ends with the test at the latest. */
export interface Child {
  readonly process: ChildProcess
  /** The next line that it prints; rejects when it ends before. */
  line(): Promise<string>
  /** Tells it to go on: one line to its standard input. */
  say(line: string): void
  /** Resolves when it has ended, with its exit code or the signal that ended it. */
  readonly ended: Promise<number | string>
  readonly stderr: () => string
}

const source = new URL('../../src/', import.meta.url).href

/** Starts `node` on a script, in which `SRC` stands for the address of our sources. */
export function startChild(script: string, options: { env?: Record<string, string>; uid?: number } = {}): Child {
  const code = script.replaceAll('SRC/', source)
  const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', code], {
    env: { ...process.env, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
  })
  let stderr = ''
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const ended = once(child, 'close').then(([code, signal]) => (signal ?? code) as number | string)
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  return {
    process: child,
    ended,
    stderr: () => stderr,
    say: (line) => child.stdin.write(`${line}\n`),
    async line() {
      const { value, done } = await lines.next()
      if (done) throw new Error(`the child ended without a word: ${stderr}`)
      return value
    },
  }
}

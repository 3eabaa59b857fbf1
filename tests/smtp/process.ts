import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** A real process that runs one of the scripts in this folder. */
export interface Process {
  /** The next line that it prints; rejects when it ends before. */
  line(): Promise<string>
  /** Tells it to end. */
  end(): Promise<void>
  /** SIGKILL; resolves when it is dead. */
  kill(): Promise<void>
}

export function startProcess(script: string, args: readonly string[]): Process {
  const child = spawn(process.execPath, [join(import.meta.dirname, script), ...args], { stdio: 'pipe' })
  let stderr = ''
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const ended = once(child, 'close')
  return {
    async line() {
      const { value, done } = await lines.next()
      if (done) throw new Error(`${script} ended without a word: ${stderr}`)
      return value
    },
    async end() {
      child.stdin.end('end\n')
      const [code] = await ended
      if (code !== 0) throw new Error(`${script} ended with ${code}: ${stderr}`)
    },
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

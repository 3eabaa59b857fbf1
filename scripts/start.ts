import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

// `npm start`: a company in ./company, made from the starter when there is none, and served until Ctrl-C.
const root = join(import.meta.dirname, '..')
const folder = join(root, 'company')
const more = process.argv.slice(2)

if (!existsSync(join(folder, 'soloist.config.ts'))) await soloist(['init', folder])
await soloist(['start', '--company', folder, ...more])

/** Runs the command to its end; its exit code is ours when it is not 0. */
async function soloist(args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [join(root, 'bin/soloist.js'), ...args], { stdio: 'inherit' })
  // A terminal sends Ctrl-C to both; what is sent to us alone is passed on, and we stay until the command has stopped.
  const passOn = (signal: NodeJS.Signals): void => {
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, passOn)
  const code = await new Promise<number>((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code, signal) => resolve(code ?? (signal ? 130 : 1)))
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, passOn)
  if (code !== 0) process.exit(code)
}

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { makeCompany } from '../src/os/starter-copy.ts'
import { Refusal } from '../src/values/fault.ts'

// `npm start`: a company in ./company, made from the starter when there is none, and served until Ctrl-C. All in one process: each
// further one would load the same modules again before the desk answers.
const root = join(import.meta.dirname, '..')
const folder = join(root, 'company')
// Soon enough for who stops npm and goes on; a look costs a system call.
const parentLookMs = 250

if (await isMade()) {
  stopWithParent()
  process.argv.splice(2, 0, 'start', '--company', folder)
  await import(pathToFileURL(join(root, 'bin/soloist.js')).href)
}

/** npm passes a signal to its shell alone, which dies of it without a word: then our parent is another, and we stop as if asked to. */
function stopWithParent(): void {
  const parent = process.ppid
  const look = (): boolean => process.ppid === parent || process.kill(process.pid, 'SIGTERM')
  setInterval(look, parentLookMs).unref()
}

async function isMade(): Promise<boolean> {
  if (existsSync(join(folder, 'soloist.config.ts'))) return true
  try {
    const { files } = await makeCompany(join(root, 'starter'), folder)
    say(`Made a company in ./company: ${files.length} files.`)
    say('Keep a copy of company/.soloist/vault.key elsewhere: without it the company cannot be read.\n')
    return true
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const { code, message, next } = error.fault
    process.stderr.write(`${code}: ${message}\nNext: ${next}\n`)
    process.exitCode = 1
    return false
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

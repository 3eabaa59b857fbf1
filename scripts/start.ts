import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { makeCompany } from '../src/os/starter-copy.ts'
import { Refusal } from '../src/values/fault.ts'

// `npm start`: a company in ./company, made from the starter when there is none, and served until Ctrl-C. All in one process: each
// further one would load the same modules again before the desk answers.
const root = join(import.meta.dirname, '..')
const folder = join(root, 'company')

if (await isMade()) {
  process.argv.splice(2, 0, 'start', '--company', folder)
  await import(pathToFileURL(join(root, 'bin/soloist.js')).href)
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

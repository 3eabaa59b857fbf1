import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { systemTimeZone } from '../store/clock.ts'
import { refuse } from '../values/fault.ts'
import type { World } from './world.ts'

/** The terminal, arguments and signals of this process, for the command. */
export function terminal(): Omit<World, 'version' | 'open' | 'importCompany' | 'examine' | 'serve' | 'starter'> {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', unlessNobodyReads)
  return {
    argv: process.argv.slice(2),
    cwd: process.cwd(),
    timeZone: systemTimeZone(),
    out: (line) => void process.stdout.write(`${line}\n`),
    err: (line) => void process.stderr.write(`${line}\n`),
    isWatched: process.stderr.isTTY,
    readAll: () => text(process.stdin),
    readSecret: (question, again) => (process.stdin.isTTY ? askTwice(askQuietly, question, again) : firstLine()),
    stopped,
  }
}

/** `soloist runs | head`: who stopped reading does not want the rest, and what was begun is still finished. */
function unlessNobodyReads(error: Error): void {
  if (!('code' in error) || error.code !== 'EPIPE') throw error
}

async function firstLine(): Promise<string> {
  return (await text(process.stdin)).split(/\r?\n/, 1)[0] ?? ''
}

/** Asks, and asks once more where there is a question for that. Fault: `input.invalid` when the two are not the same. */
export async function askTwice(
  ask: (question: string) => Promise<string>,
  question: string,
  again: string | undefined,
): Promise<string> {
  const said = await ask(question)
  if (again !== undefined && (await ask(again)) !== said) {
    refuse('input.invalid', { what: 'What you typed', why: 'the second time it was something else' })
  }
  return said
}

/** Readline echoes to its output; into one that swallows everything, nothing is seen. */
async function askQuietly(question: string): Promise<string> {
  process.stderr.write(question)
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: process.stdin, output: silent, terminal: true, historySize: 0 })
  try {
    return await lines.question('')
  } finally {
    lines.close()
    process.stderr.write('\n')
  }
}

function stopped(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve())
  return promise
}

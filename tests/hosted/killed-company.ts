import { spawn } from 'node:child_process'
import { hash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setSharedClock } from '../../src/store/shared-clock.ts'
import { instant, later, seconds } from '../../src/values/time.ts'
import { openCrashCompany } from '../crash/company.ts'
import { letterBy } from '../crash/letter.ts'
import type { Ended } from '../crash/processes.ts'
import { clockOf } from '../crash/scene-files.ts'
import type { Asked, Trouble } from './provider-server.ts'
import type { HostedProvider, hostedProviders } from './providers.ts'

const program = join(import.meta.dirname, 'company-process.ts')

// Each company of these tests is killed, and its provider is as it likes.
const moods: readonly (Trouble | undefined)[] = [
  undefined,
  undefined,
  { how: 'cut', when: 'after' },
  { how: 'cut', when: 'before' },
  { how: 'silent', when: 'after' },
  { how: 'answers', when: 'after', status: 500 },
  { how: 'answers', when: 'before', status: 503, headers: { 'retry-after': '20' } },
  { how: 'answers', when: 'before', status: 429, headers: { 'retry-after': '40' } },
  { how: 'answers', when: 'before', status: 409 },
  { how: 'babbles', when: 'after', text: '<html>' },
]

/** A provider of the suite, and the processes of the companies that use it, one after the other. */
export async function killedScene(open: (typeof hostedProviders)[number]['open']) {
  let here = ''
  const now = (): number => (existsSync(clockOf(here)) ? Number(readFileSync(clockOf(here), 'utf8').split(' ')[0]) : 0)
  const provider = await open(now)
  return {
    provider,
    /** Runs the company's process to its end, or to where the environment has it killed. */
    async run(
      folder: string,
      env: Readonly<Record<string, string>> = {},
      only: readonly string[] = [],
    ): Promise<Ended> {
      here = folder
      const args = [program, folder, provider.name, provider.server.url, provider.secret.value, ...only]
      const child = spawn(process.execPath, args, {
        env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'soloist-compile-cache'), ...env },
        stdio: ['ignore', 'ignore', 'pipe'],
      })
      let stderr = ''
      child.stderr.on('data', (chunk) => {
        stderr += chunk
      })
      const [code, signal] = await once(child, 'close')
      return { by: signal ?? code, stderr }
    },
    /** By the seed, what is asked, and how often it was: the third time all is well. */
    moodBy(seed: string): (asked: Asked) => Trouble | undefined {
      const times = new Map<string, number>()
      return ({ method, path }) => {
        const what = `${method} ${path}`
        const nth = (times.get(what) ?? 0) + 1
        times.set(what, nth)
        const pick = Number.parseInt(hash('sha256', `${seed} ${what} ${nth}`).slice(0, 8), 16)
        const mood = nth > 2 ? undefined : moods[pick % moods.length]
        // Whoever waits for an answer that never comes waits in virtual time, which nobody else moves.
        if (mood?.how === 'silent') setSharedClock(clockOf(here), later(instant(now()), seconds(61)))
        return mood
      }
    },
  }
}

/** What a company knows at the end: its run, and its effects by their states. */
export async function endingOf(folder: string, provider: HostedProvider) {
  const { spec, ...work } = letterBy('outbox')
  const company = await openCrashCompany(folder, { ...work, spec: { ...spec, adapters: [provider.adapter] } }, {})
  try {
    const { read } = company.kernel.store
    const run = await read.selectFrom('runs').select('state').executeTakeFirstOrThrow()
    const effects = await read.selectFrom('effects').select(['action', 'state']).execute()
    const open = effects.filter(({ state }) => state === 'intended' || state === 'unknown')
    const done = effects.filter(({ state }) => state === 'done').map(({ action }) => action)
    return { run: run.state, open, done: done.sort() }
  } finally {
    await company.close()
  }
}

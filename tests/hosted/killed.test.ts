import { spawn } from 'node:child_process'
import { hash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { setSharedClock } from '../../src/store/shared-clock.ts'
import { instant, later, seconds } from '../../src/values/time.ts'
import { openCrashCompany } from '../crash/company.ts'
import { letterBy } from '../crash/letter.ts'
import { allPoints, type Point, sampleOf } from '../crash/points.ts'
import { type Ended, openGround } from '../crash/processes.ts'
import { clockOf, countOf } from '../crash/scene-files.ts'
import type { Asked, Trouble } from './provider-server.ts'
import { hostedProviders } from './providers.ts'

const full = Boolean(process.env.PROOF)
const seed = process.env.SEED ?? '1'
const longest = 3_600_000
const program = join(import.meta.dirname, 'company-process.ts')
const readers = 5

// Each company of these tests is killed, and its provider is as it likes: what it does is decided by the seed and by how often it
// was asked the same.
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

describe.each(hostedProviders)(
  'a newsletter at $name, killed at any moment while its provider has moods',
  ({ open }) => {
    let here = ''
    const now = (): number =>
      existsSync(clockOf(here)) ? Number(readFileSync(clockOf(here), 'utf8').split(' ')[0]) : 0
    let provider: Awaited<ReturnType<typeof open>>
    let ground: ReturnType<typeof openGround>
    let points: readonly Point[]
    let prepared = ''

    beforeAll(async () => {
      provider = await open(now)
      ground = openGround()
      prepared = ground.folder()
      expect(await runCompany(prepared, {}, ['prepare'])).toEqual({ by: 0, stderr: '' })
      provider.readers(readers)
      const folder = ground.folder(prepared)
      expect(await runCompany(folder, { SOLOIST_CRASH_COUNT: countOf(folder) })).toEqual({ by: 0, stderr: '' })
      const all = allPoints(JSON.parse(readFileSync(countOf(folder), 'utf8')))
      expect(all.length).toBeGreaterThan(40)
      points = full ? all : sampleOf(all, 2, seed)
    }, longest)
    afterAll(async () => {
      await provider.server.close()
      ground.close()
    })

    test(
      'it goes out once, to everybody, and nothing is left lying there',
      async () => {
        let killed = 0
        for (const point of points) {
          const folder = ground.folder(prepared)
          // Each company makes the same keys: its provider has to be a new one to it.
          provider.reset()
          provider.readers(readers)
          provider.server.mood(moodFor(point))
          if ((await runCompany(folder, { SOLOIST_CRASH: point })).by === 'SIGKILL') killed += 1
          expect(await runCompany(folder), point).toEqual({ by: 0, stderr: '' })
          provider.server.mood(undefined)
          expect(
            provider.sent().map((to) => to.length),
            point,
          ).toEqual([readers])
          expect(provider.drafts(), point).toEqual([])
          expect(await ending(folder), point).toEqual({
            run: 'done',
            open: [],
            done: ['newsletters.schedule', 'newsletters.send'],
          })
          rmSync(folder, { recursive: true })
        }
        expect(killed).toBeGreaterThan(points.length * 0.8)
      },
      longest,
    )

    /** By the seed, the moment of the kill, what is asked, and how often it was: the third time all is well. */
    function moodFor(point: Point): (asked: Asked) => Trouble | undefined {
      const times = new Map<string, number>()
      return ({ method, path }) => {
        const what = `${method} ${path}`
        const nth = (times.get(what) ?? 0) + 1
        times.set(what, nth)
        const pick = Number.parseInt(hash('sha256', `${seed} ${point} ${what} ${nth}`).slice(0, 8), 16)
        const mood = nth > 2 ? undefined : moods[pick % moods.length]
        // Whoever waits for an answer that never comes waits in virtual time, which nobody else moves.
        if (mood?.how === 'silent') setSharedClock(clockOf(here), later(instant(now()), seconds(61)))
        return mood
      }
    }

    async function runCompany(
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
    }

    /** What the company knows at the end: its run, and its effects by their states. */
    async function ending(folder: string) {
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
  },
)

import { readFileSync, rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openCrashCompany } from './company.ts'
import { endingOf } from './ending.ts'
import { brokenLaws } from './laws.ts'
import { allPoints, type Point, sampleOf } from './points.ts'
import { openGround, runCompany } from './processes.ts'
import { countOf } from './scene-files.ts'
import { type WorkName, workNamed } from './works.ts'

const full = Boolean(process.env.PROOF)
const seed = process.env.SEED ?? '1'
// Processes at once; two is what a small machine has.
const hands = 2
const longest = 3_600_000
// Moments that nobody reaches would prove nothing.
const isMany = (moments: number): boolean => moments >= 5

/** Looks at a company that is at its end: what it has, what is wrong with it, and how often it had to ask. */
async function inspect(folder: string, work: WorkName) {
  const company = await openCrashCompany(folder, workNamed(work), {})
  try {
    const doubts = await company.kernel.store.read
      .selectFrom('gates')
      .select('id')
      .where('reason', '=', 'doubt')
      .execute()
    return {
      ending: await endingOf(company.kernel, folder),
      broken: await brokenLaws(company.kernel, folder),
      doubts: doubts.length,
    }
  } finally {
    await company.close()
  }
}

const soonAfter = (index: number): Point => `${index % 8 === 0 ? 'before' : 'after'}:commit:${3 + (index % 7)}`

describe.each<{ work: WorkName; sample: number; inFlight: number }>([
  { work: 'outbox-letter', sample: 8, inFlight: 0 },
  { work: 'unsure-letter', sample: 10, inFlight: 4 },
  { work: 'workshop', sample: 14, inFlight: 1 },
])('$work, killed at any moment', ({ work, sample, inFlight }) => {
  let ground: ReturnType<typeof openGround>
  let prepared: string
  let clean: Awaited<ReturnType<typeof inspect>>
  let points: readonly Point[]
  afterAll(() => ground?.close())

  beforeAll(async () => {
    ground = openGround()
    prepared = ground.folder()
    expect(await runCompany(prepared, work, {}, ['prepare'])).toEqual({ by: 0, stderr: '' })
    const folder = ground.folder(prepared)
    expect(await runCompany(folder, work, { SOLOIST_CRASH_COUNT: countOf(folder) })).toEqual({ by: 0, stderr: '' })
    clean = await inspect(folder, work)
    const moments = JSON.parse(readFileSync(countOf(folder), 'utf8'))
    expect(moments).toEqual({ commit: expect.toSatisfy(isMany), call: expect.toSatisfy(isMany) })
    const all = allPoints(moments)
    points = full ? all : sampleOf(all, sample, seed)
  })

  test('without a crash it breaks no law', () => {
    expect(clean.broken).toEqual([])
  })

  test(
    'ends as it does without a crash',
    async () => {
      let killed = 0
      const left = [...points]
      const hand = async (): Promise<void> => {
        for (let point = left.shift(); point !== undefined; point = left.shift()) {
          const folder = ground.folder(prepared)
          const first = await runCompany(folder, work, { SOLOIST_CRASH: point })
          if (first.by === 'SIGKILL') killed += 1
          else expect(first, point).toEqual({ by: 0, stderr: '' })
          // Some are killed again while they take up what the first kill left.
          if (left.length % 4 === 0) await runCompany(folder, work, { SOLOIST_CRASH: soonAfter(left.length) })
          expect(await runCompany(folder, work), point).toEqual({ by: 0, stderr: '' })
          const crashed = await inspect(folder, work)
          expect(crashed.broken, point).toEqual([])
          expect(crashed.ending, point).toEqual(clean.ending)
          expect(crashed.doubts, point).toBeLessThanOrEqual(clean.doubts + 2 * inFlight)
          rmSync(folder, { recursive: true })
        }
      }
      await Promise.all(Array.from({ length: hands }, hand))
      // Commits are shared by chance, so that the last moments may not come; all the others do.
      expect(killed).toBeGreaterThan(points.length * 0.8)
    },
    longest,
  )
})

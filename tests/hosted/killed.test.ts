import { readFileSync, rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { allPoints, type Point, sampleOf } from '../crash/points.ts'
import { openGround } from '../crash/processes.ts'
import { countOf } from '../crash/scene-files.ts'
import { endingOf, killedScene } from './killed-company.ts'
import { hostedProviders } from './providers.ts'

const full = Boolean(process.env.PROOF)
const seed = process.env.SEED ?? '1'
const longest = 3_600_000
const readers = 5

describe.each(hostedProviders)('a newsletter at $name, its company killed while the provider has moods', ({ open }) => {
  let scene: Awaited<ReturnType<typeof killedScene>>
  let ground: ReturnType<typeof openGround>
  let points: readonly Point[]
  let prepared = ''

  beforeAll(async () => {
    scene = await killedScene(open)
    ground = openGround()
    prepared = ground.folder()
    expect(await scene.run(prepared, {}, ['prepare'])).toEqual({ by: 0, stderr: '' })
    scene.provider.readers(readers)
    const folder = ground.folder(prepared)
    expect(await scene.run(folder, { SOLOIST_CRASH_COUNT: countOf(folder) })).toEqual({ by: 0, stderr: '' })
    const all = allPoints(JSON.parse(readFileSync(countOf(folder), 'utf8')))
    expect(all.length).toBeGreaterThan(40)
    points = full ? all : sampleOf(all, 2, seed)
  }, longest)
  afterAll(async () => {
    await scene.provider.server.close()
    ground.close()
  })

  test(
    'goes out once, to everybody, and nothing is left lying there',
    async () => {
      let killed = 0
      for (const point of points) killed += (await goesOutOnce(point)) ? 1 : 0
      // Commits are shared by chance, so that the last moments may not come; all the others do.
      expect(killed).toBeGreaterThan(points.length * 0.8)
    },
    longest,
  )

  /** Gives whether the moment came. */
  async function goesOutOnce(point: Point): Promise<boolean> {
    const { provider } = scene
    const folder = ground.folder(prepared)
    // Each company makes the same keys: its provider has to be a new one to it.
    provider.reset()
    provider.readers(readers)
    provider.server.mood(scene.moodBy(`${seed} ${point}`))
    const { by } = await scene.run(folder, { SOLOIST_CRASH: point })
    expect(await scene.run(folder), point).toEqual({ by: 0, stderr: '' })
    provider.server.mood(undefined)
    const counts = provider.sent().map((to) => to.length)
    expect([counts, provider.drafts()], point).toEqual([[readers], []])
    const done = ['newsletters.schedule', 'newsletters.send']
    expect(await endingOf(folder, provider), point).toEqual({ run: 'done', open: [], done })
    rmSync(folder, { recursive: true })
    return by === 'SIGKILL'
  }
})

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fakeClock } from '../../src/testing/clock.ts'
import { later, minutes } from '../../src/values/time.ts'
import { begin } from '../executor/company.ts'
import { kept, replayed } from '../replay/replay.ts'
import { openBatching } from './batch-company.ts'
import { BatchServer, usage } from './batch-server.ts'

const full = Boolean(process.env.PROOF)
let server: BatchServer
let folders: string
let now = begin
beforeAll(() => {
  folders = mkdtempSync(join(tmpdir(), 'soloist-batch-'))
})
afterAll(() => rmSync(folders, { recursive: true, force: true }))

/** One life of the company's process; true when it was killed on the way. */
async function live(folder: string, env: Record<string, string>): Promise<boolean> {
  const args = [join(import.meta.dirname, 'batch-process.ts'), folder, server.url, String(now)]
  const child = spawn(process.execPath, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'pipe'] })
  let stderr = ''
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
  if (code !== 0 && signal !== 'SIGKILL') throw new Error(`the company ended with ${code}: ${stderr}`)
  // The lease of whoever died has run out by then.
  now = later(now, minutes(10))
  return signal === 'SIGKILL'
}

/** A company that dies at this moment and is started again: whether it died, and what it came to. */
async function story(name: string, env: Record<string, string>) {
  server = await BatchServer.open(() => now / 1000)
  server.endsAtLook = 2
  const folder = join(folders, name.replaceAll(':', '-'))
  now = begin
  const first = await openBatching(folder, server.url, fakeClock(now))
  await first.begin()
  await first.close()
  const died = await live(folder, env)
  if (died) expect(await live(folder, {})).toBe(false)
  const last = await openBatching(folder, server.url, fakeClock(now))
  const { store, budget } = last.kernel
  const [run] = await store.read.selectFrom('runs').select(['id', 'state']).execute()
  const { spent, reserved } = await budget.spentOn({ scope: `run:${run!.id}`, period: 'life' })
  const rows = await store.read.selectFrom('batches').select('state').execute()
  expect(await replayed(last.kernel)).toEqual(await kept(last.kernel))
  const story = {
    state: run!.state,
    spent,
    reserved,
    rows: rows.map(({ state }) => state),
    sent: server.batches.length,
  }
  await last.close()
  await server.close()
  return { died, story: { ...story, ordinary: server.ordinary } }
}

test('a company that is killed before and after each durable moment of a batch sends it once and pays it once', {
  timeout: full ? 2_400_000 : 120_000,
}, async () => {
  const count = join(folders, 'count.json')
  const untouched = await story('untouched', { SOLOIST_CRASH_COUNT: count })
  const once = { state: 'done', rows: ['answered'], sent: 1, ordinary: [], reserved: 0 }
  const expected = { ...once, spent: (usage.input + usage.output * 10) / 2 }
  expect(untouched).toEqual({ died: false, story: expected })
  const { commit, call } = JSON.parse(readFileSync(count, 'utf8')) as { commit: number; call: number }
  expect(call).toBe(1)
  const moments = [
    ...['before:call:1', 'after:call:1'],
    ...Array.from({ length: commit }, (_, at) => [`before:commit:${at + 1}`, `after:commit:${at + 1}`]).flat(),
  ]
  for (const moment of moments.filter((_, at) => full || at === 1 || at === 11)) {
    expect([moment, await story(moment, { SOLOIST_CRASH: moment })]).toEqual([moment, { died: true, story: expected }])
  }
})

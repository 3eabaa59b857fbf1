import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { kept, replayed } from '../replay/replay.ts'
import { brokenChain } from './chain.ts'
import { companyFolder, openHooks, post, serveHooks, signed } from './company.ts'
import { openReceiver } from './receiver.ts'

const full = Boolean(process.env.PROOF)
let folder: string
let receiver: Awaited<ReturnType<typeof openReceiver>>
let child: ChildProcess | undefined
beforeEach(async () => {
  folder = companyFolder()
  receiver = await openReceiver()
})
afterEach(() => {
  child?.kill('SIGKILL')
  if (existsSync(folder)) rmSync(folder, { recursive: true, force: true })
})

/** Starts the company's process; gives where it listens, or `undefined` when it was killed before. */
async function start(crash?: string): Promise<{ url: string | undefined; ended: Promise<unknown> }> {
  const env = { ...process.env, ...(crash === undefined ? {} : { SOLOIST_CRASH: crash }) }
  child = spawn(process.execPath, [join(import.meta.dirname, 'company-process.ts'), folder, receiver.host], {
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = once(child, 'close')
  const lines = createInterface({ input: child.stdout as NonNullable<ChildProcess['stdout']> })
  const line = await Promise.race([once(lines, 'line').then(([text]) => String(text)), ended.then(() => undefined)])
  return { url: line, ended }
}

/** Looks at the company when nobody has it, once all that is due is done. */
async function atTheEnd<T>(look: (os: Awaited<ReturnType<typeof openHooks>>) => Promise<T>): Promise<T> {
  const os = await openHooks(folder, { allowPrivate: [receiver.host] })
  try {
    await os.idle()
    expect(await brokenChain(os)).toBeUndefined()
    expect(await replayed(os)).toEqual(await kept(os))
    return await look(os)
  } finally {
    await os.close()
  }
}

// A process opens in some five commits; from there on each belongs to what came in.
const moments = full
  ? Array.from({ length: 14 }, (_, nth) => nth + 1).flatMap((nth) => [`before:commit:${nth}`, `after:commit:${nth}`])
  : ['before:commit:4', 'after:commit:4']

test('an event that is delivered until it is taken starts one run, wherever the process dies', {
  timeout: 600_000,
}, async () => {
  let midway = 0
  for (const moment of moments) {
    rmSync(folder, { recursive: true, force: true })
    folder = companyFolder()
    const os = await openHooks(folder)
    await os.close()
    const sent = signed({ id: 'evt_1', type: 'member.added', data: { name: 'Ana' } })
    const first = await start(moment)
    const taken = first.url === undefined ? undefined : await post(first.url, sent).catch(() => undefined)
    if (taken === undefined) {
      await first.ended
      if (first.url !== undefined) midway += 1
    } else child?.kill('SIGKILL')
    await first.ended
    // A sender that got no answer delivers again; one that got it may.
    const next = await openHooks(folder)
    const second = await serveHooks(next)
    const again = await post(second.url, sent)
    expect(again.status, moment).toBe(200)
    if (taken?.status === 200) expect(again.said.known, moment).toBe(true)
    await second.close()
    await next.close()
    const found = await atTheEnd(async ({ store }) => ({
      runs: await store.read.selectFrom('runs').select('state').execute(),
      receipts: await store.read.selectFrom('receipts').select('state').execute(),
    }))
    expect(found, moment).toEqual({ runs: [{ state: 'done' }], receipts: [{ state: 'started' }] })
  }
  // Killed between the delivery and its answer.
  expect(midway).toBeGreaterThan(0)
})

const calls = full
  ? ['before:call:1', 'after:call:1', 'before:call:2', 'after:call:2', 'after:call:3']
  : ['after:call:1', 'before:call:2']

test('a delivery that the process dies in is made again under its id, and none is left out', {
  timeout: 600_000,
}, async () => {
  for (const moment of calls) {
    rmSync(folder, { recursive: true, force: true })
    folder = companyFolder()
    receiver.told.length = 0
    const os = await openHooks(folder, { allowPrivate: [receiver.host] })
    await os.webhooks.add({ url: receiver.url, kinds: ['run.done'], secret: 'out', payload: 'ids' })
    await os.pause('a while')
    await Promise.all([1, 2, 3].map(() => os.start('welcome', { name: 'Ana' }, 'operator')))
    await os.resume('on')
    await os.close()
    const { ended } = await start(moment)
    await ended
    const done = await atTheEnd(async ({ store }) =>
      (await store.read.selectFrom('events').select('seq').where('kind', '=', 'run.done').orderBy('seq').execute()).map(
        ({ seq }) => seq,
      ),
    )
    expect(done).toHaveLength(3)
    expect(receiver.seqs(), moment).toEqual(done)
    expect(receiver.told.length, moment).toBeLessThanOrEqual(4)
    expect(receiver.told.every((one) => one.signed)).toBe(true)
  }
})

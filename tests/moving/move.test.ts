import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { serve } from '../../src/api/serve.ts'
import { decide } from '../../src/executor/decide.ts'
import { importCompany } from '../../src/os/archive/import.ts'
import { readToken } from '../../src/os/desk-file.ts'
import { homeRow } from '../../src/os/home.ts'
import { setSharedClock, sharedClock } from '../../src/store/shared-clock.ts'
import { makeVaultKey } from '../../src/store/vault-key.ts'
import { instant } from '../../src/values/time.ts'
import { openParts, passphrase, tempFolder } from '../archive/company.ts'
import { endingOf } from '../crash/ending.ts'
import { brokenLaws } from '../crash/laws.ts'
import { live, startOnce } from '../crash/live.ts'
import { clockOf } from '../crash/scene-files.ts'
import { faultFrom } from '../store/open-store.ts'
import { atCrossroads } from './crossroads.ts'

// Where the machine is busy, processes and threads take seconds.
vi.setConfig({ testTimeout: 240_000 })

type Opened = Awaited<ReturnType<typeof openParts>>

const open = (folder: string): Promise<Opened> => openParts(folder, atCrossroads.spec, sharedClock(clockOf(folder)))

/** A company in the middle of everything: its operator has answered the first of two gates. */
async function companyAtCrossroads(): Promise<Opened> {
  const folder = join(tempFolder(), 'ana')
  for (const part of ['.soloist', 'agents']) mkdirSync(join(folder, part), { recursive: true })
  makeVaultKey(join(folder, '.soloist/vault.key'))
  setSharedClock(clockOf(folder), instant(Date.UTC(2026, 2, 13, 9)))
  const opened = await open(folder)
  const { kernel, worker } = opened
  await startOnce(kernel, atCrossroads)
  await worker.idle()
  const covered = await kernel.store.read.selectFrom('gate_covers').select('gate_id').executeTakeFirstOrThrow()
  await decide(kernel, covered.gate_id, { verdict: 'approved' })
  await worker.idle()
  return opened
}

const statesOf = async ({ kernel: { store } }: Opened) => ({
  tasks: Object.fromEntries(
    (await store.read.selectFrom('tasks').select(['name', 'state']).execute()).map(({ name, state }) => [name, state]),
  ),
  effects: await store.read.selectFrom('effects').select(['action', 'state']).orderBy('action').execute(),
  gates: await store.read.selectFrom('gates').select(['reason', 'state']).orderBy('opened_seq').execute(),
})

const inTheMiddle = {
  tasks: { first: 'done', post: 'held', book: 'ready', late: 'ready', open: 'held', loud: 'waiting', end: 'waiting' },
  effects: [
    { action: 'ledger.book', state: 'intended' },
    { action: 'press.post', state: 'unknown' },
  ],
}

/** All that a company has at its end, but in which folder it is at home. */
async function endOf({ kernel, folder }: Opened): Promise<Record<string, readonly string[]>> {
  const { meta = [], ...ending } = await endingOf(kernel, folder)
  return { ...ending, meta: meta.filter((row) => !row.includes(homeRow)) }
}

const kindsOf = async ({ kernel }: Opened): Promise<string[]> =>
  (await kernel.journal.page({ after: 0, limit: 500 }))
    .map((event) => event.kind)
    .filter((kind) => /^company/.test(kind))

async function movedFrom(source: Opened): Promise<Opened> {
  const archive = join(dirname(source.folder), 'ana.soloist')
  await source.os.export(archive, { move: true, passphrase })
  await source.os.close()
  const folder = join(dirname(source.folder), 'elsewhere')
  await importCompany(archive, folder, passphrase)
  return open(folder)
}

test('a company that moves in the middle of everything ends as one that stayed', async () => {
  const stayed = await companyAtCrossroads()
  expect(await statesOf(stayed)).toMatchObject(inTheMiddle)
  expect(await live(stayed, atCrossroads)).toBe('done')
  const ending = await endOf(stayed)
  const events = await kindsOf(stayed)

  const moved = await movedFrom(await companyAtCrossroads())
  expect(await statesOf(moved)).toMatchObject(inTheMiddle)
  expect(await live(moved, atCrossroads)).toBe('done')
  expect(await endOf(moved)).toEqual(ending)
  expect(await brokenLaws(moved.kernel, moved.folder)).toEqual([])
  expect(await kindsOf(moved)).toEqual([
    ...events,
    // The source's last words, and the one event of the import; the pause was the move's own.
    ...['company.paused', 'company.exported', 'company.imported', 'company.resumed'],
  ])
})

test('what moved away refuses to go on, in the process that moved it, over its desk and when it is opened again, and says where to', async () => {
  const source = await companyAtCrossroads()
  const before = await statesOf(source)
  const desk = await serve(source.os, { port: 0 })
  const authorization = `Bearer ${await readToken(source.folder)}`
  const call = async (path: string, body?: object) => {
    const answer = await fetch(`${desk.url}/api${path}`, {
      headers: { authorization },
      ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
    })
    return [answer.status, await answer.json()] as const
  }
  const archive = join(dirname(source.folder), 'ana.soloist')
  expect((await call('/company/export', { path: archive, passphrase, move: true }))[0]).toBe(200)
  const sealed = {
    code: 'store.sealed',
    message: expect.stringContaining(archive),
    next: expect.stringContaining(archive),
  }
  for (const [path, body] of [
    ['/runs', { workflow: 'crossroads', input: { text: 'tea' } }],
    ['/company/resume', {}],
    ['/company/export', { path: `${archive}.2`, passphrase }],
    ['/company/export', { path: `${archive}.3`, passphrase, move: true }],
  ] as const) {
    expect(await call(path, body), path).toEqual([409, { fault: expect.objectContaining(sealed) }])
  }
  // What it knows can still be read.
  expect((await call('/runs'))[0]).toBe(200)
  expect((await call('/company/health'))[0]).toBe(200)
  expect(await faultFrom(source.os.idle())).toMatchObject(sealed)
  expect(await statesOf(source)).toEqual(before)
  await desk.close()
  await source.os.close()
  expect(await faultFrom(open(source.folder))).toMatchObject(sealed)
})

test('a plain copy sends nothing before its operator says so, and asks about everything that was on its way out', async () => {
  const source = await companyAtCrossroads()
  const archive = join(dirname(source.folder), 'copy.soloist')
  await source.os.export(archive, { move: false, passphrase })
  const folder = join(dirname(source.folder), 'copy')
  const { epoch, paused } = await importCompany(archive, folder, passphrase)
  expect({ epoch, paused }).toEqual({ epoch: 2, paused: true })
  const copy = await open(folder)
  const outside = async () => (await endingOf(copy.kernel, folder)).outside
  const before = await outside()
  setSharedClock(clockOf(folder), instant(Date.UTC(2026, 2, 20)))
  copy.os.work()
  await copy.os.idle()
  expect(await outside()).toEqual(before)
  expect((await statesOf(copy)).effects).toEqual([
    { action: 'ledger.book', state: 'unknown' },
    { action: 'press.post', state: 'unknown' },
  ])
  // The source goes on as if nothing had happened.
  expect(await live(source, atCrossroads)).toBe('done')
})

import { afterEach, expect, test } from 'vitest'
import { retryRun } from '../../src/executor/retry.ts'
import type { ReleaseView } from '../../src/os/queries/releases.ts'
import { Refusal } from '../../src/values/fault.ts'
import type { RunId } from '../../src/values/id.ts'
import { flows, lived, openIn, type ReleaseCompany, writer } from './company.ts'

let company: ReleaseCompany
afterEach(() => company?.close())

async function open(now = writer(4)) {
  company = await openIn(await lived([writer(3), writer(4)]), { workflows: flows(now) })
}
const codeOf = async (asked: Promise<unknown>): Promise<string> => {
  const error = await asked.then(
    () => undefined,
    (caught: unknown) => caught,
  )
  return error instanceof Refusal ? error.fault.code : `no fault: ${error}`
}
const set = (shares: Record<string, number>, why = 'a test') =>
  company.call<ReleaseView>('releases.set', {
    agent: 'writer',
    shares: Object.entries(shares).map(([version, share]) => ({ version, share })),
    why,
  })
const sharesNow = async () => {
  const { versions } = await company.call<ReleaseView>('releases.show', { agent: 'writer' })
  return Object.fromEntries(versions.map((one) => [one.version, one.withdrawn ? 'withdrawn' : one.share]))
}

test('without a release the version of the folder takes all, also one that was never used', async () => {
  await open(writer(5))
  expect(await sharesNow()).toEqual({ 5: 100, 4: 0, 3: 0 })
  expect(await company.body(await company.run('write'))).toBe('v5 1')
})

test('a released version runs from what is kept of it, whatever the folder has now', async () => {
  await open(writer(5))
  await set({ 3: 100 })
  expect(await company.body(await company.run('write'))).toBe('v3 1')
})

test('a version is resolved once for each run: a later release and a restart change nothing in a run that is under way', async () => {
  await open()
  await set({ 3: 100 })
  const run = await company.run('twice')
  await set({ 4: 100 })
  const folder = company.os.folder
  await company.close()
  company = await openIn(folder, { workflows: flows(writer(5)) })
  const [gate] = await company.gates()
  await company.os.decide(gate!.id, { verdict: 'returned', comment: 'again' })
  await company.os.idle()
  const [second] = await company.gates()
  await company.os.decide(second!.id, { verdict: 'approved' })
  await company.os.idle()
  expect(await company.body(run)).toBe('v3 2')
  expect(await company.body(await company.run('write'))).toMatch(/^v4/)
})

test('two versions share the runs of a company as was said', async () => {
  await open()
  await set({ 3: 50, 4: 50 })
  const versions = new Set<string | undefined>()
  for (let count = 0; count < 20; count += 1)
    versions.add((await company.body(await company.run('write')))?.slice(0, 2))
  // Both, but for one chance in half a million.
  expect([...versions].sort()).toEqual(['v3', 'v4'])
})

test.each([
  [{ 3: 90, 4: 20 }, 'release.bad-shares'],
  [{ 3: 90 }, 'release.bad-shares'],
  [{ 3: 99.5, 4: 0.5 }, 'release.bad-shares'],
  [{ 3: 100, 4: 0 }, 'release.bad-shares'],
  [{ 7: 100 }, 'input.unknown'],
])('shares that cannot stand are refused: %j', async (shares, code) => {
  await open()
  expect(await codeOf(set(shares as unknown as Record<string, number>))).toBe(code)
  expect(await sharesNow()).toEqual({ 4: 100, 3: 0 })
})

test('a release says who made it, when and why; history stays, and undo releases what held before', async () => {
  await open()
  await set({ 3: 90, 4: 10 }, 'see how it does')
  await set({ 4: 100 }, 'it does well')
  await company.call('releases.undo', { agent: 'writer', why: 'it does not' })
  expect(await sharesNow()).toEqual({ 4: 10, 3: 90 })
  await company.call('releases.undo', { agent: 'writer', why: 'from the start' })
  expect(await sharesNow()).toEqual({ 4: 100, 3: 0 })
  const { history, kind } = await company.call<ReleaseView>('releases.show', { agent: 'writer' })
  expect(kind).toBe('code')
  expect(history.map((one) => [one.cause, one.by, one.why])).toEqual([
    ['undo', 'operator', 'from the start'],
    ['undo', 'operator', 'it does not'],
    ['set', 'operator', 'it does well'],
    ['set', 'operator', 'see how it does'],
  ])
  expect(await codeOf(company.call('releases.undo', { agent: 'writer', why: 'more' }))).toBe('release.not-possible')
})

test('a withdrawn version takes no new run, and holds those that are pinned to it before they use it again', async () => {
  await open()
  await set({ 3: 90, 4: 10 })
  await set({ 4: 100 })
  const run = await company.run('twice')
  const { runs } = await company.call<{ runs: RunId[] }>('releases.withdraw', {
    agent: 'writer',
    version: '4',
    why: 'it lies',
  })
  expect(runs).toEqual([run])
  expect(await sharesNow()).toEqual({ 4: 'withdrawn', 3: 100 })
  expect(await company.body(await company.run('write'))).toMatch(/^v3/)
  const calls = company.model.calls.length
  const [look] = await company.gates()
  await company.os.decide(look!.id, { verdict: 'approved' })
  await company.os.idle()
  const [held] = await company.gates()
  const card = await company.call<{ card: { fault: { code: string; message: string; next: string } } }>('gates.show', {
    gate: held!.id,
  })
  expect(card.card.fault).toMatchObject({ code: 'release.withdrawn' })
  expect(card.card.fault.message).toContain('it lies')
  expect(card.card.fault.next).toContain(`soloist release move ${run} writer`)
  expect(company.model.calls).toHaveLength(calls)
  await company.os.decide(held!.id, { verdict: 'approved' })
  await company.os.idle()
  expect(await company.body(run)).toMatch(/^v4/)
})

/** A run of v4 that is held because v4 was withdrawn. */
async function heldRun() {
  await open()
  await set({ 4: 100 })
  const run = await company.run('twice')
  await company.call('releases.withdraw', { agent: 'writer', version: '4', why: 'it lies' })
  const [look] = await company.gates()
  await company.os.decide(look!.id, { verdict: 'approved' })
  await company.os.idle()
  return run
}

test('a held run goes on with another version in a new round, and what was done stays', async () => {
  const run = await heldRun()
  const before = company.model.calls.length
  const { tasks } = await company.call<{ tasks: string[] }>('releases.move', {
    run,
    agent: 'writer',
    version: '3',
    why: 'safer',
  })
  expect(tasks).toHaveLength(1)
  await company.os.idle()
  expect(await company.gates()).toEqual([])
  expect(await company.body(run)).toBe(`v3 ${before + 1}`)
  const rows = await company.kernel.store.read
    .selectFrom('tasks')
    .select(['name', 'round'])
    .where('run_id', '=', run)
    .orderBy('name')
    .execute()
  expect(rows).toEqual([
    { name: 'first', round: 1 },
    { name: 'look', round: 1 },
    { name: 'second', round: 2 },
  ])
})

test('a rejected question fails the task; a retry asks again, and a move takes it up', async () => {
  const run = await heldRun()
  const [gate] = await company.gates()
  await company.os.decide(gate!.id, { verdict: 'rejected', reason: 'not with that one' })
  await company.os.idle()
  const failed = await company.call<{ state: string }>('runs.show', { run })
  expect(failed.state).toBe('failed')
  await retryRun(company.kernel, run)
  await company.os.idle()
  const [again] = await company.gates()
  expect(again!.id).not.toBe(gate!.id)
  await company.os.decide(again!.id, { verdict: 'rejected', reason: 'no' })
  await company.os.idle()
  await company.call('releases.move', { run, agent: 'writer', version: '3', why: 'safer' })
  await company.os.idle()
  expect(await company.body(run)).toMatch(/^v3/)
})

test('undoing the withdrawal lets the held runs go on', async () => {
  const run = await heldRun()
  await company.call('releases.undo', { agent: 'writer', why: 'it was right after all' })
  await company.os.idle()
  expect(await company.body(run)).toMatch(/^v4/)
  expect(await sharesNow()).toEqual({ 4: 100, 3: 0 })
})

test('where every version is withdrawn no run starts', async () => {
  await open()
  await company.call('releases.withdraw', { agent: 'writer', version: '4', why: 'bad' })
  expect(await sharesNow()).toEqual({ 4: 'withdrawn', 3: 100 })
  await company.call('releases.withdraw', { agent: 'writer', version: '3', why: 'bad too' })
  expect(await codeOf(company.run('write'))).toBe('release.none')
  expect(await codeOf(company.call('releases.withdraw', { agent: 'writer', version: '3', why: 'x' }))).toBe(
    'release.not-possible',
  )
  expect(await codeOf(company.call('releases.set', { agent: 'writer', shares: 'code', why: 'x' }))).toBe(
    'release.not-possible',
  )
})

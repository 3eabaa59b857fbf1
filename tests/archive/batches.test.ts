import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { cancelRun } from '../../src/executor/cancel-run.ts'
import { looseBatches } from '../../src/executor/loose-batches.ts'
import { workflow } from '../../src/index.ts'
import { openai } from '../../src/models/providers.ts'
import { importCompany } from '../../src/os/archive/import.ts'
import { makeVaultKey } from '../../src/store/vault-key.ts'
import { type FakeClock, fakeClock } from '../../src/testing/clock.ts'
import type { RunId } from '../../src/values/id.ts'
import { hours, instant, minutes } from '../../src/values/time.ts'
import { kept, replayed } from '../replay/replay.ts'
import { calm, Given, price, writer } from '../turns/batch-company.ts'
import { BatchServer } from '../turns/batch-server.ts'
import { openParts, passphrase, tempFolder } from './company.ts'

const ofThem = workflow(
  { name: 'of-them', input: Given, lane: 'background', subject: (given) => given.get('about') },
  (flow, given) => flow.task('write', writer, { about: given.get('about') }),
)
type Company = Awaited<ReturnType<typeof openParts>>

/** A company whose one model is asked by batches. */
function openBatching(folder: string, { url }: BatchServer, clock: FakeClock): Promise<Company> {
  const models = { standard: [openai('gpt-5-mini', { url, price, batch: true, streams: false })] }
  return openParts(folder, { workflows: [calm, ofThem], agents: [writer], models, adapters: [] }, clock)
}

async function first() {
  const clock = fakeClock(instant(Date.UTC(2026, 2, 13, 9)))
  const server = await BatchServer.open(() => Math.floor(clock.now() / 1000))
  onTestFinished(() => server.close())
  const folder = join(tempFolder(), 'ana')
  for (const part of ['.soloist', 'agents']) mkdirSync(join(folder, part), { recursive: true })
  writeFileSync(join(folder, 'soloist.config.ts'), 'export default {}\n')
  writeFileSync(join(folder, 'agents/writer.md'), 'Write.')
  makeVaultKey(join(folder, '.soloist/vault.key'))
  const ana = await openBatching(folder, server, clock)
  await ana.kernel.store.write((tx) => ana.kernel.vault.setSecret(tx, 'openai.key', 'sk-test-0123456789'))
  return { ana, clock, server }
}

/** A copy that the operator lets go on beside the first company. */
async function copied(ana: Company, server: BatchServer, clock: FakeClock): Promise<Company> {
  const target = join(dirname(ana.folder), 'copy')
  await ana.os.export(`${target}.soloist`, { move: false, passphrase })
  await importCompany(`${target}.soloist`, target, passphrase, { clock })
  const copy = await openBatching(target, server, clock)
  await copy.os.resume('to look around')
  return copy
}

const start = ({ os }: Company) => os.start('calm', { about: 'tea' }, 'operator')
const stateOf = async ({ kernel }: Company, run: RunId) => (await kernel.readRun(run)).state
const batchStates = ({ batches }: BatchServer) => batches.map(({ state }) => state)

test('a copy asks anew for what waited in a batch when it was made; the batch is left to the first company', async () => {
  const { ana, clock, server } = await first()
  const run = await start(ana)
  await ana.os.idle()
  expect(batchStates(server)).toEqual(['waits'])
  const copy = await copied(ana, server, clock)
  await clock.advance(minutes(30))
  await copy.os.idle()
  expect([await stateOf(copy, run), server.ordinary.length, batchStates(server)]).toEqual(['done', 1, ['waits']])
  const money = await copy.kernel.store.read.selectFrom('reservations').select('state').orderBy('made_at').execute()
  expect(money.map(({ state }) => state)).toEqual(['unconfirmed', 'settled'])
  expect(await replayed(copy.kernel)).toEqual(await kept(copy.kernel))
  server.end('answered')
  await clock.advance(hours(1))
  await ana.os.idle()
  expect([await stateOf(ana, run), server.ordinary.length]).toEqual(['done', 1])
})

test('what was about to be sent when a copy was made is looked for by the first company alone', async () => {
  const { ana, clock, server } = await first()
  server.trouble = 'cut after'
  const run = await start(ana)
  await ana.os.idle()
  const copy = await copied(ana, server, clock)
  server.end('answered')
  await clock.advance(minutes(30))
  await copy.os.idle()
  expect([await stateOf(copy, run), server.ordinary.length]).toEqual(['done', 1])
  await ana.os.idle()
  expect([await stateOf(ana, run), server.ordinary.length]).toEqual(['done', 1])
})

test('a copy stops no batch that the first company waits for no more', async () => {
  const { ana, clock, server } = await first()
  const run = await start(ana)
  await ana.os.idle()
  await cancelRun(ana.kernel, run, 'not needed')
  const copy = await copied(ana, server, clock)
  await clock.advance(minutes(30))
  expect(await looseBatches(copy.kernel).nextDue()).toBeUndefined()
  await looseBatches(ana.kernel).end(AbortSignal.timeout(10_000))
  expect(batchStates(server)).toEqual(['cancelled'])
})

test('the same turn of a company and of its copy are two turns at a provider, and neither finds that of the other', async () => {
  const { ana, clock, server } = await first()
  const run = await start(ana)
  const copy = await copied(ana, server, clock)
  await ana.os.idle()
  server.end('answered')
  // Taken, and the copy dies before it hears of it.
  server.trouble = 'cut after'
  await copy.os.idle()
  expect(new Set(server.batches.map(({ customId }) => customId)).size).toBe(2)
  await clock.advance(minutes(30))
  await copy.os.idle()
  expect([await stateOf(copy, run), batchStates(server)]).toEqual(['running', ['answered', 'waits']])
  server.end('answered')
  await clock.advance(minutes(30))
  await copy.os.idle()
  expect([await stateOf(copy, run), server.ordinary.length]).toEqual(['done', 0])
})

/** A company with a batch about somebody, whose run was cancelled. */
async function aboutBob() {
  const opened = await first()
  const { os, kernel } = opened.ana
  const { identities, store } = kernel
  const bob = await store.write(async (tx) => {
    const id = await identities.create(tx, { kind: 'person', name: 'Bob', origin: 'operator' })
    await identities.handles.add(tx, id, 'bob@example.org', 'operator')
    return id
  })
  const run = await os.start('of-them', { about: 'bob@example.org' }, 'operator')
  await os.idle()
  await cancelRun(kernel, run, 'not needed')
  return { ...opened, bob }
}

const batchRows = ({ kernel }: Company) => kernel.store.read.selectFrom('batches').select('state').execute()
const moneyStates = ({ kernel }: Company) => kernel.store.read.selectFrom('reservations').select('state').execute()

test('a batch about somebody who is forgotten is over with that, and booked while it can be', async () => {
  const { ana, clock, bob } = await aboutBob()
  await ana.os.forget(bob, { dryRun: false, cancelRuns: true })
  expect([await batchRows(ana), await moneyStates(ana)]).toEqual([
    [{ state: 'unreadable' }],
    [{ state: 'unconfirmed' }],
  ])
  await clock.advance(hours(30))
  expect(await looseBatches(ana.kernel).nextDue()).toBeUndefined()
})

test('one that outlived its subject stops neither the chore nor a copy', async () => {
  const { ana, clock, server, bob } = await aboutBob()
  await ana.kernel.store.write((tx) => ana.kernel.vault.destroyKey(tx, bob))
  await clock.advance(hours(30))
  await looseBatches(ana.kernel).end(AbortSignal.timeout(10_000))
  expect(await batchRows(ana)).toEqual([{ state: 'sent' }])
  const copy = await copied(ana, server, clock)
  expect(await batchRows(copy)).toEqual([{ state: 'unreadable' }])
})

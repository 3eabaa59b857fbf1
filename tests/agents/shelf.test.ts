import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { pure } from '../../src/agents/agent.ts'
import { functionArtifact } from '../../src/agents/artifact.ts'
import { openShelf, type Shelf } from '../../src/agents/shelf.ts'
import { systemClock } from '../../src/store/clock.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import type { Store } from '../../src/store/store.ts'
import { openVault } from '../../src/store/vault.ts'
import { type Journal, openJournal } from '../../src/telemetry/journal.ts'
import { companyIdentity, type RunId } from '../../src/values/id.ts'
import { instant } from '../../src/values/time.ts'

let folder: string
let store: Store
let journal: Journal
let shelf: Shelf
const run = 'run_1' as RunId

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'soloist-shelf-'))
  store = openSqlite(join(folder, 'company.db'))
  journal = openJournal(store, await openVault(store, randomBytes(32), systemClock()), systemClock())
  shelf = openShelf(store, journal)
  await startRun(run)
})

afterEach(async () => {
  await store.close()
  await rm(folder, { recursive: true })
})

const number = z.object({ n: z.number() })
const double = functionArtifact(
  pure({ name: 'double', does: 'Doubles.', input: number, output: number, run: ({ n }) => ({ n: n * 2 }) }),
)
const triple = functionArtifact(
  pure({ name: 'double', does: 'Doubles.', input: number, output: number, run: ({ n }) => ({ n: n * 3 }) }),
)

test('an artifact is published once, with an event that carries it, and read back by its hash', async () => {
  await store.write((tx) => shelf.publish(tx, double))
  await store.write((tx) => shelf.publish(tx, double))
  const events = await journal.page({ after: 0, limit: 10, kind: 'artifact.published' })
  expect(events.map((event) => event.payload)).toMatchObject([{ hash: double.hash, name: 'double', body: double.body }])
  expect(await shelf.fn(double.hash)).toEqual(double.body)
  expect(await openShelf(store, journal).fn(double.hash)).toEqual(double.body)
  expect(await shelf.agent(double.hash)).toBeUndefined()
  expect(await shelf.fn(triple.hash)).toBeUndefined()
})

test('a run keeps the version that it used first, also when two pin at once', async () => {
  expect(await shelf.pinned(run, 'function', 'double')).toBeUndefined()
  await store.write(async (tx) => {
    await shelf.publish(tx, double)
    await shelf.publish(tx, triple)
  })
  const holds = await Promise.all(
    [double, triple, double].map(({ hash }) => store.write((tx) => shelf.pin(tx, run, 'function', 'double', hash))),
  )
  expect(holds).toEqual([double.hash, double.hash, double.hash])
  expect(await shelf.pinned(run, 'function', 'double')).toBe(double.hash)
  const other = 'run_2' as RunId
  await startRun(other)
  expect(await store.write((tx) => shelf.pin(tx, other, 'function', 'double', triple.hash))).toBe(triple.hash)
})

test('what was never published cannot be pinned', async () => {
  await expect(store.write((tx) => shelf.pin(tx, run, 'function', 'double', double.hash))).rejects.toThrow(
    /FOREIGN KEY/,
  )
})

test('a publication that is rolled back leaves neither row nor event', async () => {
  const rolledBack = store.write(async (tx) => {
    await shelf.publish(tx, double)
    throw new Error('no')
  })
  await expect(rolledBack).rejects.toThrow('no')
  expect(await shelf.fn(double.hash)).toBeUndefined()
  expect(await journal.page({ after: 0, limit: 10, kind: 'artifact.published' })).toEqual([])
})

async function startRun(id: RunId): Promise<void> {
  await store.write(async (tx) => {
    await tx.db
      .insertInto('identities')
      .values({ id: companyIdentity, kind: 'company', name: 'Acme', made_at: instant(0), forgotten_at: null })
      .onConflict((clash) => clash.doNothing())
      .execute()
    await tx.db
      .insertInto('plans')
      .values({ hash: 'p', body: '{}' })
      .onConflict((clash) => clash.doNothing())
      .execute()
    const input_seq = await journal.append(tx, {
      kind: 'run.started',
      subject: companyIdentity,
      origin: 'operator',
      payload: { workflow: 'w', plan: 'p', input: null, deadline: null },
    })
    await tx.db
      .insertInto('runs')
      .values({
        id,
        workflow: 'w',
        plan_hash: 'p',
        subject: companyIdentity,
        lane: 'background',
        origin: 'operator',
        state: 'running',
        input_seq,
        output_seq: null,
        started_at: instant(0),
        deadline_at: null,
        ended_at: null,
      })
      .execute()
  })
}

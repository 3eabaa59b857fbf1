import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Kernel } from '../../src/executor/kernel.ts'
import { Worker } from '../../src/executor/worker.ts'
import type { Company } from '../../src/os/commands.ts'
import { openMode } from '../../src/os/company-mode.ts'
import { type CompanySpec, company } from '../../src/os/config.ts'
import { openAdapters } from '../../src/os/open-adapters.ts'
import { openKernel } from '../../src/os/open-kernel.ts'
import { placesOf } from '../../src/os/places.ts'
import { start } from '../../src/os/start.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import type { Row } from '../../src/store/tables.ts'
import { openVault } from '../../src/store/vault.ts'
import { openJournal } from '../../src/telemetry/journal.ts'
import { fakeClock } from '../../src/testing/clock.ts'
import type { RunId } from '../../src/values/id.ts'
import type { Json } from '../../src/values/json.ts'
import { instant, seconds } from '../../src/values/time.ts'

export const begin = instant(Date.UTC(2026, 2, 13, 9))

/** A company in a temporary folder, opened for real: its store, vault, queue and executor, under a clock that the test moves. */
export async function openTestCompany(spec: Partial<CompanySpec>, files: Readonly<Record<string, string>> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'soloist-executor-'))
  const config = company({
    name: 'Test',
    operator: { name: 'Op', email: 'op@example.org', timeZone: 'UTC' },
    workflows: [],
    ...spec,
  })
  const places = placesOf(folder, config.store.folder)
  for (const part of [places.store, places.agents]) mkdirSync(part, { recursive: true })
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  const clock = fakeClock(begin)
  const store = openSqlite(places.database)
  const vault = await openVault(store, new Uint8Array(32).fill(7), clock)
  const journal = openJournal(store, vault, clock)
  const mode = await openMode(store, journal, clock)
  const adapters = openAdapters(config, vault, clock, folder)
  const kernel = await openKernel({
    config,
    places,
    store,
    vault,
    journal,
    clock,
    random: () => 0,
    mode,
    adapters,
    crash: undefined,
  })
  await store.write((tx) => kernel.identities.ensureCompany(tx, config.name))
  const worker = new Worker(kernel, { owner: 'test', concurrency: 8, lease: seconds(30) })
  const opened = { kernel, config } as Company
  return {
    folder,
    clock,
    kernel,
    config,
    worker,
    mode,
    adapters,
    start: (workflow: string, input: Json = {}, origin: 'operator' | 'external' = 'operator') =>
      start(opened, workflow, input, origin),
    run: async (workflow: string, input: Json = {}) => {
      const id = await start(opened, workflow, input, 'operator')
      await worker.idle()
      return id
    },
    ...readersOf(kernel),
    close: async () => {
      await worker.close()
      await kernel.sandbox.close()
      await adapters.close()
      kernel.queue.close()
      await store.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** What a test reads of a company: the states of a run, its output and its fault, and what waits for the operator. */
function readersOf(kernel: Kernel) {
  const { store, journal } = kernel
  return {
    tasks: async (run: RunId) => {
      const rows = await store.read.selectFrom('tasks').selectAll().where('run_id', '=', run).orderBy('name').execute()
      return Object.fromEntries(rows.map((row) => [row.name, row.state]))
    },
    stateOf: async (run: RunId) => (await kernel.readRun(run)).state,
    output: async (run: RunId) => {
      const row = await kernel.readRun(run)
      const [event] = await journal.at([row.output_seq ?? 0])
      return event?.kind === 'run.done' ? event.payload?.output : undefined
    },
    fault: async (run: RunId) => {
      const events = await journal.page({ after: 0, limit: 1000, run })
      const failed = events.findLast((event) => event.kind === 'task.failed')
      return failed?.kind === 'task.failed' ? failed.payload?.fault : undefined
    },
    gates: () => store.read.selectFrom('gates').selectAll().where('state', '=', 'open').orderBy('opened_seq').execute(),
    /** The card of a gate, as the operator sees it. */
    card: async (gate: Pick<Row<'gates'>, 'opened_seq'>) => {
      const [event] = await journal.at([gate.opened_seq])
      return event?.kind === 'gate.opened' ? (event.payload?.card ?? undefined) : undefined
    },
    events: (run: RunId) => journal.page({ after: 0, limit: 1000, run }),
  }
}
export type TestCompany = Awaited<ReturnType<typeof openTestCompany>>

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { z } from 'zod'
import { callBackLifted } from '../../src/executor/set-control.ts'
import { Worker } from '../../src/executor/worker.ts'
import { agent, pure, workflow } from '../../src/index.ts'
import { openBackups } from '../../src/os/backup/backups.ts'
import { openChores } from '../../src/os/chores.ts'
import { type Company, commandsOf } from '../../src/os/commands.ts'
import { openMode } from '../../src/os/company-mode.ts'
import { type CompanySpec, company } from '../../src/os/config.ts'
import { openAdapters } from '../../src/os/open-adapters.ts'
import { openKernel } from '../../src/os/open-kernel.ts'
import { operationNamed } from '../../src/os/operations/registry.ts'
import type { Os } from '../../src/os/os.ts'
import { placesOf } from '../../src/os/places.ts'
import type { ControlLine } from '../../src/os/queries/controls.ts'
import { openSchedules } from '../../src/os/schedules/schedules.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { openVault } from '../../src/store/vault.ts'
import type { EventKind, StoredEvent } from '../../src/telemetry/event.ts'
import { openJournal } from '../../src/telemetry/journal.ts'
import { type FakeClock, fakeClock } from '../../src/testing/clock.ts'
import type { RunId } from '../../src/values/id.ts'
import { between, type Duration, type Instant, instant, later, seconds } from '../../src/values/time.ts'

/** A Friday, ten in the morning in Berlin. */
export const begin = instant(Date.UTC(2026, 2, 13, 9))

export const Given = z.object({ about: z.string().default('tea') })
export const Text = z.object({ body: z.string() })
export const spec = {
  does: 'Writes.',
  input: Given,
  output: Text,
  tier: 'quality',
  instructions: './writer.md',
  version: 1,
} as const
const writer = agent({ name: 'writer', ...spec })
const helper = agent({ name: 'helper', ...spec })
const note = pure({ name: 'note', does: 'Notes.', input: Given, output: Given, run: (given) => given })

/** A flow of one agent in each lane, one of two agents, and one that needs no model. */
export const flows = [
  workflow({ name: 'letters', input: Given, lane: 'background' }, (flow, given) =>
    flow.task('work', writer, { about: given.get('about') }),
  ),
  workflow({ name: 'talk', input: Given, lane: 'interactive' }, (flow, given) =>
    flow.task('work', writer, { about: given.get('about') }),
  ),
  workflow({ name: 'help', input: Given, lane: 'background' }, (flow, given) =>
    flow.task('work', helper, { about: given.get('about') }),
  ),
  workflow({ name: 'notes', input: Given, lane: 'background' }, (flow, given) =>
    flow.task('work', note, { about: given.get('about') }),
  ),
]

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'soloist-controls-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

interface Opening {
  readonly folder?: string
  readonly clock?: FakeClock
  readonly onQuery?: (sql: string) => void
}

/** Opens a company as the composition root does, under a clock that the test moves; the same folder as often as the test likes. */
export async function openControlled(
  more: Partial<CompanySpec>,
  { folder = newFolder(), clock = fakeClock(begin), onQuery }: Opening = {},
) {
  const { kernel, worker, os, close } = await openParts(more, { folder, clock, onQuery })
  return {
    os,
    kernel,
    worker,
    clock,
    folder,
    close,
    call: async <T = unknown>(name: string, input: object = {}) => (await operationNamed(name).perform(os, input)) as T,
    control: (scope: string, rule: object, rest: object = {}) => control(os, scope, rule, rest),
    start: (name: string) => os.start(name, {}, 'operator'),
    pass: (by: Duration) => pass(os, clock, by),
    /** The only task of a run: its state, and the code of the fault that put it off or ended it. */
    async task(run: RunId) {
      const { items } = (await operationNamed('tasks.list').perform(os, { run })) as unknown as { items: Shown[] }
      const [task] = items
      if (!task) throw new TypeError('the run has no task')
      return task
    },
    events: async <K extends EventKind>(kind: K) =>
      (await kernel.journal.page({ after: 0, limit: 1000, kind })) as Extract<StoredEvent, { kind: K }>[],
  }
}
export type Controlled = Awaited<ReturnType<typeof openControlled>>

interface Parts {
  readonly folder: string
  readonly clock: FakeClock
  readonly onQuery: ((sql: string) => void) | undefined
}

async function openParts(more: Partial<CompanySpec>, { folder, clock, onQuery }: Parts) {
  const config = company({
    name: 'Test',
    operator: { name: 'Op', email: 'op@example.org', timeZone: 'Europe/Berlin' },
    workflows: flows,
    ...more,
  })
  const places = placesOf(folder, config.store.folder)
  for (const part of [places.store, places.agents]) mkdirSync(part, { recursive: true })
  writeFileSync(join(places.agents, 'writer.md'), 'Write.')
  const store = openSqlite(places.database, onQuery ? { onQuery } : {})
  const vault = await openVault(store, new Uint8Array(32).fill(7), clock)
  const journal = openJournal(store, vault, clock)
  const mode = await openMode(store, journal, clock)
  const adapters = openAdapters(config, vault, clock, folder)
  const ground = { config, places, store, vault, journal, clock, mode, adapters, crash: undefined, random: () => 0 }
  const kernel = await openKernel(ground)
  await store.write((tx) => kernel.identities.ensureCompany(tx, config.name))
  await store.write((tx) => kernel.queue.abandon(tx))
  await callBackLifted(kernel, instant(0))
  const worker = new Worker(kernel, { owner: 'test', concurrency: 8, lease: seconds(30) })
  const schedules = openSchedules({ kernel, config, changed: () => undefined })
  const chores = openChores([schedules.chore], clock)
  await schedules.keep()
  const backups = openBackups({ kernel, config, places })
  const parts = { backups, kernel, config, places, mode, adapters, worker, chores, schedules }
  const os = commandsOf(parts as unknown as Company)
  let open = true
  const close = async (): Promise<void> => {
    if (!open) return
    open = false
    await worker.close()
    await adapters.close()
    kernel.queue.close()
    await store.close()
  }
  onTestFinished(close)
  return { kernel, worker, os, close }
}

interface Shown {
  readonly state: string
  readonly attempt: number
  readonly dueAt: Instant | null
  readonly fault: { readonly code: string; readonly message: string; readonly next: string } | null
  readonly madeBy: { readonly model?: string } | null
}

async function control(os: Os, scope: string, rule: object, rest: object): Promise<ControlLine> {
  const set = await operationNamed('controls.set').perform(os, { scope, rule, why: 'a test', ...rest })
  return set as unknown as ControlLine
}

/** Lets time pass from one thing that is due to the next, and does each when it is due. */
async function pass(os: Os, clock: FakeClock, by: Duration): Promise<void> {
  const until = later(clock.now(), by)
  for (;;) {
    const due = await os.nextDue()
    const to = due === undefined || due > until ? until : (Math.max(due, clock.now()) as Instant)
    await clock.advance(between(clock.now(), to))
    await os.idle()
    if (due === undefined || due > until) return
  }
}

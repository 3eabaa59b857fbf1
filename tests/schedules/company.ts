import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { z } from 'zod'
import { Worker } from '../../src/executor/worker.ts'
import { pure, workflow } from '../../src/index.ts'
import { openBackups } from '../../src/os/backup/backups.ts'
import { openChores } from '../../src/os/chores.ts'
import { type Company, commandsOf } from '../../src/os/commands.ts'
import { openMode } from '../../src/os/company-mode.ts'
import { type CompanySpec, type Config, company } from '../../src/os/config.ts'
import { openAdapters } from '../../src/os/open-adapters.ts'
import { openKernel } from '../../src/os/open-kernel.ts'
import { operationNamed } from '../../src/os/operations/registry.ts'
import type { Os } from '../../src/os/os.ts'
import { placesOf } from '../../src/os/places.ts'
import { openSchedules } from '../../src/os/schedules/schedules.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import type { Row } from '../../src/store/tables.ts'
import { openVault } from '../../src/store/vault.ts'
import type { EventKind, StoredEvent } from '../../src/telemetry/event.ts'
import { openJournal } from '../../src/telemetry/journal.ts'
import { type FakeClock, fakeClock } from '../../src/testing/clock.ts'
import type { Json } from '../../src/values/json.ts'
import { between, type Duration, type Instant, instant, isoInstant, later, seconds } from '../../src/values/time.ts'

const note = pure({
  name: 'note',
  does: 'Says what it was given.',
  input: z.object({ text: z.string() }),
  output: z.object({ text: z.string() }),
  run: ({ text }) => ({ text }),
})

export const report = workflow(
  { name: 'report', input: z.object({ text: z.string().default('as ever') }) },
  (flow, input) => flow.task('note', note, { text: input.get('text') }),
)

/** The instant that a clock in UTC shows. */
export const utc = (text: string): Instant => instant(Date.parse(`${text}Z`))

function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'soloist-schedules-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export type ScheduledCompany = Awaited<ReturnType<typeof openScheduled>>

/** Opens a company with schedules as the composition root does, under a clock that the test moves; as often as the test closes it. */
export async function openScheduled(
  spec: Partial<CompanySpec>,
  { folder = tempFolder(), clock = fakeClock(utc('2026-03-02T07:00')) }: { folder?: string; clock?: FakeClock } = {},
) {
  const config = company({
    name: 'Test',
    operator: { name: 'Op', email: 'op@example.org', timeZone: 'Europe/Berlin' },
    workflows: [report],
    ...spec,
  })
  const { kernel, mode, adapters, places, sqls } = await openParts(config, folder, clock)
  const schedules = openSchedules({ kernel, config, changed: () => chores.nudge() })
  const close = async () => {
    await chores.close()
    await worker.close()
    await adapters.close()
    kernel.queue.close()
    await kernel.store.close()
  }
  const chores = openChores([schedules.chore], clock)
  const worker = new Worker(kernel, { owner: 'test', concurrency: 8, lease: seconds(30) })
  await schedules.keep().catch(async (error) => {
    await close()
    throw error
  })
  const backups = openBackups({ kernel, config, places })
  const parts = { backups, kernel, config, places, mode, adapters, worker, schedules, chores }
  const os = commandsOf(parts as unknown as Company)
  let open = true
  const closeOnce = async () => {
    if (open) await close()
    open = false
  }
  onTestFinished(closeOnce)
  return {
    os,
    kernel,
    clock,
    folder,
    /** Every query of the store so far. */
    sqls,
    chores,
    close: closeOnce,
    pass: (by: Duration) => pass(os, clock, by),
    call: (name: string, input: Json = {}) => operationNamed(name).perform(os, input),
    ...told(kernel.store.read, (kind) => kernel.journal.page({ after: 0, limit: 1000, kind })),
  }
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

async function openParts(config: Config, folder: string, clock: FakeClock) {
  const places = placesOf(folder, config.store.folder)
  for (const part of [places.store, places.agents]) mkdirSync(part, { recursive: true })
  const sqls = new Set<string>()
  const store = openSqlite(places.database, { onQuery: (sql) => sqls.add(sql) })
  const vault = await openVault(store, new Uint8Array(32).fill(7), clock)
  const journal = openJournal(store, vault, clock)
  const mode = await openMode(store, journal, clock)
  const adapters = openAdapters(config, vault, clock, folder)
  const ground = { config, places, store, vault, journal, clock, random: () => 0, mode, adapters, crash: undefined }
  const kernel = await openKernel(ground)
  await store.write((tx) => kernel.identities.ensureCompany(tx, config.name))
  return { kernel, mode, adapters, places, sqls }
}

function told(
  read: Awaited<ReturnType<typeof openSqlite>>['read'],
  page: (kind: EventKind) => Promise<readonly StoredEvent[]>,
) {
  return {
    /** The occurrences that have rows, as `nominal (started or refused)`. */
    occurrences: async (schedule: string) => {
      const rows = await read
        .selectFrom('occurrences')
        .selectAll()
        .where('schedule', '=', schedule)
        .orderBy('nominal')
        .execute()
      return rows.map((row) => `${row.nominal}${row.run_id === null ? ' refused' : ''}`)
    },
    schedule: (name: string): Promise<Row<'schedules'>> =>
      read.selectFrom('schedules').selectAll().where('name', '=', name).executeTakeFirstOrThrow(),
    /** The runs that schedules started, in the order of their start: `nominal at instant`. */
    async started() {
      const events = await page('run.started')
      return events.flatMap((event) =>
        event.kind === 'run.started' && event.payload?.schedule
          ? [`${event.payload.schedule.nominal} at ${isoInstant(event.at)}`]
          : [],
      )
    },
    async payloads<K extends EventKind>(kind: K) {
      const events = await page(kind)
      return events.map((event) => event.payload as Extract<StoredEvent, { kind: K }>['payload'])
    },
  }
}

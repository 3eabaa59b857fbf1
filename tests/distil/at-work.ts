import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Kernel } from '../../src/executor/kernel.ts'
import { Worker } from '../../src/executor/worker.ts'
import { openChores } from '../../src/os/chores.ts'
import { type Company, commandsOf } from '../../src/os/commands.ts'
import { openMode } from '../../src/os/company-mode.ts'
import { type CompanySpec, company } from '../../src/os/config.ts'
import { type Distilling as OpenDistilling, openDistilling } from '../../src/os/distil/distilling.ts'
import { openAdapters } from '../../src/os/open-adapters.ts'
import { openKernel } from '../../src/os/open-kernel.ts'
import { operationNamed } from '../../src/os/operations/registry.ts'
import type { Os } from '../../src/os/os.ts'
import { placesOf } from '../../src/os/places.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { openVault } from '../../src/store/vault.ts'
import type { EventKind, StoredEvent } from '../../src/telemetry/event.ts'
import { openJournal } from '../../src/telemetry/journal.ts'
import { type FakeClock, fakeClock } from '../../src/testing/clock.ts'
import type { IdentityId } from '../../src/values/id.ts'
import type { Json } from '../../src/values/json.ts'
import { type Duration, instant, seconds } from '../../src/values/time.ts'

export const began = Date.UTC(2026, 2, 1, 12)

/** A whole company at work under a clock that the test moves, with its distiller's instructions. */
export async function openAtWork(spec: Partial<CompanySpec> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'soloist-distil-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const operator = { name: 'Op', email: 'op@example.org', timeZone: 'UTC' }
  const config = company({ name: 'Test', operator, workflows: [], ...spec })
  const places = placesOf(folder, config.store.folder)
  for (const part of [places.store, places.agents]) mkdirSync(part, { recursive: true })
  writeFileSync(join(places.agents, 'distiller.md'), 'Say what lasts.\n')
  const clock = fakeClock(instant(began))
  const store = openSqlite(places.database)
  const vault = await openVault(store, new Uint8Array(32).fill(7), clock)
  const journal = openJournal(store, vault, clock)
  const mode = await openMode(store, journal, clock)
  const adapters = openAdapters(config, vault, clock, folder)
  const ground = { config, places, store, vault, journal, clock, random: () => 0, mode, adapters, crash: undefined }
  const kernel = await openKernel(ground)
  await store.write((tx) => kernel.identities.ensureCompany(tx, config.name))
  const distilling = openDistilling({ kernel, config }, () => chores.nudge())
  const chores = openChores([distilling.chore], clock)
  const worker = new Worker(kernel, { owner: 'test', concurrency: 4, lease: seconds(30) })
  const parts = { kernel, config, places, mode, adapters, worker, chores, distilling }
  const os = commandsOf(parts as unknown as Company)
  onTestFinished(async () => {
    distilling.close()
    await chores.close()
    await worker.close()
    await adapters.close()
    kernel.queue.close()
    await kernel.memory.close()
    await store.close()
  })
  return { os, kernel, clock, folder, chore: distilling.chore, ...acts({ os, kernel, clock, worker, distilling }) }
}

interface AtWork {
  readonly os: Os
  readonly kernel: Kernel
  readonly clock: FakeClock
  readonly worker: Worker
  readonly distilling: OpenDistilling
}

function acts({ os, kernel, clock, worker, distilling }: AtWork) {
  const { store, journal } = kernel
  return {
    call: (name: string, input: Json = {}) => operationNamed(name).perform(os, input),
    person: (name: string, email: string) =>
      store.write(async (tx) => {
        const id = await kernel.identities.create(tx, { kind: 'person', name, origin: 'operator' })
        await kernel.identities.handles.add(tx, id, email, 'operator')
        return id
      }),
    say: (identity: IdentityId, text: string, more: { externalId?: string; at?: number } = {}) => {
      const { at, ...named } = more
      const said = { identity, channel: 'mail', by: 'them', text, origin: 'external', ...named } as const
      const when = at === undefined ? {} : { at: instant(at) }
      return store.write((tx) => kernel.identities.interactions.record(tx, { ...said, ...when }))
    },
    /** Lets time pass, and what is then due be done: the chore, and the runs that it starts. */
    async pass(by: Duration) {
      await clock.advance(by)
      await worker.idle()
      for (;;) {
        const due = await distilling.chore.nextDue()
        if (due === undefined || due > clock.now()) return
        await distilling.chore.perform()
        await worker.idle()
      }
    },
    events: async <K extends EventKind>(kind: K) =>
      (await journal.page({ after: 0, limit: 1000, kind })) as Extract<StoredEvent, { kind: K }>[],
    facts: async (identity: IdentityId) => {
      const current = await kernel.identities.facts.current(identity, { limit: 500 })
      return Object.fromEntries(current.map(({ key, value }) => [key, value]))
    },
  }
}

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { agent, usd, workflow } from '../../src/index.ts'
import { openai } from '../../src/models/providers.ts'
import type { Company } from '../../src/os/commands.ts'
import { openMode } from '../../src/os/company-mode.ts'
import { company } from '../../src/os/config.ts'
import { openAdapters } from '../../src/os/open-adapters.ts'
import { openKernel } from '../../src/os/open-kernel.ts'
import { placesOf } from '../../src/os/places.ts'
import { start } from '../../src/os/start.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import type { CrashPoints } from '../../src/store/store.ts'
import { openVault } from '../../src/store/vault.ts'
import { openJournal } from '../../src/telemetry/journal.ts'
import type { Clock } from '../../src/values/time.ts'

/** What is asked about. */
export const Given = z.object({ about: z.string() })
/** Writes in batches. */
export const writer = agent({
  ...{ name: 'writer', version: 1, does: 'Writes.', tier: 'standard', instructions: './writer.md' },
  input: Given,
  output: z.object({ body: z.string() }),
})
export const calm = workflow({ name: 'calm', input: Given, lane: 'background' }, (flow, given) =>
  flow.task('write', writer, { about: given.get('about') }),
)
export const price = { perMillionIn: usd(1), perMillionOut: usd(10) }

/** A company in a folder of its own whose one model is asked by batches: the same whichever process opens it. */
export async function openBatching(folder: string, url: string, clock: Clock, crash?: CrashPoints) {
  const places = placesOf(folder, '.soloist')
  for (const part of [places.store, places.agents]) mkdirSync(part, { recursive: true })
  writeFileSync(join(folder, 'agents/writer.md'), 'Write.')
  const config = company({
    name: 'Batching',
    operator: { name: 'Op', email: 'op@example.org', timeZone: 'UTC' },
    workflows: [calm],
    agents: [writer],
    models: { standard: [openai('gpt-5-mini', { url, price, batch: true, streams: false })] },
  })
  const store = openSqlite(places.database, crash === undefined ? {} : { crash })
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
    crash,
  })
  return {
    kernel,
    async begin() {
      await store.write((tx) => kernel.identities.ensureCompany(tx, config.name))
      await store.write((tx) => vault.setSecret(tx, 'openai.key', 'sk-test-0123456789'))
      return start({ kernel, config } as Company, 'calm', { about: 'tea' }, 'operator')
    },
    async close() {
      await adapters.close()
      kernel.queue.close()
      await store.close()
    },
  }
}

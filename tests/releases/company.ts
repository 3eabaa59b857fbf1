import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { z } from 'zod'
import { Worker } from '../../src/executor/worker.ts'
import { type Agent, type AgentSpec, agent, workflow } from '../../src/index.ts'
import { openBackups } from '../../src/os/backup/backups.ts'
import { openChores } from '../../src/os/chores.ts'
import { type Company, commandsOf } from '../../src/os/commands.ts'
import { openMode } from '../../src/os/company-mode.ts'
import { type CompanySpec, company } from '../../src/os/config.ts'
import { openAdapters } from '../../src/os/open-adapters.ts'
import { openKernel } from '../../src/os/open-kernel.ts'
import { operationNamed } from '../../src/os/operations/registry.ts'
import { placesOf } from '../../src/os/places.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { openVault } from '../../src/store/vault.ts'
import { openJournal } from '../../src/telemetry/journal.ts'
import { fakeClock } from '../../src/testing/clock.ts'
import { type ScriptedModel, scriptedModel } from '../../src/testing/scripted-model.ts'
import type { RunId } from '../../src/values/id.ts'
import { instant, seconds } from '../../src/values/time.ts'

export const Given = z.object({ about: z.string() })
export const Text = z.object({ body: z.string() })
type Writer = Agent<z.infer<typeof Given>, z.infer<typeof Text>>

/** A writer of this version, whose instructions say which. */
export function writer(
  version: number,
  more: Partial<AgentSpec<z.infer<typeof Given>, z.infer<typeof Text>>> = {},
): Writer {
  return agent({
    name: 'writer',
    version,
    does: 'Writes.',
    input: Given,
    output: Text,
    tier: 'standard',
    instructions: `./writer-${version}.md`,
    ...more,
  })
}

/** Writes at once, and writes after the operator has looked. */
export const flows = (by: Writer) => [
  workflow({ name: 'write', input: Given }, (flow, given) => flow.task('work', by, { about: given.get('about') })),
  workflow({ name: 'twice', input: Given }, (flow, given) => {
    const first = flow.task('first', by, { about: given.get('about') })
    const seen = flow.gate('look', first, { ask: 'Good?', otherwise: 'wait' })
    return flow.task('second', by, { about: seen.get('body') })
  }),
  workflow({ name: 'pair', input: Given }, (flow, given) => {
    const seen = flow.gate('look', given, { ask: 'Begin?', otherwise: 'wait' })
    flow.task('left', by, { about: seen.get('about') })
    return flow.task('right', by, { about: seen.get('about') })
  }),
]

export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'soloist-releases-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Opens the company of a folder with the code that it has now; its model answers by the instructions that it is given. */
export async function openIn(
  folder: string,
  spec: Partial<CompanySpec>,
  model: ScriptedModel = echo(),
  onQuery?: (sql: string) => void,
) {
  const config = company({
    name: 'Test',
    operator: { name: 'Op', email: 'op@example.org', timeZone: 'UTC' },
    workflows: [],
    models: { standard: [model] },
    ...spec,
  })
  const places = placesOf(folder, config.store.folder)
  for (const part of [places.store, places.agents]) mkdirSync(part, { recursive: true })
  for (const version of [1, 2, 3, 4, 5])
    writeFileSync(join(places.agents, `writer-${version}.md`), `Speak as v${version}.`)
  const clock = fakeClock(instant(Date.UTC(2026, 2, 13, 9)))
  const store = openSqlite(places.database, onQuery ? { onQuery } : {})
  const vault = await openVault(store, new Uint8Array(32).fill(7), clock)
  const journal = openJournal(store, vault, clock)
  const mode = await openMode(store, journal, clock)
  const adapters = openAdapters(config, vault, clock, folder)
  const ground = { config, places, store, vault, journal, clock, mode, adapters, crash: undefined, random: () => 0 }
  const kernel = await openKernel(ground)
  await store.write((tx) => kernel.identities.ensureCompany(tx, config.name))
  const worker = new Worker(kernel, { owner: 'test', concurrency: 4, lease: seconds(30) })
  const chores = openChores([], clock)
  const backups = openBackups({ kernel, config, places })
  const os = commandsOf({ backups, kernel, config, places, mode, adapters, worker, chores } as unknown as Company)
  const call = async <T>(name: string, input: object = {}) => (await operationNamed(name).perform(os, input)) as T
  return {
    os,
    kernel,
    model,
    clock,
    worker,
    call,
    run: async (name: string, about = 'tea') => {
      const id = await os.start(name, { about }, 'operator')
      await os.idle()
      return id
    },
    /** What the run gave: the version that wrote it. */
    body: async (run: RunId) => {
      const shown = await call<{ output: { body: string } | null }>('runs.show', { run })
      return shown.output?.body
    },
    pin: (run: RunId) => kernel.shelf.pinned(run, 'agent', 'writer'),
    gates: () => store.read.selectFrom('gates').selectAll().where('state', '=', 'open').orderBy('opened_seq').execute(),
    async close() {
      await worker.close()
      await kernel.sandbox.close()
      await adapters.close()
      kernel.queue.close()
      await store.close()
    },
  }
}
export type ReleaseCompany = Awaited<ReturnType<typeof openIn>>

/** Says as which version it was told to speak, and how often it was asked. */
export function echo(): ScriptedModel {
  return scriptedModel(({ prompt, index }) => ({
    output: { body: `${/Speak as (v\d)/.exec(prompt)?.[1] ?? 'nobody'} ${index + 1}` },
  }))
}

/** A folder whose code went through these versions, each of which was used once. */
export async function lived(versions: readonly Writer[]): Promise<string> {
  const folder = newFolder()
  for (const by of versions) {
    const company = await openIn(folder, { workflows: flows(by) })
    await company.run('write')
    await company.close()
  }
  return folder
}

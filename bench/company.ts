import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import type { Kernel } from '../src/executor/kernel.ts'
import type { Perform } from '../src/executor/perform.ts'
import { Worker } from '../src/executor/worker.ts'
import type { Company } from '../src/os/commands.ts'
import { openMode } from '../src/os/company-mode.ts'
import { type CompanySpec, company } from '../src/os/config.ts'
import { openAdapters } from '../src/os/open-adapters.ts'
import { openKernel } from '../src/os/open-kernel.ts'
import { type Places, placesOf } from '../src/os/places.ts'
import { start } from '../src/os/start.ts'
import { systemClock } from '../src/store/clock.ts'
import { openSqlite } from '../src/store/sqlite.ts'
import type { Store } from '../src/store/store.ts'
import { openVault } from '../src/store/vault.ts'
import { readAnchors } from '../src/telemetry/anchor.ts'
import { startAnchoring } from '../src/telemetry/anchoring.ts'
import { headOf, openJournal } from '../src/telemetry/journal.ts'
import { verifyChain } from '../src/telemetry/verify.ts'
import type { RunId } from '../src/values/id.ts'
import type { Json } from '../src/values/json.ts'
import { seconds } from '../src/values/time.ts'

/** A fresh company on a real disk, whole: store, vault, chained journal, anchors, queue, worker. Nothing in it is simulated. */
export interface BenchCompany {
  readonly kernel: Kernel
  /** Starts a run as the desk does: input parsed, plan checked, run stored. */
  start(workflow: string, input: Json): Promise<RunId>
  /** What was written so far. */
  written(): Promise<Written>
  /** Anchors the journal, then throws unless its chain holds, with all its anchors. */
  verify(): Promise<void>
  close(): Promise<void>
}

/** Bytes are those of the database: its pages, indexes included. */
export interface Written {
  readonly commits: number
  readonly events: number
  readonly bytes: number
}

type Spec = Pick<CompanySpec, 'workflows' | 'models' | 'agents'>

/** Opens it with a worker that works on `concurrency` tasks at once. `perform` stands in for the kinds of task, when given. */
export async function openBench(spec: Spec, concurrency: number, perform?: Perform): Promise<BenchCompany> {
  const folder = mkdtempSync(join(process.env['SOLOIST_BENCH_DIR'] ?? tmpdir(), 'soloist-bench-'))
  const config = company({ name: 'Bench', operator: { name: 'Op', email: 'op@example.org', timeZone: 'UTC' }, ...spec })
  const places = placesOf(folder, config.store.folder)
  for (const part of [places.store, places.agents]) mkdirSync(part, { recursive: true })
  writeFileSync(join(places.agents, 'answerer.md'), 'Give back the text that you are given.\n')
  let commits = 0
  const { kernel, verify, close } = await openParts(config, places, () => {
    commits += 1
  })
  const worker = new Worker(kernel, { owner: 'bench', concurrency, lease: seconds(30) }, perform)
  worker.work()
  return {
    kernel,
    start: (workflow, input) => start({ kernel, config } as Company, workflow, input, 'operator'),
    written: async () => ({ commits, ...(await sizeOf(kernel.store)) }),
    verify,
    async close() {
      await worker.close()
      await close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function openParts(config: ReturnType<typeof company>, places: Places, committed: () => void) {
  const clock = systemClock()
  const after = (moment: 'commit' | 'call'): void => {
    if (moment === 'commit') committed()
  }
  const store = openSqlite(places.database, { crash: { before: () => undefined, after } })
  const vault = await openVault(store, new Uint8Array(32).fill(7), clock)
  const journal = openJournal(store, vault, clock)
  const mode = await openMode(store, journal, clock)
  const adapters = openAdapters(config, vault, clock, places.folder)
  const random = Math.random
  const ground = { config, places, store, vault, journal, clock, mode, adapters, random, crash: undefined }
  const kernel = await openKernel(ground)
  const onFault = (fault: { readonly message: string }): never => {
    throw new Error(fault.message)
  }
  const anchoring = startAnchoring({ journal, store, clock, path: places.anchors, epoch: 1, onFault })
  await store.write((tx) => kernel.identities.ensureCompany(tx, config.name))
  const verify = async (): Promise<void> => {
    await anchoring.anchor()
    const anchors = await readAnchors(places.anchors)
    const verified = await verifyChain({ read: store.read, chainKey: vault.chainKey, anchors })
    if (!verified.ok) throw new Error(`event ${verified.seq} is wrong: ${verified.why}`)
  }
  const close = async (): Promise<void> => {
    await anchoring.close()
    kernel.queue.close()
    await store.close()
  }
  return { kernel, verify, close }
}

async function sizeOf(store: Store): Promise<Omit<Written, 'commits'>> {
  const pages = await sql<{ bytes: number }>`
    SELECT page_count * page_size AS bytes FROM pragma_page_count(), pragma_page_size()`.execute(store.read)
  const last = await headOf.first(store.read, {})
  return { events: last?.seq ?? 0, bytes: pages.rows[0]?.bytes ?? 0 }
}

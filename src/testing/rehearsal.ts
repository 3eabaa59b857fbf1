import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { Verdict } from '../gate/gate.ts'
import type { Models } from '../models/model.ts'
import { openCompany } from '../os/create.ts'
import { operationNamed } from '../os/operations/registry.ts'
import { type GateView, inbox } from '../os/queries/gates.ts'
import { type RunView, showRun } from '../os/queries/run.ts'
import { setSharedClock } from '../store/shared-clock.ts'
import type { GateId, RunId } from '../values/id.ts'
import type { Json } from '../values/json.ts'
import { type Duration, type Instant, instant, later } from '../values/time.ts'

/** What a rehearsal may have otherwise than the company itself. */
export interface RehearsalOptions {
  /** Models instead of the config's: a `scriptedModel`, for instance. */
  readonly models?: Models
  /** When it begins; default 2026-03-02T09:00:00Z. */
  readonly at?: Instant
}

/** A company at rehearsal: everything is real but the time, and nothing leaves its temporary folder unless its adapters do it. */
export interface Rehearsal {
  readonly folder: string
  /** Starts a run and works until nothing more is due. Faults: `input.unknown`, `input.invalid`, `plan.*`. */
  run(workflow: string, input?: Json): Promise<RunId>
  show(run: RunId): Promise<RunView>
  /** The open gates, those that want a look each before those that may be approved together. */
  inbox(): Promise<readonly GateView[]>
  /** Answers a gate and works until nothing more is due. Faults: `gate.decided`, `gate.cannot-edit`. */
  decide(gate: GateId, verdict: Verdict): Promise<void>
  /** Takes back what a run did. Fault: `run.not-possible`. */
  undo(run: RunId): Promise<void>
  /** Lets time pass, and works until nothing more is due. */
  advance(by: Duration): Promise<void>
  /** Any operation of the desk by its name: `desk('grants.give', { … })`. Faults: the operation's. */
  desk(operation: string, input: Json): Promise<Json>
  /** Closes the company and removes the folder. */
  close(): Promise<void>
}

// Of a company that was at work in this folder, its state and its mails stay behind.
const left = new Set(['.soloist', 'node_modules', 'outbox'])

/** Copies a company's folder to a temporary one and opens it there under a clock that only `advance` moves. Faults: `config.*`. */
export async function rehearse(folder: string, options: RehearsalOptions = {}): Promise<Rehearsal> {
  const home = mkdtempSync(join(tmpdir(), 'soloist-rehearsal-'))
  const copy = join(home, 'company')
  cpSync(folder, copy, { recursive: true, filter: (path) => path === folder || !left.has(basename(path)) })
  const clock = join(home, 'clock')
  let now = options.at ?? instant(Date.UTC(2026, 2, 2, 9))
  setSharedClock(clock, now)
  // The key of a company that is thrown away protects nothing.
  const env = { SOLOIST_CLOCK: clock, SOLOIST_VAULT_KEY: '00'.repeat(32) }
  const os = await openCompany(copy, env, options.models ? { models: options.models } : {})
  const idle = <T>(result: T): Promise<T> => os.idle().then(() => result)
  return {
    folder: copy,
    run: async (workflow, input = {}) => idle(await os.start(workflow, input, 'operator')),
    show: (run) => showRun(os, run),
    async inbox() {
      const { confirm, batch } = await inbox(os, { limit: 200 })
      return [...confirm, ...batch]
    },
    decide: async (gate, verdict) => idle(await os.decide(gate, verdict)),
    async undo(run) {
      await os.undo(run, { dryRun: false })
      await os.idle()
    },
    async advance(by) {
      now = later(now, by)
      setSharedClock(clock, now)
      await os.idle()
    },
    desk: async (operation, input) => idle(await operationNamed(operation).perform(os, input)),
    async close() {
      await os.close()
      rmSync(home, { recursive: true, force: true })
    },
  }
}

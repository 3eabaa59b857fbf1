import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openControls } from '../../src/budget/controls.ts'
import { type Identities, openIdentities } from '../../src/identity/identities.ts'
import type { Foundation } from '../../src/identity/identity.ts'
import { openMemory } from '../../src/memory/memory.ts'
import { openBackups } from '../../src/os/backup/backups.ts'
import { type CompanySpec, company } from '../../src/os/config.ts'
import type { Answer, Os } from '../../src/os/os.ts'
import { placesOf } from '../../src/os/places.ts'
import type { Plan } from '../../src/planner/plan.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { openVault, type Vault } from '../../src/store/vault.ts'
import { openJournal } from '../../src/telemetry/journal.ts'
import { type Fault, refuse } from '../../src/values/fault.ts'
import { type GateId, type IdentityId, type RunId, randomIds, type TaskId } from '../../src/values/id.ts'
import { contentHash, type Json } from '../../src/values/json.ts'
import { type Clock, type Instant, instant } from '../../src/values/time.ts'
import { Rows } from './rows.ts'

const startOfTest = instant(Date.UTC(2026, 2, 1, 12))

const plan: Plan = {
  version: 1,
  name: 'newsletter',
  input: { type: 'object', properties: { topic: { type: 'string' } }, required: ['topic'] },
  lane: 'background',
  subject: null,
  budget: null,
  deadline: null,
  tasks: [task('write', 'agent'), task('edit', 'gate'), task('send', 'action')],
  output: { from: 'send', path: [] },
}

/** What a test sees of its company: the desk's side, and the rows behind it. */
export interface TestCompany {
  readonly os: Os
  readonly rows: Rows
  readonly clock: TestClock
  readonly folder: string
  /** What the commands that no part here implements were asked to do. */
  readonly asked: { readonly what: string; readonly with: readonly unknown[] }[]
  /** The fault that the next command answers with. */
  refuseNext(found: Fault): void
  close(): Promise<void>
}

export class TestClock implements Clock {
  time: Instant = startOfTest
  readonly #waiting = new Set<{ at: Instant; then: () => void }>()
  now(): Instant {
    return this.time
  }
  wake(at: Instant, then: () => void): () => void {
    const entry = { at, then }
    this.#waiting.add(entry)
    return () => this.#waiting.delete(entry)
  }
  get sleepers(): number {
    return this.#waiting.size
  }
  pass(ms: number): void {
    this.time = instant(this.time + ms)
    for (const entry of [...this.#waiting]) {
      if (entry.at <= this.time && this.#waiting.delete(entry)) entry.then()
    }
  }
}

const usual: CompanySpec = {
  name: 'Ana Writes',
  operator: { name: 'Ana', email: 'ana@example.org', timeZone: 'Europe/Prague' },
  workflows: [{ name: 'newsletter', doers: () => [] } as { readonly name: string }],
  publicUrl: 'https://ana.example.org',
}

/** Opens a company on a real store, journal and vault in a folder of its own. Its work is done by the rows that a test inserts. */
export async function openTestCompany(folder?: string, config: Partial<CompanySpec> = {}): Promise<TestCompany> {
  const own = folder ?? (await mkdtemp(join(tmpdir(), 'soloist-desk-')))
  const clock = new TestClock()
  const store = openSqlite(join(own, 'company.db'))
  const vault = await openVault(store, Buffer.alloc(32, 7), clock)
  const journal = openJournal(store, vault, clock)
  const rows = new Rows(store, journal, clock, plan)
  await rows.begin()
  const { asked, ask, refuseNext } = asking()
  let working = Promise.resolve()
  const told = company({ ...usual, ...config })
  const kernel = { store, journal, vault, clock }
  const { known, memory } = remembering(kernel, told.operator.timeZone, own)
  const backups = openBackups({ kernel: kernel as never, config: told, places: placesOf(own, '.') })
  const os = {
    ...kernel,
    memory,
    folder: own,
    config: told,
    backups,
    ...parts(rows, ask, known),
    controls: await openControls({ ...kernel, ids: randomIds(clock.now.bind(clock)) }),
    schedules: schedules(ask),
    ...commands(rows, ask),
    changes: async () => [],
    work() {
      journal.onCommitted((event) => {
        if (event.kind === 'run.started' || event.kind === 'gate.decided')
          working = working.then(() => rows.workUntilHeld())
      })
    },
    close: () => working.then(memory.close).then(store.close),
  } as unknown as Os
  return {
    os,
    rows,
    clock,
    folder: own,
    asked,
    refuseNext,
    async close() {
      await os.close()
      await rm(own, { recursive: true, force: true })
    },
  }
}

/** Real identities and what is remembered of them. */
function remembering(kernel: Omit<Foundation, 'ids'> & { readonly vault: Vault }, timeZone: string, folder: string) {
  const known = openIdentities({ ...kernel, ids: randomIds(() => kernel.clock.now()) })
  return { known, memory: openMemory({ ...kernel, identities: known, timeZone }, placesOf(folder, '.').memory) }
}

type Ask = (what: string, ...given: readonly unknown[]) => void

/** Notes what is asked, and refuses it where a test said so before. */
function asking(): Pick<TestCompany, 'asked' | 'refuseNext'> & { readonly ask: Ask } {
  const asked: TestCompany['asked'] = []
  let refusal: Fault | undefined
  return {
    asked,
    ask(what, ...given) {
      asked.push({ what, with: given })
      const found = refusal
      refusal = undefined
      if (found) refuse(found.code, found.about as never)
    },
    refuseNext(found) {
      refusal = found
    },
  }
}

function parts(rows: Rows, ask: Ask, identities: Identities) {
  const change = (what: string) => async (_tx: unknown, wish: unknown) => {
    ask(what, wish)
    return true
  }
  return {
    identities: {
      ...identities,
      create: async (_tx: unknown, identity: Json) => {
        ask('create', identity)
        return 'idn_made' as IdentityId
      },
      handles: {
        ...identities.handles,
        add: async (_tx: unknown, ...given: readonly unknown[]) => {
          ask('addHandle', ...given)
          return { system: 'email', value: 'ana@example.org' }
        },
      },
      facts: {
        ...identities.facts,
        record: async (_tx: unknown, fact: unknown) => {
          ask('record', fact)
          return 'fct_made'
        },
      },
      members: {
        ...identities.members,
        join: change('join'),
        unsubscribe: change('unsubscribe'),
        bounce: change('bounce'),
      },
      contacts: {
        import: async (contacts: unknown) => {
          ask('import', contacts)
          return { created: 2, joined: 1, known: 0, left: 3, refused: [{ line: 4, why: 'no email' }], rows: [] }
        },
      },
    },
    setLimit: (purse: never, limit: never) => rows.store.write((tx) => rows.setLimit(tx, purse, limit)),
    grants: {
      give: async (_tx: unknown, grant: unknown) => {
        ask('give', grant)
        return 'grn_made'
      },
      withdraw: async (_tx: unknown, grant: unknown) => ask('withdraw', grant),
    },
  }
}

function schedules(ask: Ask): Os['schedules'] {
  const asked = (what: string) => async (given: unknown) => ask(what, given)
  return {
    add: asked('addSchedule'),
    pause: asked('pauseSchedule'),
    resume: asked('resumeSchedule'),
    remove: asked('removeSchedule'),
    next: async () => [{ nominal: '2026-03-02T09:00' as never, at: startOfTest }],
  }
}

function commands(rows: Rows, ask: Ask) {
  let paused: { why: string; since: Instant } | undefined
  return {
    plan(workflow: string) {
      if (workflow !== plan.name) {
        refuse('input.unknown', { kind: 'workflow', name: workflow, nearest: '', command: 'soloist plan' })
      }
      const estimate = { cost: 420_000, timeMs: 1_800_000, gates: 1 }
      return { plan, hash: contentHash(plan), faults: [], estimate, picture: 'write → edit → send' }
    },
    async start(workflow: string, input: Json) {
      ask('start', workflow, input)
      return rows.startRun(input)
    },
    ...answers(rows, ask),
    async undo(run: RunId, options: unknown) {
      ask('undo', run, options)
      return rows.undoable(run)
    },
    async retry(what: RunId | TaskId) {
      ask('retry', what)
      return ['tsk_again' as TaskId]
    },
    async cancel(run: RunId, why: string) {
      ask('cancel', run, why)
      await rows.endRun(run, 'cancelled')
    },
    async pause(why: string) {
      ask('pause', why)
      paused = { why, since: startOfTest }
    },
    async resume(why: string) {
      ask('resume', why)
      paused = undefined
    },
    mode: async () =>
      paused ? { mode: 'paused', ...paused, reasons: [] } : { mode: 'normal', why: null, since: null, reasons: [] },
    verify: async () => ({ events: await rows.countEvents(), head: 'ab'.repeat(32) }),
    async export(path: string, options: unknown) {
      ask('export', path, options)
      return { archive: path, lastSeq: 7 }
    },
    probe: async () => [{ what: 'adapter outbox', fault: null }],
    async unsubscribe(token: string) {
      if (token !== 'good-token') {
        refuse('input.unknown', { kind: 'subscription', name: token, nearest: '', command: 'the link in the mail' })
      }
      ask('unsubscribe', token)
      return { audience: 'Readers' }
    },
    idle: async () => {
      ask('idle')
      await rows.workUntilHeld()
    },
    nextDue: async () => undefined,
  }
}

function answers(rows: Rows, ask: Ask) {
  return {
    async decide(gate: GateId, answer: Answer) {
      ask('decide', gate, answer)
      await rows.decide(gate, answer)
    },
    async decideBatch(gates: readonly GateId[], answer: Answer) {
      ask('decideBatch', gates, answer)
      await rows.decideBatch(gates, answer)
    },
  }
}

function task(name: string, kind: 'agent' | 'gate' | 'action'): Plan['tasks'][number] {
  const common = { name, inputs: {}, needs: [], guards: [], budget: null, delay: null, at: null, priority: 0 }
  const rest = { ...common, key: null, retry: null }
  return kind === 'gate'
    ? { ...rest, kind, ask: 'Edit the draft.', gate: 'confirm', covers: ['mail.send'], within: null, otherwise: 'wait' }
    : { ...rest, kind, doer: kind === 'agent' ? 'writer' : 'mail.send' }
}

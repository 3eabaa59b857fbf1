import { rmSync } from 'node:fs'
import { operationNamed } from '../os/operations/registry.ts'
import type { Planned } from '../os/os.ts'
import type { BudgetLine } from '../os/queries/budgets.ts'
import type { IdentityId, RunId } from '../values/id.ts'
import type { Json } from '../values/json.ts'
import { microUsd, type Usd } from '../values/money.ts'
import { type Duration, type Instant, later } from '../values/time.ts'
import type { AgentCall, Cast } from './cast.ts'
import type { CrashPoint, MortalCompany } from './mortal-company.ts'
import { readScene, type Scene, type StagedEffect } from './scene.ts'
import type { StageClock } from './stage-clock.ts'
import { StagedGate } from './staged-gate.ts'
import { type RunStage, StagedRun } from './staged-run.ts'

/** What a stage is made of; `rehearse` makes it. */
export interface Setting {
  readonly company: MortalCompany
  readonly cast: Cast
  readonly clock: StageClock
  /** The folder that is removed in the end, and the company's folder in it. */
  readonly home: string
  readonly folder: string
}

/**
 * A company at rehearsal. Store, queue, gates, effects and budgets are the real ones; time stands still until `advance`; agents say
 * what their scripts say. Each act (`run`, an answer at a gate, `advance`, …) works until nothing more is due, and what can be
 * asked of stage, runs and gates is as it was then. `await using stage = await rehearse(…)` closes it at the end of the test.
 */
export class Stage {
  /** The company's folder: a copy, where its adapters write. */
  readonly folder: string
  readonly #set: Setting
  readonly #forRuns: RunStage = {
    seen: (run) => this.#seen(run),
    gateOf: (run, name) =>
      this.#oneOf(
        this.gates.filter(({ view }) => view.run === run),
        name,
      ),
    undo: (run) => this.#undo(run),
  }
  #scene: Scene = { runs: [], gates: [], budgets: [] }
  #runs: readonly StagedRun[] = []

  private constructor(set: Setting) {
    this.#set = set
    this.folder = set.folder
  }

  /** @internal */
  static async raise(set: Setting): Promise<Stage> {
    const stage = new Stage(set)
    await stage.#play()
    return stage
  }

  /** What time it is here. */
  get now(): Instant {
    return this.#set.clock.now
  }

  /** All runs, in the order in which they began. */
  get runs(): readonly StagedRun[] {
    return this.#runs
  }

  /** All open gates: first those that want a look each, then those that may be answered together; the oldest first. */
  get gates(): readonly StagedGate[] {
    return this.#scene.gates.map((view) => new StagedGate(view, (gate, answer) => this.#decide(gate, answer)))
  }

  /** What all runs have cost. */
  get cost(): Usd {
    return microUsd(this.#runs.reduce((sum, run) => sum + run.cost, 0))
  }

  /** How often the process has died: by `crash`, and at points of `crashAt`. */
  get crashes(): number {
    return this.#set.company.deaths
  }

  /** The plan that a run of this workflow would get: checked, with its worst case, and as a picture. Fault: `input.unknown`. */
  plan(workflow: string): Planned {
    return this.#set.company.os.plan(workflow)
  }

  /** Starts a run. Faults: `input.unknown`, `input.invalid`, `identity.unknown`, `plan.*`. */
  async run(workflow: string, input: object = {}): Promise<StagedRun> {
    const id = await this.#set.company.os.start(workflow, input as Json, 'operator')
    await this.#play()
    return this.#runOf(id)
  }

  /** The open gate; with a name, the one at that task. Throws when there is none, or more than one. */
  gate(name?: string): StagedGate {
    return this.#oneOf(this.gates, name)
  }

  /** Effects of all runs, of one action or of all. */
  effects(action?: string): readonly StagedEffect[] {
    return this.#runs.flatMap((run) => run.effects(action))
  }

  /** A purse of this month, or of a life; `undefined` before anything was reserved in it. Scopes: `company`, `workflow:NAME`. */
  budget(scope = 'company', period: 'month' | 'life' = 'month'): BudgetLine | undefined {
    return this.#scene.budgets.find((line) => line.scope === scope && (line.period === 'life') === (period === 'life'))
  }

  /** What an agent was asked so far, in order. */
  calls(agent: string): readonly AgentCall[] {
    return this.#set.cast.calls.filter((call) => call.agent === agent)
  }

  /** Lets time pass, stopping wherever something falls due on the way. */
  async advance(by: Duration): Promise<void> {
    const { clock } = this.#set
    const until = later(clock.now, by)
    while (clock.now < until) {
      const due = await this.#nextDue()
      clock.set(due !== undefined && due < until ? due : until)
      await this.#set.company.idle()
    }
    await this.#play()
  }

  /** Makes somebody known: `person`, `organisation`, `audience`, `project` or `product`. Faults: `input.invalid`, `identity.taken`. */
  async identity(kind: string, name: string, ...handles: readonly string[]): Promise<IdentityId> {
    const added = await this.desk('identities.add', { kind, name, handles: [...handles] })
    return (added as { readonly id: IdentityId }).id
  }

  /** Any operation of the desk by its name, as the API has it: `desk('grants.give', { … })`. Faults: the operation's. */
  async desk(operation: string, input: Json = {}): Promise<Json> {
    const output = await operationNamed(operation).perform(this.#set.company.os, input)
    await this.#play()
    return output
  }

  /** The process dies now, as by SIGKILL, and is started again. */
  async crash(): Promise<void> {
    await this.#set.company.crash()
    await this.#play()
  }

  /** Lets the process die in the acts to come, once, when it gets there; it is started again and goes on. `crashes` tells. */
  crashAt(point: CrashPoint): void {
    this.#set.company.crashAt(point)
  }

  /** Closes the company and removes its folder. */
  async close(): Promise<void> {
    await this.#set.company.close()
    rmSync(this.#set.home, { recursive: true, force: true })
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #seen(run: RunId): Scene['runs'][number] {
    const found = this.#scene.runs.find(({ view }) => view.id === run)
    if (!found) throw new TypeError(`${run} is no run of this stage`)
    return found
  }

  async #undo(run: RunId): Promise<void> {
    await this.#set.company.os.undo(run, { dryRun: false })
    await this.#play()
  }

  /** Works until nothing more is due, and reads what has become of it. */
  async #play(): Promise<void> {
    const { company, cast } = this.#set
    await company.idle()
    this.#scene = await readScene(company.os)
    this.#runs = this.#scene.runs.map(({ view }) => this.#runOf(view.id))
    const thrown = cast.takeError()
    if (thrown) throw thrown.error
  }

  #runOf(id: RunId): StagedRun {
    return this.#runs.find((run) => run.id === id) ?? new StagedRun(id, this.#forRuns)
  }

  async #decide({ view }: StagedGate, answer: Parameters<Setting['company']['os']['decide']>[1]): Promise<void> {
    await this.#set.company.os.decide(view.id, answer)
    await this.#play()
  }

  /** Deadlines are no part of what the company says it waits for: whoever works looks at them in passing. */
  async #nextDue(): Promise<Instant | undefined> {
    const { os } = this.#set.company
    const deadlines = this.#scene.runs.flatMap(({ view }) => (view.endedAt === null ? (view.deadlineAt ?? []) : []))
    const due = [await os.nextDue(), ...deadlines].filter((at) => at !== undefined && at > this.now) as Instant[]
    return due.length === 0 ? undefined : (Math.min(...due) as Instant)
  }

  #oneOf(gates: readonly StagedGate[], name: string | undefined): StagedGate {
    const fitting = gates.filter((gate) => name === undefined || gate.name === name || gate.name.endsWith(`/${name}`))
    const [only, another] = fitting
    if (only && !another) return only
    const open = gates.map((gate) => gate.name).join(', ')
    if (another) throw new RangeError(`more than one gate is open${at(name)}: ${open}; take one of stage.gates`)
    const states = this.#runs.map((run) => `${run.view.workflow} is ${run.state}${why(run)}`).join('; ')
    throw new RangeError(`no gate is open${at(name)}; open are: ${open || 'none'}. ${states || 'Nothing was run'}.`)
  }
}

function at(name: string | undefined): string {
  return name === undefined ? '' : ` at "${name}"`
}

function why({ fault }: StagedRun): string {
  return fault === null ? '' : ` (${fault.code}: ${fault.message})`
}

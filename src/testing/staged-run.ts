import type { RunView } from '../os/queries/run.ts'
import type { RunState } from '../os/queries/runs.ts'
import type { TaskLine, TaskState } from '../os/queries/tasks.ts'
import type { Fault } from '../values/fault.ts'
import type { RunId } from '../values/id.ts'
import type { Json } from '../values/json.ts'
import type { Usd } from '../values/money.ts'
import type { SeenRun, StagedEffect } from './scene.ts'
import type { StagedGate } from './staged-gate.ts'

/** What a run asks of its stage. */
export interface RunStage {
  seen(run: RunId): SeenRun
  gateOf(run: RunId, name: string | undefined): StagedGate
  undo(run: RunId): Promise<void>
}

/** A run, as it stands after the last act. */
export class StagedRun {
  readonly id: RunId
  readonly #stage: RunStage

  constructor(id: RunId, stage: RunStage) {
    this.id = id
    this.#stage = stage
  }

  /** All of it, as the desk shows it. */
  get view(): RunView {
    return this.#seen.view
  }

  get state(): RunState {
    return this.view.state
  }

  /** `null` until the run is done. */
  get output(): Json {
    return this.view.output
  }

  /** What its models and actions have cost. */
  get cost(): Usd {
    return this.view.spent
  }

  /** The state of every task by its name; one that `each` made is `NAME/ITEM/TASK`, one of a sub-plan `NAME/TASK`. */
  get tasks(): Readonly<Record<string, TaskState>> {
    return Object.fromEntries(this.#seen.tasks.map(({ name, state }) => [name, state]))
  }

  /** The fault of the first task that failed, or `null`. */
  get fault(): Fault | null {
    return this.#seen.tasks.find(({ fault }) => fault !== null)?.fault ?? null
  }

  /** One task with its output, its cost, and who made it. Throws when the run has no task of this name. */
  task(name: string): TaskLine {
    const found = this.#seen.tasks.find((task) => task.name === name)
    if (found) return found
    throw new RangeError(`the run has no task "${name}"; it has ${Object.keys(this.tasks).join(', ') || 'none'}`)
  }

  /** The run's effects in the order in which they were intended; of one action, or of all. */
  effects(action?: string): readonly StagedEffect[] {
    return this.#seen.effects.filter((effect) => action === undefined || effect.action === action)
  }

  /** The run's open gate; with a name, the one at that task. Throws when there is none, or more than one. */
  gate(name?: string): StagedGate {
    return this.#stage.gateOf(this.id, name)
  }

  /** Takes back what the run did. Fault: `run.not-possible`. */
  undo(): Promise<void> {
    return this.#stage.undo(this.id)
  }

  get #seen(): SeenRun {
    return this.#stage.seen(this.id)
  }
}

import type { Os } from '../os/os.ts'
import { type BudgetLine, listBudgets } from '../os/queries/budgets.ts'
import { type EffectLine, listEffects } from '../os/queries/effects.ts'
import { type GateView, inbox } from '../os/queries/gates.ts'
import type { Page, Paging } from '../os/queries/page.ts'
import { type RunView, showRun } from '../os/queries/run.ts'
import { listRuns } from '../os/queries/runs.ts'
import { listTasks, type TaskLine } from '../os/queries/tasks.ts'
import type { Json } from '../values/json.ts'

/** An effect with what was sent and what was answered. `output` is `null` until it is done. */
export interface StagedEffect extends EffectLine {
  readonly input: Json
  readonly output: Json
}

/** Everything of a run: `tasks` are all of its tasks, those of `each` and of sub-plans included. */
export interface SeenRun {
  readonly view: RunView
  readonly tasks: readonly TaskLine[]
  readonly effects: readonly StagedEffect[]
}

/** A company as it stands after an act, read whole, so that a test asks without waiting. */
export interface Scene {
  /** In the order in which they began. */
  readonly runs: readonly SeenRun[]
  readonly gates: readonly GateView[]
  readonly budgets: readonly BudgetLine[]
}

/** Reads a company whole. */
export async function readScene(os: Os): Promise<Scene> {
  const lines = await all((paging) => listRuns(os, paging))
  const runs: SeenRun[] = []
  for (const { id } of lines.toReversed()) {
    const effects = await all((paging) => listEffects(os, { run: id, ...paging }))
    runs.push({
      view: await showRun(os, id),
      tasks: await all((paging) => listTasks(os, { run: id, ...paging })),
      effects: await withContents(os, effects.toReversed()),
    })
  }
  return { runs, gates: await openGates(os), budgets: await listBudgets(os) }
}

const pageSize = 200

async function all<T>(read: (paging: Paging) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = []
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page: Page<T> = await read({ limit: pageSize, ...(cursor === undefined ? {} : { cursor }) })
    items.push(...page.items)
    cursor = page.next
  }
  return items
}

async function openGates(os: Os): Promise<GateView[]> {
  const { confirm, batch } = await inbox(os, { limit: pageSize })
  return [...confirm, ...batch]
}

async function withContents(os: Os, lines: readonly EffectLine[]): Promise<StagedEffect[]> {
  const events = await os.journal.at(lines.flatMap((line) => [line.intendedSeq, line.outcomeSeq ?? []].flat()))
  const bySeq = new Map(events.map((event) => [event.seq, event]))
  return lines.map((line) => {
    const intended = bySeq.get(line.intendedSeq)
    const outcome = bySeq.get(line.outcomeSeq ?? 0)
    return {
      ...line,
      input: intended?.kind === 'effect.intended' ? (intended.payload?.input ?? null) : null,
      output: outcome?.kind === 'effect.done' ? (outcome.payload?.output ?? null) : null,
    }
  })
}

import { agentOfTask } from '../../executor/agent-of.ts'
import type { Kernel } from '../../executor/kernel.ts'
import { pick } from '../../models/ladder.ts'
import type { Row } from '../../store/tables.ts'
import type { RunId, TaskId } from '../../values/id.ts'

/** What spans and metrics say of the run, the task and the agent that an event is about. */
export interface Look {
  run(id: RunId): Promise<Row<'runs'>>
  task(id: TaskId): Promise<TaskFacts>
}

export interface TaskFacts {
  readonly row: Row<'tasks'>
  /** It stands in the plan that the author's workflow drew, and not in one that an agent made. */
  readonly isAuthored: boolean
  /** Who works on it, when that is an agent. */
  readonly agent: AgentFacts | null
}

export interface AgentFacts {
  readonly name: string
  readonly does: string
  readonly version: number
  /** Content hash of the version that the run is bound to. */
  readonly hash: string
  /** The model that would be asked first. */
  readonly model: string
}

// Rows of 1 KB: what is at work now, not what ever was.
const mostKept = 2000

/** Reads rows once; what is asked of them here never changes. */
export function openLook(kernel: Kernel): Look {
  const runs = new Map<RunId, Promise<Row<'runs'>>>()
  const tasks = new Map<TaskId, Promise<TaskFacts>>()
  return {
    run: (id) => kept(runs, id, () => kernel.readRun(id)),
    task: (id) => kept(tasks, id, () => taskFacts(kernel, id)),
  }
}

function kept<K, V>(known: Map<K, Promise<V>>, id: K, read: () => Promise<V>): Promise<V> {
  const there = known.get(id)
  if (there) return there
  if (known.size >= mostKept) known.clear()
  const value = read()
  known.set(id, value)
  // What could not be read is read again for the next event.
  value.catch(() => known.delete(id))
  return value
}

async function taskFacts(kernel: Kernel, id: TaskId): Promise<TaskFacts> {
  const row = await kernel.store.read.selectFrom('tasks').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
  const name = await agentOfTask(kernel, row)
  const hash = name === undefined ? undefined : await kernel.shelf.pinned(row.run_id, 'agent', name)
  const body = hash === undefined ? undefined : await kernel.shelf.agent(hash)
  const isAuthored = row.plan_hash === (await kernel.readRun(row.run_id)).plan_hash
  if (hash === undefined || !body) return { row, isAuthored, agent: null }
  const [rung] = pick(kernel.models, body.tier)
  const { does, version } = body
  return { row, isAuthored, agent: { name: body.name, does, version, hash, model: rung.choice.name } }
}

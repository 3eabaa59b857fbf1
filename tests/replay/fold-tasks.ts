import { planned } from '../../src/executor/new-task.ts'
import { placeOf, prefixOf } from '../../src/executor/place.ts'
import type { Plan } from '../../src/planner/plan.ts'
import { columnsOf, progressOf } from '../../src/queue/row.ts'
import { next, type TaskEvent } from '../../src/queue/task.ts'
import type { Row } from '../../src/store/tables.ts'
import type { TaskId } from '../../src/values/id.ts'
import type { Instant } from '../../src/values/time.ts'
import { taskEvent } from './task-event.ts'
import { impossible, known, type Told } from './told.ts'

type Task = Row<'tasks'>
type Added = Extract<Told, { kind: 'task.added' }>

/** The tasks, and what they need, as the journal tells it. */
export class FoldedTasks {
  readonly #runs: ReadonlyMap<string, Row<'runs'>>
  readonly #plans: ReadonlyMap<string, Plan>
  readonly #tasks = new Map<string, Task>()
  /** By task: what it needs. */
  readonly #needs = new Map<string, Set<TaskId>>()
  #sentBack: TaskId | undefined

  constructor(runs: readonly Row<'runs'>[], plans: ReadonlyMap<string, Plan>) {
    this.#runs = new Map(runs.map((run) => [run.id, run]))
    this.#plans = plans
  }

  tasks(): Task[] {
    return [...this.#tasks.values()]
  }

  needs(): Row<'needs'>[] {
    return [...this.#needs].flatMap(([task, needs]) =>
      [...needs].map((need) => ({ task_id: task as TaskId, needs_id: need })),
    )
  }

  /** Lets an event happen, with what follows from it for the tasks that need this one and have no event of their own. */
  take(event: Told): void {
    if (event.kind === 'task.added') this.#add(event)
    const happened = taskEvent(event)
    if (happened === undefined && event.kind !== 'task.waived') return
    const task = known(this.#tasks.get(event.task ?? ''), event.task ?? 'no task')
    if (event.kind === 'task.waived') {
      this.#needs.get(task.id)?.delete(event.payload.need)
      this.#meet(task)
    } else if (happened) {
      this.#apply(task, happened, event)
    }
    if (event.kind === 'task.done') for (const waiting of this.#waitingFor(task.id)) this.#meet(waiting)
    if (event.kind === 'task.skipped')
      for (const waiting of this.#waitingFor(task.id)) if (waiting.id === task.parent_id) this.#meet(waiting)
    if (event.kind === 'task.reworked') {
      for (const waiting of this.#waitingFor(task.id)) this.#apply(waiting, { kind: 'need-reopened' }, event)
      this.#sentBack = task.id
    }
    if (event.kind === 'task.returned') this.#needs.get(task.id)?.add(known(this.#sentBack, 'work sent back'))
  }

  #apply(task: Task, happened: TaskEvent, event: Told): void {
    const after = next(progressOf(task), happened) ?? impossible(event, task.state)
    this.#tasks.set(task.id, { ...task, ...columnsOf(task, after) })
  }

  /** One need fewer. The last one makes it ready, which is an event of its own that follows. */
  #meet(task: Task): void {
    if (task.pending > 1) this.#tasks.set(task.id, { ...task, pending: task.pending - 1 })
  }

  #waitingFor(need: TaskId): Task[] {
    return this.tasks().filter((task) => task.state === 'waiting' && this.#needs.get(task.id)?.has(need))
  }

  #add(event: Added): void {
    for (const added of event.payload.tasks) {
      const open = added.needs.filter((need) => this.#tasks.get(need)?.state !== 'done')
      this.#tasks.set(added.id, this.#newTask(event, added, open.length))
      this.#needs.set(added.id, new Set(added.needs))
      if (event.payload.parent !== null) this.#needs.get(event.payload.parent)?.add(added.id)
    }
  }

  #newTask({ run: id, at, subject, payload }: Added, added: Added['payload']['tasks'][number], pending: number): Task {
    const run = known(this.#runs.get(id ?? ''), id ?? 'no run')
    const node = added.node ?? added.name
    const defined = added.kind === 'undo' ? undone(at) : this.#defined(run, payload.plan, { ...added, node }, at)
    return {
      id: added.id,
      run_id: run.id,
      name: added.name,
      plan_hash: payload.plan,
      node,
      kind: added.kind as Task['kind'],
      subject,
      parent_id: payload.parent,
      item: added.item ?? null,
      ...defined,
      state: pending > 0 ? 'waiting' : 'ready',
      pending,
      attempt: 0,
      round: 1,
      fence: 0,
      lease_until: null,
      owner: null,
      gate_id: null,
      worked_ms: 0,
      outcome_seq: null,
      ended_at: null,
    }
  }

  /** What the plan says of a task. */
  #defined(run: Row<'runs'>, hash: string, task: { name: string; node: string }, at: Instant) {
    const place = placeOf(known(this.#plans.get(hash), hash), task)
    const { lane, priority, key, dueAt } = planned(run, place.node, prefixOf(place), at, 'UTC')
    return { lane, priority, queue_key: key ?? null, due_at: dueAt }
  }
}

// An undo stands in no plan: somebody waits for it.
function undone(at: Instant): Pick<Task, 'lane' | 'priority' | 'queue_key' | 'due_at'> {
  return { lane: 'interactive', priority: 0, queue_key: null, due_at: at }
}

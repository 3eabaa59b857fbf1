import type { PlannedTask } from '../planner/plan.ts'
import type { NewTask } from '../queue/queue.ts'
import type { Row } from '../store/tables.ts'
import type { TaskId } from '../values/id.ts'
import { calendarDaysLater } from '../values/local-time.ts'
import { type Instant, later } from '../values/time.ts'
import type { Attempt } from './attempt.ts'
import { taskId } from './place.ts'

/** A task that a running task adds: an item of an `each`, or a part of a grafted plan. */
export interface Child {
  readonly body: PlannedTask
  /** The prefix of its scope in the run's names. */
  readonly prefix: string
  /** Its path in the plan that defines it. */
  readonly node: string
  readonly item?: number
  /** The plan that defines it, when it is not the parent's. */
  readonly plan?: string
}

/** The child as the queue takes it. Its needs are tasks of its own scope: what its parent needed is done already. */
export function newTask(attempt: Attempt, child: Child): NewTask {
  const { run, task, kernel } = attempt
  const { body, prefix, node, item, plan } = child
  return {
    ...planned(run, body, prefix, kernel.clock.now(), kernel.timeZone),
    plan: plan ?? task.plan_hash,
    node,
    parent: task.id,
    ...(item === undefined ? {} : { item }),
  }
}

/** A planned task as the queue takes it, at the top of a run or below. */
export function planned(run: Row<'runs'>, node: PlannedTask, prefix: string, now: Instant, timeZone: string): NewTask {
  return {
    id: taskId(run.id, prefix + node.name),
    run: run.id,
    name: prefix + node.name,
    plan: run.plan_hash,
    node: node.name,
    kind: node.kind,
    subject: run.subject,
    lane: run.lane,
    priority: node.priority,
    ...(node.key === null ? {} : { key: node.key }),
    needs: needsInScope(run, node, prefix),
    dueAt: dueAt(node, now, timeZone),
  }
}

/** When a task whose needs are met may begin: after its delay and not before its instant. A wired instant is looked at when it is claimed. */
export function dueAt({ at, delay }: PlannedTask, now: Instant, timeZone: string): Instant {
  const delayed = delay === null ? now : afterDelay(now, delay, timeZone)
  return typeof at === 'number' ? (Math.max(at, delayed) as Instant) : delayed
}

function afterDelay(now: Instant, delay: NonNullable<PlannedTask['delay']>, timeZone: string): Instant {
  return typeof delay === 'number' ? later(now, delay) : calendarDaysLater(now, delay.calendarDays, timeZone)
}

function needsInScope(run: Row<'runs'>, node: PlannedTask, prefix: string): TaskId[] {
  return node.needs.map((name) => taskId(run.id, prefix + name))
}

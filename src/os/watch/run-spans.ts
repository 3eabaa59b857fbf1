import type { Instant } from '../../values/time.ts'
import { operations } from './gen-ai.ts'
import { type Attributes, type Span, spanOf, traceOf } from './span.ts'
import type { Ground, Heard } from './spans.ts'

type Ended = Heard<'run.done' | 'run.failed' | 'run.cancelled' | 'run.undone'>

/**
 * A run: the root of its trace, from its start to its first end. A run that went on after its end (retried, undone) gives one more
 * span under the root for each time: a root that is told twice would be two roots.
 */
export async function runSpan(ground: Ground, event: Ended): Promise<Span> {
  const { workflow, lane } = await ground.look.run(event.run)
  const { start, again } = await phaseOf(ground, event)
  const root = spanOf('run', event.run)
  const outcome = event.kind.slice('run.'.length)
  return {
    trace: traceOf(event.run),
    id: again ? spanOf('run', event.run, event.seq) : root,
    parent: again ? root : null,
    name: again ? `${event.kind === 'run.undone' ? 'undo' : 'resume'} ${workflow}` : `invoke_workflow ${workflow}`,
    kind: 'internal',
    start,
    end: event.at,
    attributes: {
      ...runAttributes(event, workflow),
      ...(again ? {} : { 'gen_ai.operation.name': operations.invokeWorkflow, 'gen_ai.workflow.name': workflow }),
      'soloist.run.outcome': outcome,
      'soloist.lane': lane,
    },
    ...(event.kind === 'run.failed' ? { error: { code: 'run.failed' } } : {}),
  }
}

/** A plan that was made: the run's own, what an \`each\` spread into, or what an agent grafted. It has no length: it is there or not. */
export async function planSpan(ground: Ground, event: Heard<'task.added'>): Promise<Span> {
  const { workflow } = await ground.look.run(event.run)
  const { tasks, plan, parent } = event.payload
  const how = parent === null ? 'plan' : tasks.some((task) => task.item !== undefined) ? 'spread' : 'graft'
  return {
    trace: traceOf(event.run),
    id: spanOf('plan', event.run, event.seq),
    parent: spanOf('run', event.run),
    name: `${how} ${workflow}`,
    kind: 'internal',
    start: event.at,
    end: event.at,
    attributes: {
      ...runAttributes(event, workflow),
      'soloist.plan.hash': plan,
      'soloist.plan.tasks': tasks.length,
      'soloist.task.id': parent ?? undefined,
    },
  }
}

/** What every span says of its run. */
export function runAttributes(event: { readonly run: string; readonly subject: string }, workflow: string): Attributes {
  return { 'soloist.run.id': event.run, 'soloist.workflow': workflow, 'soloist.subject': event.subject }
}

const ends = ['run.done', 'run.failed', 'run.cancelled', 'run.undone']
const begins = ['run.resumed', 'run.undoing']

async function phaseOf({ kernel, look }: Ground, event: Ended): Promise<{ start: Instant; again: boolean }> {
  const before = await kernel.store.read
    .selectFrom('events')
    .select(['seq', 'at', 'kind'])
    .where('run_id', '=', event.run)
    .where('seq', '<', event.seq)
    .where('kind', 'in', [...ends, ...begins])
    .orderBy('seq')
    .execute()
  const last = before.findLast((one) => ends.includes(one.kind))
  if (!last) return { start: (await look.run(event.run)).started_at, again: false }
  const begun = before.find((one) => one.seq > last.seq && begins.includes(one.kind))
  return { start: begun?.at ?? last.at, again: true }
}

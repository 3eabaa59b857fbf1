import type { Fault } from '../../values/fault.ts'
import { type Duration, type Instant, instant } from '../../values/time.ts'
import { modelAttributes, namedModel, operations } from './gen-ai.ts'
import type { AgentFacts, TaskFacts } from './look.ts'
import { runAttributes } from './run-spans.ts'
import { type Attributes, type Span, spanOf, traceOf } from './span.ts'
import type { Ground, OfTask } from './spans.ts'

type Ended = OfTask<'task.done' | 'task.failed' | 'task.retried' | 'task.postponed' | 'task.held' | 'task.spread'>

/** One try of a task, and below it the agent that worked on it. The event says how long it worked, so that nobody had to watch it begin. */
export async function attemptSpans(ground: Ground, event: Ended): Promise<readonly Span[]> {
  const { worked } = event.payload
  return attempt(ground, event, before(event.at, worked), errorOf(ground, event))
}

/** A try whose process died: it began when it was claimed, and ended when its lease was given up. */
export async function lostAttempt(ground: Ground, event: OfTask<'task.lost'>): Promise<readonly Span[]> {
  const claimed = await ground.kernel.store.read
    .selectFrom('events')
    .select('at')
    .where('run_id', '=', event.run)
    .where('seq', '<', event.seq)
    .where('task_id', '=', event.task)
    .where('kind', '=', 'task.claimed')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  return attempt(ground, event, claimed?.at ?? event.at, { code: 'task.lost' })
}

async function attempt(
  ground: Ground,
  event: Ended | OfTask<'task.lost'>,
  start: Instant,
  error: Span['error'],
): Promise<readonly Span[]> {
  const facts = await ground.look.task(event.task)
  const { workflow } = await ground.look.run(event.run)
  const { fence } = event.payload
  const shared = {
    trace: traceOf(event.run),
    kind: 'internal',
    start,
    end: event.at,
    ...(error ? { error } : {}),
  } as const
  const id = spanOf('attempt', event.task, fence)
  const span: Span = {
    ...shared,
    id,
    parent: spanOf('run', event.run),
    name: `task ${shownName(ground, facts)}`,
    attributes: {
      ...runAttributes(event, workflow),
      ...taskAttributes(ground, facts),
      'soloist.task.fence': fence,
      'soloist.task.outcome': event.kind.slice('task.'.length),
    },
  }
  if (!facts.agent) return [span]
  const agent: Span = {
    ...shared,
    id: spanOf('agent', event.task, fence),
    parent: id,
    name: `${operations.invokeAgent} ${facts.agent.name}`,
    attributes: { ...runAttributes(event, workflow), ...agentAttributes(ground, facts.agent, modelIn(event)) },
  }
  return [span, agent]
}

/** The span that the steps of an attempt stand under: its agent's, else its own. */
export function parentOfSteps({ agent, row }: TaskFacts, fence: number): string {
  return spanOf(agent ? 'agent' : 'attempt', row.id, fence)
}

/**
 * What a task is called outside. Its full name may hold an item's key, which may be an address, and in a grafted plan the word of a
 * model: without content it has the name that the author drew, and the number of its item.
 */
export function shownName({ content }: Pick<Ground, 'content'>, { row, isAuthored }: TaskFacts): string {
  if (content) return row.name
  return isAuthored ? row.node : row.kind
}

export function taskAttributes(ground: Pick<Ground, 'content'>, facts: TaskFacts): Attributes {
  const { id, kind, item } = facts.row
  return {
    'soloist.task.id': id,
    'soloist.task.name': shownName(ground, facts),
    'soloist.task.kind': kind,
    'soloist.task.item': item ?? undefined,
  }
}

/** `model` is the one that answered; until one has, the one that is asked first. */
function agentAttributes({ kernel }: Ground, agent: AgentFacts, model: string | undefined): Attributes {
  return {
    ...modelAttributes(namedModel(kernel.models, model ?? agent.model)),
    'gen_ai.operation.name': operations.invokeAgent,
    'gen_ai.agent.id': agent.hash,
    'gen_ai.agent.name': agent.name,
    'gen_ai.agent.description': agent.does,
    'gen_ai.agent.version': String(agent.version),
    'gen_ai.output.type': 'json',
  }
}

function modelIn(event: Ended | OfTask<'task.lost'>): string | undefined {
  return event.kind === 'task.done' ? event.payload.madeBy?.model : undefined
}

function errorOf(ground: Ground, event: Ended): Span['error'] {
  return event.kind === 'task.failed' || event.kind === 'task.retried'
    ? errorFrom(ground, event.payload.fault)
    : undefined
}

/** A fault's message may name a person; its code does not. */
export function errorFrom({ content }: Pick<Ground, 'content'>, fault: Fault): NonNullable<Span['error']> {
  return { code: fault.code, ...(content ? { said: fault.message } : {}) }
}

function before(at: Instant, worked: Duration): Instant {
  return instant(at - worked)
}

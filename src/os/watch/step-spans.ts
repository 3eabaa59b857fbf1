import type { Turn } from '../../models/ask.ts'
import { reach } from '../../values/json.ts'
import { errorFrom, parentOfSteps, taskAttributes } from './attempt-spans.ts'
import { chatContent, toolContent } from './content.ts'
import { finishReason, modelAttributes, namedModel, operations } from './gen-ai.ts'
import { runAttributes } from './run-spans.ts'
import { type Attributes, type Span, spanOf, traceOf } from './span.ts'
import type { Ground, OfTask } from './spans.ts'

/** One turn of a model, answered or not. */
export async function chatSpan(ground: Ground, event: OfTask<'step.done' | 'step.failed'>): Promise<Span> {
  const name = modelOf(event)
  const model = namedModel(ground.kernel.models, name)
  const answered = event.kind === 'step.done' ? answerAttributes(event) : {}
  return {
    ...(await step(ground, event)),
    name: `${operations.chat} ${model.model}`,
    kind: model.server ? 'client' : 'internal',
    attributes: {
      ...(await around(ground, event)),
      ...modelAttributes(model),
      'gen_ai.request.max_tokens': model.maxTokens,
      // Agents are always asked for JSON by their schema.
      'gen_ai.output.type': 'json',
      ...answered,
      ...(ground.content ? await chatContent(ground, event) : {}),
    },
    ...(event.kind === 'step.failed' ? { error: errorFrom(ground, event.payload.fault) } : {}),
  }
}

/** What a model asked for, done or refused. */
export async function toolSpan(ground: Ground, event: OfTask<'step.done'>): Promise<Span> {
  const { tool, output } = event.payload
  const known = tool && ground.kernel.facts.get(tool.name)
  // A tool that there is not is a word of the model's own.
  const name = tool && (known || ground.content) ? tool.name : 'unknown'
  const refused = reach(output, ['refused'])
  return {
    ...(await step(ground, event)),
    name: `${operations.executeTool} ${name}`,
    kind: 'internal',
    attributes: {
      ...(await around(ground, event)),
      'gen_ai.operation.name': operations.executeTool,
      'gen_ai.tool.name': name,
      'gen_ai.tool.call.id': tool?.id,
      'gen_ai.tool.description': known?.does,
      'gen_ai.tool.type': 'function',
      ...(ground.content ? await toolContent(ground, event) : {}),
    },
    ...(typeof refused === 'string' ? { error: { code: '_OTHER', ...(ground.content ? { said: refused } : {}) } } : {}),
  }
}

/** The model that a step asked, as the config names it. */
export function modelOf({ kind, payload }: OfTask<'step.done' | 'step.failed'>): string {
  const name = kind === 'step.done' ? payload.model?.model : payload.model
  return name ?? 'unknown'
}

/** The turn that a step of a model gave. */
export function turnOf({ payload }: OfTask<'step.done'>): Turn {
  return (payload.output as unknown as { readonly turn: Turn }).turn
}

async function step(ground: Ground, event: OfTask<'step.done' | 'step.failed'>) {
  const { key, round, fence, startedAt } = event.payload
  return {
    trace: traceOf(event.run),
    id: spanOf('step', event.task, round, key, event.seq),
    parent: parentOfSteps(await ground.look.task(event.task), fence),
    start: startedAt ?? event.at,
    end: event.at,
  }
}

async function around(ground: Ground, event: OfTask<'step.done' | 'step.failed'>): Promise<Attributes> {
  const { workflow } = await ground.look.run(event.run)
  const facts = await ground.look.task(event.task)
  return { ...runAttributes(event, workflow), ...taskAttributes(ground, facts), 'soloist.step': event.payload.key }
}

function answerAttributes(event: OfTask<'step.done'>): Attributes {
  const { finish, answered, usage } = turnOf(event)
  const { cost, model } = event.payload
  return {
    'gen_ai.response.model': answered?.model,
    'gen_ai.response.id': answered?.id,
    'gen_ai.response.finish_reasons': [finishReason(finish)],
    // A count that the provider did not give is a worst case for the bill, and no measurement.
    ...(usage.guessed
      ? {}
      : { 'gen_ai.usage.input_tokens': usage.tokensIn, 'gen_ai.usage.output_tokens': usage.tokensOut }),
    'gen_ai.usage.cache_read.input_tokens': usage.cached?.read,
    'gen_ai.usage.cache_creation.input_tokens': usage.cached?.written,
    'soloist.model.rung': model?.rung,
    'soloist.cost.usd': cost / 1e6,
  }
}

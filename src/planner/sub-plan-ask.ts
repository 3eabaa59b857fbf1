import type { Json } from '../values/json.ts'
import type { DoerFacts, Doers } from './plan.ts'

/** What a planner agent is told: the form of its answer, and in words what it may use. */
export interface SubPlanAsk {
  /** JSON Schema of the plan that it must write; `planSchema` reads it. */
  readonly schema: Json
  /** Deterministic, so that it can be cached with the prompt. */
  readonly text: string
}

/** Tells a planner how to write a plan from these doers and nothing else. Names that `doers` does not hold are left out. */
export function subPlanAsk(allow: readonly string[], produces: Json, doers: Doers): SubPlanAsk {
  const facts = [...new Set(allow)].sort().flatMap((name) => doers.get(name) ?? [])
  return { schema: planForm(facts), text: [rules(facts, produces), ...facts.map(describe)].join('\n\n') }
}

function rules(facts: readonly DoerFacts[], produces: Json): string {
  const gated = facts.some((one) => one.kind === 'action' && one.risk !== 'read' && one.risk !== 'internal')
  return [
    'Write a plan: a list of tasks, each with a name of its own (small letters, digits, hyphens), its kind, its doer and its inputs.',
    'Each input is { "from": NAME, "path": [FIELD, …] } for a part of the output of another task, or { "value": … } for a literal.',
    'The goal is { "from": "$input", "path": ["goal"] }. Tasks may not need each other in a circle.',
    'For a list, use a task of kind "each": its input "items" is the list, "max" the most items, "body" the tasks for one item, which is',
    '{ "from": "$item", "path": [] } there, and "result" the wire of what one item gives.',
    ...(gated
      ? [
          'Before an action marked GATE, put a task of kind "gate" whose input "subject" is exactly what is sent and whose "covers" names',
          'the action, and wire every field that is sent from that gate, with nothing in between.',
        ]
      : []),
    `"output" is the wire of what the plan gives. It must fit ${JSON.stringify(produces)}.`,
    'Use only these:',
  ].join('\n')
}

function describe(facts: DoerFacts): string {
  const gate = facts.kind === 'action' && facts.risk !== 'read' && facts.risk !== 'internal'
  const sent = facts.content.length === 0 ? 'every input is sent' : `sent: ${facts.content.join(', ')}`
  return [
    `${facts.kind} "${facts.name}"${facts.does === undefined ? '' : `: ${facts.does}`}${gate ? ` GATE (${facts.risk}; ${sent}).` : ''}`,
    `  takes ${JSON.stringify(facts.input)}`,
    `  gives ${JSON.stringify(facts.output)}`,
  ].join('\n')
}

function planForm(facts: readonly DoerFacts[]): Json {
  const wire: Json = {
    anyOf: [
      object({ from: { type: 'string' }, path: { type: 'array', items: { type: 'string' } } }, ['from', 'path']),
      object({ value: {} }, ['value']),
    ],
  }
  const inputs: Json = { type: 'object', additionalProperties: wire }
  const name: Json = { type: 'string', pattern: '^[a-z0-9][a-z0-9-]*$' }
  const work = (['agent', 'action', 'function'] as const).flatMap((kind) => {
    const names = facts.filter((one) => one.kind === kind).map((one) => one.name)
    const form = object({ kind: { const: kind }, name, doer: { enum: names }, inputs }, [
      'kind',
      'name',
      'doer',
      'inputs',
    ])
    return names.length === 0 ? [] : [form]
  })
  const waits = facts.filter((one) => one.kind === 'wait').map((one) => one.name)
  const wait = object(
    {
      kind: { const: 'wait' },
      name,
      doer: { enum: waits },
      inputs: object({ match: wire }, ['match']),
      within: { type: 'integer', minimum: 1, description: 'milliseconds' },
    },
    ['kind', 'name', 'doer', 'inputs', 'within'],
  )
  if (waits.length > 0) work.push(wait)
  const actions = facts.filter((one) => one.kind === 'action').map((one) => one.name)
  const covers: Json = { type: 'array', items: actions.length === 0 ? { type: 'string' } : { enum: actions } }
  const gate = object(
    { kind: { const: 'gate' }, name, ask: { type: 'string' }, covers, inputs: object({ subject: wire }, ['subject']) },
    ['kind', 'name', 'ask', 'covers', 'inputs'],
  )
  const each = object(
    {
      kind: { const: 'each' },
      name,
      inputs: object({ items: wire }, ['items']),
      max: { type: 'integer', minimum: 1 },
      body: { type: 'array', minItems: 1, items: { anyOf: [...work, gate] } },
      result: wire,
    },
    ['kind', 'name', 'inputs', 'max', 'body', 'result'],
  )
  const tasks: Json = { type: 'array', minItems: 1, items: { anyOf: [...work, gate, each] } }
  return object({ tasks, output: wire }, ['tasks', 'output'])
}

function object(properties: { readonly [key: string]: Json }, required: readonly string[]): Json {
  return { type: 'object', properties, required, additionalProperties: false }
}

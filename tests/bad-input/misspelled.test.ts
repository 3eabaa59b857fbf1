import { expect, test } from 'vitest'
import { z } from 'zod'
import { agent, compatible, google, minutes, openai, usd, workflow } from '../../src/index.ts'
import { checkLimits, usualLimits } from '../../src/planner/check-limits.ts'
import { doersOf } from '../../src/planner/doer-facts.ts'
import { scene } from '../../src/planner/scene.ts'

const Text = z.object({ text: z.string() })
const right = {
  name: 'writer',
  version: 1,
  does: 'Writes.',
  input: Text,
  output: Text,
  tier: 'quality',
  instructions: './w.md',
} as const
const writer = agent(right)

/** As Node sees it: without types. */
const untyped = (given: object) => given as never
const drawn = (options: object, spec: object = {}) =>
  workflow({ name: 'letter', input: Text, ...spec }, (flow, given) =>
    flow.task('write', writer, { text: given.get('text') }, untyped(options)),
  )
const gated = (options: object) =>
  workflow({ name: 'letter', input: Text }, (flow, given) =>
    flow.gate('look', given, untyped({ ask: '?', ...options })),
  )

test('an agent that is made of another is made of all its parts', () => {
  expect(agent(untyped({ ...writer, version: 2 }))).toEqual({ ...writer, version: 2 })
})

test.each<[string, () => unknown, string]>([
  [
    'an agent',
    () => agent(untyped({ ...right, skils: ['tone'] })),
    'Agent "writer" has a key "skils" that means nothing. Did you mean "skills"?',
  ],
  [
    'its budget',
    () => agent(untyped({ ...right, budget: { costs: usd(1) } })),
    'The budget of agent "writer" has a key "costs" that means nothing. Did you mean "cost"?',
  ],
  [
    'a workflow',
    () => drawn({}, { budjet: {} }),
    'Workflow "letter" has a key "budjet" that means nothing. Did you mean "budget"?',
  ],
  [
    'the budget of a workflow',
    () => drawn({}, { budget: { tiem: minutes(1) } }),
    'The budget of workflow "letter" has a key "tiem" that means nothing. Did you mean "time"?',
  ],
  [
    'a task',
    () => drawn({ retries: 3 }).plan(),
    'Task "write" has a key "retries" that means nothing. Did you mean "retry"?',
  ],
  [
    'the budget of a task',
    () => drawn({ budget: { cots: usd(1) } }).plan(),
    'The budget of task "write" has a key "cots" that means nothing. Did you mean "cost"?',
  ],
  [
    'a gate',
    () => gated({ witin: minutes(1) }).plan(),
    'Task "look" has a key "witin" that means nothing. Did you mean "within"?',
  ],
  [
    'a model',
    () => openai('gpt-5-mini', untyped({ bach: true })),
    'Model "openai/gpt-5-mini" has a key "bach" that means nothing. Did you mean "batch"?',
  ],
  [
    'a model that has no batches',
    () => google('gemini-2.5-flash', untyped({ batch: true })),
    'Model "google/gemini-2.5-flash" has a key "batch" that means nothing.',
  ],
])('a key that means nothing is refused, not passed over: %s', (_where, make, says) => {
  expect(make).toThrow(
    expect.objectContaining({ fault: expect.objectContaining({ code: 'config.unknown-key', message: says }) }),
  )
})

test.each<[() => unknown, string]>([
  [
    () => agent(untyped({ ...right, tier: 'qualty' })),
    'agent writer: its tier is qualty, and is quality, standard or cheap',
  ],
  [
    () => agent(untyped({ ...right, lowest: 'chaep' })),
    'agent writer: its lowest tier is chaep, and is quality, standard or cheap',
  ],
  [() => agent({ ...right, maxTurns: 0 }), 'agent writer: its maxTurns is 0, and is a whole number from 1 on'],
  [() => agent({ ...right, version: 1.5 }), 'agent writer: its version is 1.5, and is a whole number'],
  [
    () => agent({ ...right, cache: untyped({ maxAge: -1 }) }),
    'agent writer: the maxAge of its cache is a time like hours(12)',
  ],
  [
    () => drawn({}, { lane: 'backgruond' }),
    'workflow letter: its lane is backgruond, and is interactive or background',
  ],
  [
    () => compatible(untyped({ name: 'x', url: 'http://localhost/v1', model: 'm' })),
    "model x/m has no price: write price: 'free', or what a million tokens cost",
  ],
  [
    () => compatible({ name: 'x', url: 'localhost:1/v1', model: 'm', price: 'free' }),
    'model x/m: its url is localhost:1/v1, and is like http://localhost:11434/v1',
  ],
])('a value that nothing can have is refused where it is written: %#', (make, says) => {
  expect(make).toThrow(new RangeError(says))
})

test('a word for what happens when a budget is spent is one of those that there are', () => {
  const plan = drawn({ budget: { cost: usd(1), whenSpent: 'downgrad' } }).plan()
  const [found] = checkLimits(scene(plan, doersOf([writer])), usualLimits, 0)
  expect(found?.message).toBe('Task "write": its whenSpent is downgrad; it is ask, stop, downgrade or defer.')
})

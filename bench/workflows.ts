import { z } from 'zod'
import { agent, pure } from '../src/agents/agent.ts'
import { type Attempt, step } from '../src/executor/attempt.ts'
import type { AttemptEnd } from '../src/executor/ending.ts'
import { readInputs } from '../src/executor/values.ts'
import { workflow } from '../src/planner/workflow.ts'
import { microUsd } from '../src/values/money.ts'

const Text = z.object({ text: z.string() })

/** An input of the size that a brief or a title has. */
export const input = { text: 'A sentence of ordinary length, as a brief or a title would be.' }

const echo = pure<{ text: string }, { text: string }>({
  name: 'echo',
  does: 'Gives back what it got.',
  input: Text,
  output: Text,
  run: ({ text }) => ({ text }),
})

/** An agent that answers at once: what is left is our own work and the AI SDK's. */
export const answerer = agent({
  name: 'answerer',
  version: 1,
  does: 'Answers.',
  input: Text,
  output: Text,
  tier: 'cheap',
  instructions: './answerer.md',
})

export const oneTask = workflow({ name: 'one-task', input: Text }, (flow, given) =>
  flow.task('work', echo, { text: given.get('text') }),
)

export const threeTasks = workflow({ name: 'three-tasks', input: Text }, (flow, given) => {
  const first = flow.task('first', echo, { text: given.get('text') })
  const second = flow.task('second', echo, { text: first.get('text') })
  return flow.task('third', echo, { text: second.get('text') })
})

export const oneAgent = workflow({ name: 'one-agent', input: Text }, (flow, given) =>
  flow.task('answer', answerer, { text: given.get('text') }),
)

/** The least that a task of three steps can do: it reads its inputs, and each step gives them back in a transaction of its own. */
export async function threeSteps(attempt: Attempt): Promise<AttemptEnd> {
  const { kernel, run, task, place } = attempt
  const { value, origin, sources } = await readInputs(kernel, run, task, place)
  for (const key of ['one', 'two', 'three']) await step(attempt, key, 'action', async () => ({ output: value, origin }))
  const outcome = { output: value, cost: microUsd(0), madeBy: { doer: 'echo' }, sources }
  return { kind: 'done', outcome, origin }
}

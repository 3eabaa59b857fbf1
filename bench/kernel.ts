import { parseArgs } from 'node:util'
import { z } from 'zod'
import { agent, pure } from '../src/agents/agent.ts'
import { type Attempt, step } from '../src/executor/attempt.ts'
import type { AttemptEnd } from '../src/executor/ending.ts'
import { readInputs } from '../src/executor/values.ts'
import { workflow } from '../src/planner/workflow.ts'
import { microUsd } from '../src/values/money.ts'
import { rawCommits } from './commits.ts'
import { openBench } from './company.ts'
import { drive } from './drive.ts'
import { report } from './measure.ts'

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '5' }, 'in-flight': { type: 'string', default: '200' } },
})
const seconds = Number(values.seconds)
const inFlight = Number(values['in-flight'])

const Text = z.object({ text: z.string() })
const echo = pure<{ text: string }, { text: string }>({
  name: 'echo',
  does: 'Gives back what it got.',
  input: Text,
  output: Text,
  run: ({ text }) => ({ text }),
})
const input = { text: 'A sentence of ordinary length, as a brief or a title would be.' }
const oneTask = workflow({ name: 'one-task', input: Text }, (flow, given) =>
  flow.task('work', echo, { text: given.get('text') }),
)

await threeSteps()

async function threeSteps(): Promise<void> {
  const company = await openBench({ workflows: [oneTask] }, inFlight, perform)
  const driven = await drive(company, 'one-task', input, { inFlight, seconds })
  await company.close()
  report({ name: 'three-step durable tasks', value: driven.perSecond, unit: '/s', goal: 'at least 2000' })
  process.stderr.write(`${JSON.stringify(driven)}\n`)
}

async function perform(attempt: Attempt): Promise<AttemptEnd> {
  const { kernel, run, task, place } = attempt
  const { value, origin, sources } = await readInputs(kernel, run, task, place)
  for (const key of ['one', 'two', 'three']) await step(attempt, key, 'action', async () => ({ output: value, origin }))
  const outcome = { output: value, cost: microUsd(0), madeBy: { doer: 'echo' }, sources }
  return { kind: 'done', outcome, origin }
}
void [agent, rawCommits]

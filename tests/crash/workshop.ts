import { z } from 'zod'
import { agent, pure } from '../../src/agents/agent.ts'
import type { Price } from '../../src/models/model.ts'
import { over, under } from '../../src/planner/condition.ts'
import type { PlannerInput } from '../../src/planner/flow.ts'
import type { Plan } from '../../src/planner/plan.ts'
import { planSchema } from '../../src/planner/plan-schema.ts'
import { workflow } from '../../src/planner/workflow.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'
import { usd } from '../../src/values/money.ts'
import { hours, minutes, seconds } from '../../src/values/time.ts'
import { archive, ledger, press, unreliable } from './adapters.ts'
import type { Work } from './work.ts'

const Thing = z.object({ id: z.string() })

const split = pure({
  name: 'split',
  does: 'Splits a text into words.',
  input: z.object({ text: z.string() }),
  output: z.object({ words: z.array(z.string()), count: z.int() }),
  run: ({ text }) => ({ words: text.split(' '), count: text.split(' ').length }),
})

const shout = pure({
  name: 'shout',
  does: 'Makes a text loud.',
  input: z.object({ text: z.string() }),
  output: z.string(),
  run: ({ text }) => text.toUpperCase(),
})

const total = pure({
  name: 'total',
  does: 'Counts what was made.',
  input: z.object({ things: z.array(Thing).readonly(), planned: z.string(), posted: Thing }),
  output: z.object({ made: z.int(), planned: z.string() }),
  run: ({ things, planned }) => ({ made: things.length, planned }),
})

const planner = agent<PlannerInput, Plan>({
  name: 'planner',
  version: 1,
  does: 'Plans.',
  input: z.object({ goal: z.string(), doers: z.string() }),
  output: planSchema,
  tier: 'standard',
  instructions: './planner.md',
})

// What the planner agent answers: a booking and a loud text, so that the graft has an edge and an effect of its own.
const written = {
  tasks: [
    {
      kind: 'function',
      name: 'louder',
      doer: 'shout',
      inputs: { text: { from: '$input', path: ['goal'] } },
    },
    { kind: 'action', name: 'entry', doer: 'ledger.book', inputs: { text: { from: 'louder', path: [] } } },
  ],
  output: { from: 'entry', path: ['id'] },
}

const patient = { attempts: 8, first: seconds(1), factor: 2, most: minutes(1) }

const workshop = workflow(
  { name: 'workshop', input: z.object({ text: z.string() }), budget: { cost: usd(5) } },
  (flow, input) => {
    const parts = flow.task('parts', split, { text: input.get('text') })
    const things = flow.each('things', parts.get('words'), { max: 10 }, (word) => {
      flow.task('filed', archive.file, { text: word })
      return flow.task('booked', ledger.book, { text: word })
    })
    const planned = flow.plan('extra', input.get('text'), {
      planner,
      allow: [shout, ledger.book],
      produces: z.string(),
    })
    flow.when('many', over(parts.get('count'), 2), () =>
      flow.task('stock', ledger.reserve, { text: input.get('text') }, { retry: patient }),
    )
    flow.when('few', under(parts.get('count'), 2), () => flow.task('never', ledger.book, { text: 'never' }))
    const notice = flow.task('notice', shout, { text: input.get('text') }, { delay: hours(1) })
    const fine = flow.gate('fine', notice, { ask: 'Post it?', covers: [press.post], otherwise: 'wait' })
    const posted = flow.task('post', press.post, { text: fine })
    return flow.task('sum', total, { things, planned, posted })
  },
)

/** Every kind of task and every kind of provider in one run, which is undone at its end. */
export function workshopWith(price: Price): Work {
  const model = scriptedModel(() => ({ output: written }), { price })
  return {
    workflow: workshop,
    input: { text: 'tea and milk' },
    spec: { workflows: [workshop], agents: [planner], adapters: [...unreliable], models: { standard: [model] } },
    instructions: { 'planner.md': 'Plan.' },
    returns: false,
    undo: true,
  }
}

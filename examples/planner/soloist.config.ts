import { agent, company, planSchema, pure, usd, workflow } from 'soloist'
import { documents, folder, mail, outbox } from 'soloist/adapters'
import { z } from 'zod'

const planner = agent({
  name: 'planner',
  version: 1,
  does: 'Plans how to reach a goal.',
  tier: 'quality',
  instructions: './planner.md',
  input: z.object({ goal: z.string(), doers: z.string() }),
  output: planSchema,
})

const scribe = agent({
  name: 'scribe',
  version: 1,
  does: 'Writes a short text about something.',
  tier: 'cheap',
  instructions: './scribe.md',
  input: z.object({ about: z.string() }),
  output: z.object({ text: z.string() }),
})

const mailText = z.object({ to: z.string(), subject: z.string(), text: z.string() })

const letter = pure({
  name: 'letter',
  does: 'Puts a mail together.',
  input: mailText,
  output: mailText,
  run: (mail) => mail,
})

// The goal is the operator's, the plan the planner's: made of `allow` alone, checked like any other, and shown to the operator
// when it does more than read, or may cost much.
const reach = workflow({ name: 'reach', input: z.object({ goal: z.string() }) }, (flow, input) =>
  flow.plan('made', input.get('goal'), {
    planner,
    allow: [scribe, letter, documents.read, mail.send],
    produces: z.object({ text: z.string() }),
    budget: { cost: usd(0.5) },
  }),
)

export default company({
  name: 'Planner',
  operator: { name: 'Robin Vale', email: 'robin@example.org', timeZone: 'UTC' },
  workflows: [reach],
  agents: [planner, scribe],
  adapters: [folder(), outbox()],
})

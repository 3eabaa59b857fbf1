import { agent, company, hours, usd, workflow } from 'soloist'
import { z } from 'zod'

const writer = agent({
  name: 'writer',
  version: 1,
  does: "Answers a customer's letter.",
  tier: 'standard',
  instructions: './writer.md',
  input: z.object({ letter: z.string() }),
  output: z.object({ text: z.string() }),
  // Tokens, each the most that its part may take. All is about the customer that the task is about, and about nobody else.
  recall: {
    snapshot: 200,
    history: [
      { by: ['letter'], kinds: ['interaction.recorded'], tokens: 300 },
      { words: 'operator changed', kinds: ['gate.decided'], tokens: 200 },
    ],
    knowledge: { kinds: ['rule'], tokens: 100 },
  },
  budget: { cost: usd(0.05) },
})

const answerLetter = workflow(
  {
    name: 'answer-letter',
    input: z.object({ from: z.string(), letter: z.string().min(1) }),
    subject: (input) => input.get('from'),
    budget: { cost: usd(0.1) },
  },
  (flow, input) => {
    const draft = flow.task('write', writer, { letter: input.get('letter') })
    return flow.gate('check', draft, { ask: 'Send this?', covers: [], within: hours(48), otherwise: 'reject' })
  },
)

export default company({
  name: 'Recall',
  operator: { name: 'Robin Vale', email: 'robin@example.org', timeZone: 'UTC' },
  workflows: [answerLetter],
  agents: [writer],
})

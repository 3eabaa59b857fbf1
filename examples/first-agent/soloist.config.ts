import { agent, company, usd, workflow } from 'soloist'
import { z } from 'zod'

const sorter = agent({
  name: 'sorter',
  version: 1,
  does: 'Says what a message from a customer is about, and how urgent it is.',
  tier: 'cheap',
  instructions: './sorter.md',
  input: z.object({ message: z.string() }),
  output: z.object({ about: z.enum(['order', 'repair', 'praise', 'other']), urgent: z.boolean(), summary: z.string() }),
  budget: { cost: usd(0.01) },
})

const sortMessage = workflow(
  {
    name: 'sort-message',
    input: z.object({ message: z.string().min(1) }),
    lane: 'interactive',
    budget: { cost: usd(0.01) },
  },
  (flow, input) => flow.task('sort', sorter, { message: input.get('message') }),
)

export default company({
  name: 'First agent',
  operator: { name: 'Robin Vale', email: 'robin@example.org', timeZone: 'UTC' },
  workflows: [sortMessage],
  agents: [sorter],
})

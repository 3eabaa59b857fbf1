import { agent, minutes, usd } from 'soloist'
import { issueSchema } from 'soloist/adapters'
import { z } from 'zod'
import { researchSchema } from './researcher.ts'

export const writer = agent({
  name: 'writer',
  version: 1,
  does: 'Writes an issue of the letter from the research, in the house style, with a link to each source.',
  tier: 'quality',
  instructions: './writer.md',
  input: z.object({ topic: z.string(), research: researchSchema, style: z.string(), rules: z.string() }),
  output: issueSchema,
  budget: { cost: usd(0.6), time: minutes(10) },
})

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
  input: z.object({ topic: z.string(), research: researchSchema, rules: z.string() }),
  output: issueSchema,
  recall: {
    purpose: 'write the next issue of the letter as the operator wants it',
    history: [{ words: 'operator changed', kinds: ['gate.decided'], tokens: 400 }],
    knowledge: { tokens: 1000, files: ['house-style.md'] },
  },
  budget: { cost: usd(0.6), time: minutes(10) },
})

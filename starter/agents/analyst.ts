import { agent, minutes, usd } from 'soloist'
import { z } from 'zod'
import { figuresSchema } from '../workflows/analysis.ts'

const issueSources = z.array(z.object({ title: z.string(), url: z.string(), pointer: z.string().nullable() }))

export const analyst = agent({
  name: 'analyst',
  version: 1,
  does: 'Says what an issue that was sent teaches us for the next one.',
  tier: 'standard',
  instructions: './analyst.md',
  input: z.object({
    subject: z.string(),
    written: z.string(),
    approved: z.string(),
    sources: issueSources.readonly(),
    figures: figuresSchema,
  }),
  output: z.object({
    summary: z.string().max(1200).describe('How the issue went, in two or three sentences.'),
    lessons: z.array(z.string().max(300)).max(3).describe('What to do or to leave next time; none is a good answer.'),
  }),
  budget: { cost: usd(0.2), time: minutes(5) },
})

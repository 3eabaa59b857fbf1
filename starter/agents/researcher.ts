import { agent, minutes, usd } from 'soloist'
import { problemSchema } from 'soloist/adapters'
import { z } from 'zod'
import { sourceSchema } from '../workflows/sources.ts'

/** What the researcher hands on: each source with the one thing in it that a reader should know. */
export const researchSchema = z.object({
  overview: z.string().describe('What the sources say about the topic, in two or three sentences.'),
  sources: z
    .array(
      z.object({
        title: z.string().max(500).describe('As in the input.'),
        url: z.string().max(2048).describe('As in the input, letter for letter.'),
        pointer: z.string().max(1100).nullable().describe('As in the input.'),
        summary: z.string().max(600).describe('What a reader should know from this source, in one or two sentences.'),
      }),
    )
    .max(6)
    .describe('The best sources for the topic, best first.'),
})

export const researcher = agent({
  name: 'researcher',
  version: 1,
  does: 'Reads the sources of an issue and picks what its readers should know.',
  tier: 'standard',
  instructions: './researcher.md',
  input: z.object({
    topic: z.string(),
    sources: z.array(sourceSchema).readonly(),
    lessons: z.array(z.string()).readonly(),
    problems: z.array(problemSchema).readonly(),
  }),
  output: researchSchema,
  budget: { cost: usd(0.4), time: minutes(10) },
})

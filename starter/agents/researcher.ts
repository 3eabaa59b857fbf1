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
    problems: z.array(problemSchema).readonly(),
  }),
  output: researchSchema,
  recall: {
    purpose: 'choose and order what the next issue of the letter says',
    history: [
      // What the operator changed in earlier drafts and said at the gate.
      { words: 'operator changed', kinds: ['gate.decided'], tokens: 400 },
      // How earlier issues went, and what we noted then.
      { words: 'analyst summary lessons sum-up delivered bounced unsubscribed', kinds: ['task.done'], tokens: 500 },
      // What earlier issues said.
      { words: 'newsletters issue subject', by: ['topic'], kinds: ['effect.intended'], tokens: 400 },
    ],
  },
  budget: { cost: usd(0.4), time: minutes(10) },
})

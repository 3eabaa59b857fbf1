import { z } from 'zod'
import { pure } from '../../src/index.ts'

export const Given = z.object({ about: z.string() })
export const Answer = z.object({ body: z.string() })

/** What an agent is that writes something of the best tier; its name is its own. */
export const spec = {
  version: 1,
  does: 'Writes.',
  input: Given,
  output: Answer,
  tier: 'quality',
  instructions: './w.md',
} as const

/** What answers for it where no model does. */
export const rules = pure({
  name: 'rules',
  does: 'Answers by rules.',
  input: Given,
  output: Answer,
  run: ({ about }) => ({ body: `by rules: ${about}` }),
})

import { z } from 'zod'
import { action, port } from '../port.ts'

/** What the company has learned: every company has this port, no adapter needs to be named. Proposing is all that an agent can do. */
export const knowledge = port('knowledge', {
  propose: action({
    does: 'Proposes a file of knowledge, new or changed. The operator sees the difference and decides; until then nothing is changed.',
    risk: 'internal',
    effect: 'reversible',
    input: z.object({
      path: z.string().min(1).max(200).describe('Within knowledge/, like replies/late-payment.md'),
      text: z
        .string()
        .min(1)
        .max(100_000)
        .describe(
          'The whole file. It begins with a head between two lines "---": kind (template, rule, policy or playbook), title, when; ' +
            'a policy has a scope, a rule one of always and never, a template its variables, which stand in the text as {{name}}.',
        ),
      why: z.string().min(1).max(2000).describe('What it was learned from'),
    }),
    output: z.object({ proposal: z.string() }),
    origin: 'system',
  }),
})

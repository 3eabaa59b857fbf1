import { action, port } from 'soloist/adapters'
import { z } from 'zod'

/** A notebook of what was said with whom. `internal`: nobody outside sees it, so that nobody is asked. */
export const notebook = port('notebook', {
  add: action({
    does: 'Notes down what was said.',
    risk: 'internal',
    effect: 'reversible',
    input: z.object({ who: z.string(), text: z.string() }),
    output: z.object({ key: z.string() }),
    origin: 'system',
  }),
})

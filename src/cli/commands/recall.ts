import { Argument, Option } from 'commander'
import type { Json } from '../../values/json.ts'
import { asking, given, type Verb } from '../invocation.ts'
import { recalledText } from '../render/recall.ts'

/** What the company remembers on a question. */
export const recallVerb: Verb = {
  name: 'recall',
  does: 'Find the best that memory holds on a question.',
  example: 'recall "What did Ana say about the price?" --identity ana@example.org --tokens 500',
  arguments: [new Argument('<question>', 'what is asked')],
  options: [
    new Option('--identity <identity>', 'only what is about it: an id, an email address or system:value'),
    new Option('--tier <tier>', 'only this tier').choices(['history', 'knowledge', 'working']),
    new Option('--tokens <count>', 'at most so many tokens (default 1000)'),
    new Option('--purpose <text>', 'what it is for'),
    new Option('--run <run>', 'whose working memory may answer'),
    new Option('--explain', 'show how each line was found, and what did not fit'),
  ],
  action: asking<Parameters<typeof recalledText>[0]>(
    'memory.recall',
    (invocation, query = '') => {
      const { tier } = invocation.options
      const tiers: Record<string, Json> = tier === undefined ? {} : { tiers: [tier as string] }
      return { query, ...tiers, ...given(invocation, 'identity', 'tokens', 'purpose', 'run', 'explain') }
    },
    (answer) => recalledText(answer),
  ),
}

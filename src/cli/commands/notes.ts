import { Argument, Option } from 'commander'
import type { Json } from '../../values/json.ts'
import { exit } from '../exit.ts'
import { textOf } from '../given-input.ts'
import { given, onDesk, type Verb } from '../invocation.ts'
import { readTime } from '../read-time.ts'
import { who } from './who.ts'

export const noteVerbs: readonly Verb[] = [
  {
    name: 'note',
    does: 'Record what was said between us and an identity.',
    example: 'identity note ana@example.org "She wants the invoice in May." --channel call --by them',
    arguments: [who, new Argument('<text>', 'what was said; - for standard input')],
    options: [
      new Option('--channel <channel>', 'by which way: mail, call, note (default: note)'),
      new Option('--by <side>', 'who said it: us or them (default: us)'),
      new Option('--speaker <name>', 'who spoke, where it is one of many'),
      new Option('--at <time>', 'when it happened, as 2026-03-01 or 2026-03-01T12:00 (default: now)'),
      new Option('--thread <name>', 'the conversation that it is of'),
    ],
    action: onDesk(async (desk, invocation, identity = '', text = '') => {
      const { at } = invocation.options
      const input: Record<string, Json> = {
        identity,
        text: text === '-' ? await textOf(invocation.world, '-') : text,
        ...given(invocation, 'channel', 'by', 'speaker', 'thread'),
        ...(typeof at === 'string' ? { at: readTime(at, invocation.world.timeZone) } : {}),
      }
      const output = await desk.call('identities.note', input)
      const { id, seq } = output as { readonly id: string; readonly seq: number }
      invocation.show(output, () => `Recorded for ${id}: event ${seq}.`)
      return exit.ok
    }),
  },
]

import { Argument, Option } from 'commander'
import { asking, given, type Verb } from '../invocation.ts'
import { other, who } from './who.ts'

const kind = new Argument('<kind>', 'works-at, client-of, subscribes-to, or a word of your own')

export const relationVerbs: readonly Verb[] = [
  {
    name: 'relate',
    does: 'Say what one identity is to another.',
    example: 'identity relate ana@example.org works-at example.org',
    arguments: [who, kind, other],
    action: asking<{ relation: string }>(
      'identities.relate',
      (_invocation, identity = '', kind = '', other = '') => ({ identity, kind, other }),
      ({ relation }) => `Related: ${relation}.`,
    ),
  },
  {
    name: 'unrelate',
    does: 'Say that a relation is over.',
    example: 'identity unrelate ana@example.org works-at example.org --why "She left"',
    arguments: [who, kind, other],
    options: [new Option('--why <reason>', 'why')],
    action: asking<{ relation: string }>(
      'identities.unrelate',
      (invocation, identity = '', kind = '', other = '') => ({ identity, kind, other, ...given(invocation, 'why') }),
      ({ relation }) => `Over: ${relation}.`,
    ),
  },
]

import { Argument, Option } from 'commander'
import type { SuggestionLine } from '../../os/queries/suggestions.ts'
import { asking, given, type Verb } from '../invocation.ts'
import { suggestionText } from '../render/suggestions.ts'
import { other, who } from './who.ts'

const why = new Option('--why <reason>', 'why')

export const mergeVerbs: readonly Verb[] = [
  {
    name: 'merge',
    does: 'Say that two records are of one: both stay, and are read as one.',
    example: 'identity merge ana@example.org ana.nova@example.org --why "She wrote from both"',
    arguments: [who, other],
    options: [why],
    action: asking<{ merge: string; identity: string; other: string }>(
      'identities.merge',
      (invocation, identity = '', other = '') => ({ identity, other, ...given(invocation, 'why') }),
      ({ merge, identity, other }) => `${other} is now ${identity}. To undo it: soloist identity unmerge ${merge}`,
    ),
  },
  {
    name: 'unmerge',
    does: 'Undo a merge: what was merged is its own again.',
    example: 'identity unmerge mrg_0000000000 --why "They are sisters"',
    arguments: [new Argument('<merge>', "the merge's id, as 'identity show' tells it")],
    options: [why],
    action: asking<{ merge: string }>(
      'identities.unmerge',
      (invocation, merge = '') => ({ merge, ...given(invocation, 'why') }),
      ({ merge }) => `Undone: ${merge}. If they are two: soloist identity distinguish`,
    ),
  },
  {
    name: 'distinguish',
    does: 'Say that two identities are not the same: they are not suggested as one again.',
    example: 'identity distinguish ana@example.org anna@example.org --why "They are sisters"',
    arguments: [who, other],
    options: [why],
    action: asking<{ one: string; other: string }>(
      'identities.distinguish',
      (invocation, identity = '', other = '') => ({ identity, other, ...given(invocation, 'why') }),
      ({ one, other }) => `${one} and ${other} are two.`,
    ),
  },
  {
    name: 'suggestions',
    does: 'Show who may be one with whom, and who only looks alike. Nothing is merged.',
    example: 'identity suggestions',
    options: [
      new Option('--limit <count>', 'at most about so many (default 50)'),
      new Option('--cursor <next>', 'go on where a page before ended'),
    ],
    action: asking<{ items: SuggestionLine[]; next: string | null }>(
      'identities.suggestions',
      (invocation) => given(invocation, 'limit', 'cursor'),
      ({ items, next }) => {
        const shown = items.length === 0 ? 'Nobody looks like somebody else.' : suggestionText(items)
        return next === null ? shown : `${shown}\nMore: soloist identity suggestions --cursor ${next}`
      },
    ),
  },
]

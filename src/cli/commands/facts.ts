import { Argument, Option } from 'commander'
import type { DisputeLine } from '../../os/queries/disputes.ts'
import type { FactLine } from '../../os/queries/identity-view.ts'
import { jsonOrText } from '../given-input.ts'
import { asking, given, type Verb } from '../invocation.ts'
import { readTime } from '../read-time.ts'
import { disputeTable, factTable } from '../render/facts.ts'
import { who } from './who.ts'

const key = new Argument('<key>', 'what it is about')

export const factVerbs: readonly Verb[] = [
  {
    name: 'fact',
    does: 'Record what you know of an identity.',
    example: 'identity fact ana@example.org language cs',
    arguments: [who, key, new Argument('<value>', 'JSON, or text')],
    options: [
      new Option('--confidence <share>', 'how sure you are: 0 to 1 (default: 1)').argParser(Number),
      new Option('--from <time>', 'when it begins to hold; until then, what was said before does'),
      new Option('--until <time>', 'when it stops to hold'),
    ],
    action: asking<{ id: string; fact: string }>(
      'identities.fact',
      (invocation, identity = '', key = '', value = '') => {
        const { from, until } = invocation.options
        const { timeZone } = invocation.world
        return {
          ...{ identity, key, value: jsonOrText(value), ...given(invocation, 'confidence') },
          ...(typeof from === 'string' ? { validFrom: readTime(from, timeZone) } : {}),
          ...(typeof until === 'string' ? { validUntil: readTime(until, timeZone) } : {}),
        }
      },
      ({ id }) => `Recorded for ${id}.`,
    ),
  },
  {
    name: 'disputes',
    does: 'List facts that a newer word disputes, whose word counts less than what stands.',
    example: 'identity disputes',
    options: [
      new Option('--limit <count>', 'at most so many (default 50)'),
      new Option('--before <event>', 'go on where a page before ended'),
    ],
    action: asking<{ items: DisputeLine[]; next: number | null }>(
      'identities.disputes',
      (invocation) => given(invocation, 'limit', 'before'),
      ({ items, next }, { world }) => {
        const shown = disputeTable(items, world.timeZone)
        return next === null ? shown : `${shown}\nMore: soloist identity disputes --before ${next}`
      },
    ),
  },
  {
    name: 'history',
    does: 'Show every value that a fact has had, the newest first.',
    example: 'identity history ana@example.org language',
    arguments: [who, key],
    options: [
      new Option('--limit <count>', 'at most so many (default 50)'),
      new Option('--before <event>', 'go on where a page before ended'),
    ],
    action: asking<{ items: FactLine[]; next: number | null }>(
      'identities.history',
      (invocation, identity = '', key = '') => ({ identity, key, ...given(invocation, 'limit', 'before') }),
      ({ items, next }, { world }) => {
        const shown = factTable(items, world.timeZone, 'Nothing was ever known of it.')
        return next === null ? shown : `${shown}\nMore: the same with --before ${next}`
      },
    ),
  },
]

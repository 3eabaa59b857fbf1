import { Argument, Option } from 'commander'
import type { IdentityLine } from '../../os/queries/identities.ts'
import type { IdentityView } from '../../os/queries/identity-view.ts'
import type { Json } from '../../values/json.ts'
import { asking, given, type Verb } from '../invocation.ts'
import { identityCard, identityTable } from '../render/identities.ts'
import { contactVerbs } from './contacts.ts'
import { factVerbs } from './facts.ts'
import { forgetVerbs } from './forget.ts'
import { mergeVerbs } from './merges.ts'
import { noteVerbs } from './notes.ts'
import { relationVerbs } from './relations.ts'
import { who } from './who.ts'

export const identityVerbs: readonly Verb[] = [
  {
    name: 'list',
    does: 'List identities.',
    example: 'identity list --kind person',
    options: [
      new Option('--kind <kind>', 'only of this kind'),
      new Option('--audience <id>', 'only members of this audience'),
      new Option('--status <status>', 'only members who are active, unsubscribed or bounced'),
      new Option('--limit <count>', 'at most so many (default 50)'),
      new Option('--cursor <next>', 'go on where a page before ended'),
    ],
    action: asking<{ items: IdentityLine[]; next: string | null }>(
      'identities.list',
      (invocation) => given(invocation, 'kind', 'audience', 'status', 'limit', 'cursor'),
      ({ items, next }) =>
        next === null ? identityTable(items) : `${identityTable(items)}\nMore: soloist identity list --cursor ${next}`,
    ),
  },
  {
    name: 'show',
    does: 'Show what is known of an identity.',
    example: 'identity show ana@example.org',
    arguments: [who],
    action: asking<IdentityView>(
      'identities.show',
      (_invocation, identity) => ({ identity: identity ?? '' }),
      (identity, { world }) => identityCard(identity, world.timeZone),
    ),
  },
  {
    name: 'add',
    does: 'Add an identity.',
    example: 'identity add person "Ana Nová" ana@example.org',
    arguments: [
      new Argument('<kind>', 'person, organisation, audience, project, product, or a word of your own'),
      new Argument('<name>', 'the name'),
      new Argument('[handles...]', 'what it is known by: an email address, a domain, system:value'),
    ],
    action: asking<{ id: string }>(
      'identities.add',
      (_invocation, kind, name, handles) => ({ kind, name, handles: handles ?? [] }) as Json,
      ({ id }) => `Added ${id}.`,
    ),
  },
  {
    name: 'handle',
    does: 'Add a name by which an identity is known.',
    example: 'identity handle ana@example.org "+420 777 123 456"',
    arguments: [who, new Argument('<handle>', 'an email address, a domain, a phone, system:value')],
    action: asking<{ id: string; handle: string }>(
      'identities.handle',
      (_invocation, identity = '', handle = '') => ({ identity, handle }),
      ({ id, handle }) => `${id} is known as ${handle}.`,
    ),
  },
  {
    name: 'member',
    does: 'Put someone into an audience, or out of it.',
    example: 'identity member audience:readers ana@example.org active',
    arguments: [
      new Argument('<audience>', 'the audience'),
      new Argument('<member>', 'who'),
      new Argument('<status>', 'active, unsubscribed or bounced'),
    ],
    options: [new Option('--why <reason>', 'why')],
    action: asking<{ changed: boolean }>(
      'identities.member',
      (invocation, audience = '', member = '', status = '') => ({
        audience,
        member,
        status,
        ...given(invocation, 'why'),
      }),
      ({ changed }) => (changed ? 'Changed.' : 'It was so already.'),
    ),
  },
  ...factVerbs,
  ...contactVerbs,
  ...mergeVerbs,
  ...relationVerbs,
  ...noteVerbs,
  ...forgetVerbs,
]

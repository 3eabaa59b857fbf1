import { Argument, Option } from 'commander'
import type { CommitmentLine } from '../../os/queries/commitments.ts'
import type { Instant } from '../../values/time.ts'
import { asking, given, type Verb } from '../invocation.ts'
import { commitmentTable, type SnapshotView, snapshotText } from '../render/snapshots.ts'
import { formatTime } from '../render/time.ts'

const who = new Argument('<identity>', 'an id, an email address or system:value')
const commitment = new Argument('<commitment>', 'the id of a commitment')
const key = new Argument('<key>', 'the key of a fact')

/** What matters of an identity, what is promised, and what is always said: verbs of `soloist identity`. */
export const promiseVerbs: readonly Verb[] = [
  {
    name: 'snapshot',
    does: 'Show what an agent would read of an identity.',
    example: 'identity snapshot ana@example.org --purpose "write the next invoice" --tokens 400',
    arguments: [who],
    options: [
      new Option('--purpose <text>', 'what it is for'),
      new Option('--tokens <count>', 'at most so many (default 400)'),
    ],
    action: asking<SnapshotView>(
      'identities.snapshot',
      (invocation, identity = '') => ({ identity, ...given(invocation, 'purpose', 'tokens') }),
      snapshotText,
    ),
  },
  {
    name: 'promise',
    does: 'Note what you promised to someone, or they to you.',
    example: 'identity promise ana@example.org "send the second draft" --due 2026-03-05',
    arguments: [who, new Argument('<what>', 'in a sentence')],
    options: [
      new Option('--due <day>', 'like 2026-03-05, or 2026-03-05T17:00'),
      new Option('--theirs', 'they promised it to you'),
    ],
    action: asking<{ id: string; dueAt: Instant | null }>(
      'commitments.make',
      (invocation, identity = '', what = '') => ({
        identity,
        what,
        by: invocation.options.theirs === true ? 'them' : 'us',
        ...given(invocation, 'due'),
      }),
      ({ id, dueAt }, { world }) =>
        dueAt === null ? `Noted: ${id}.` : `Noted: ${id}, due by ${formatTime(dueAt, world.timeZone)}.`,
    ),
  },
  {
    name: 'owed',
    does: 'List what is promised and not yet kept.',
    example: 'identity owed ana@example.org',
    arguments: [new Argument('[identity]', 'only of this identity')],
    options: [
      new Option('--limit <count>', 'at most so many (default 50)'),
      new Option('--cursor <next>', 'go on where a page before ended'),
    ],
    action: asking<{ items: CommitmentLine[]; next: string | null }>(
      'commitments.list',
      (invocation, identity) => ({
        ...given(invocation, 'limit', 'cursor'),
        ...(identity === undefined ? {} : { identity }),
      }),
      ({ items, next }, { world }) =>
        `${commitmentTable(items, world.timeZone)}${next === null ? '' : `\nMore: soloist identity owed --cursor ${next}`}`,
    ),
  },
  ending('keep', 'Say that a promise is kept.', 'kept'),
  ending('drop', 'Say that a promise no longer holds.', 'dropped'),
  {
    name: 'pin',
    does: 'Put a fact into each snapshot of an identity.',
    example: 'identity pin ana@example.org allergy',
    arguments: [who, key],
    action: asking<{ changed: boolean }>(
      'identities.pin',
      (_invocation, identity = '', pinned = '') => ({ identity, key: pinned }),
      ({ changed }) => (changed ? 'Pinned.' : 'It was pinned already.'),
    ),
  },
  {
    name: 'unpin',
    does: 'Let a fact stand in a snapshot only where it matters.',
    example: 'identity unpin ana@example.org allergy',
    arguments: [who, key],
    action: asking<{ changed: boolean }>(
      'identities.unpin',
      (_invocation, identity = '', pinned = '') => ({ identity, key: pinned }),
      ({ changed }) => (changed ? 'No longer pinned.' : 'It was not pinned.'),
    ),
  },
]

function ending(name: 'keep' | 'drop', does: string, state: string): Verb {
  return {
    name,
    does,
    example: `identity ${name} cmt_0k3v9q2m7x --why "Sent on Monday"`,
    arguments: [commitment],
    options: [new Option('--why <reason>', 'why')],
    action: asking<{ id: string }>(
      `commitments.${name}`,
      (invocation, id = '') => ({ commitment: id, ...given(invocation, 'why') }),
      ({ id }) => `${id} is ${state}.`,
    ),
  }
}

import { basename } from 'node:path'
import { Argument, Option } from 'commander'
import type { IdentityLine, IdentityView } from '../../os/queries/identities.ts'
import { Refusal } from '../../values/fault.ts'
import type { Json } from '../../values/json.ts'
import type { Desk } from '../desk.ts'
import { exit } from '../exit.ts'
import { asJson, bytesOf } from '../given-input.ts'
import { asking, given, type Invocation, onDesk, type Verb } from '../invocation.ts'
import { identityCard, identityTable } from '../render/identities.ts'
import { table } from '../render/table.ts'
import { forgetVerbs } from './forget.ts'

const who = new Argument('<identity>', 'an id, an email address or system:value')

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
      new Argument('<kind>', 'person, organisation, audience, project or product'),
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
    name: 'fact',
    does: 'Record what you know of an identity.',
    example: 'identity fact ana@example.org language cs',
    arguments: [who, new Argument('<key>', 'what it is about'), new Argument('<value>', 'JSON, or text')],
    action: asking<{ id: string; fact: string }>(
      'identities.fact',
      (_invocation, identity = '', key = '', value = '') => ({ identity, key, value: jsonOrText(value) }),
      ({ id }) => `Recorded for ${id}.`,
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
  {
    name: 'import',
    does: 'Add people to an audience from a CSV file.',
    example: 'identity import readers.csv --audience audience:readers --dry-run',
    arguments: [new Argument('<file>', 'a CSV file with a head line')],
    options: [
      new Option('--audience <identity>', 'the audience').makeOptionMandatory(),
      new Option('--dry-run', 'only say what would happen'),
    ],
    action: onDesk(importCsv),
  },
  ...forgetVerbs,
]

interface Report {
  readonly created: number
  readonly joined: number
  readonly known: number
  readonly left: number
  readonly refused: readonly { readonly line: number; readonly why: string }[]
}

async function importCsv(desk: Desk, invocation: Invocation, file = ''): Promise<number> {
  const { audience, dryRun = false } = invocation.options
  // The bytes as they are: a spreadsheet may have written them in another encoding than UTF-8.
  const csv = (await bytesOf(invocation.world, file)).toString('base64')
  const input = { csv, encoding: 'base64', source: basename(file), audience, dryRun } as Json
  const output = await desk.call('identities.importCsv', input)
  invocation.show(output, () => reportText(output as unknown as Report, dryRun === true))
  return exit.ok
}

function reportText({ created, joined, known, left, refused }: Report, dryRun: boolean): string {
  const shown = refused.slice(0, 20).map(({ line, why }) => [String(line), why])
  const more = refused.length > shown.length ? [`… and ${refused.length - shown.length} more (--json shows all)`] : []
  return [
    `${created} new, ${joined} joined, ${known} known already, ${left} unsubscribed or bounced, ${refused.length} left out.`,
    ...(shown.length === 0 ? [] : [table(['line', 'why'], shown, '')]),
    ...more,
    ...(dryRun ? ['Nothing was done. Next: the same without --dry-run'] : []),
  ].join('\n')
}

function jsonOrText(text: string): Json {
  try {
    return asJson(text, '')
  } catch (error) {
    if (error instanceof Refusal) return text
    throw error
  }
}

import { Argument, Option } from 'commander'
import type { GrantLine } from '../../os/queries/grants.ts'
import type { Json } from '../../values/json.ts'
import { formatUsd } from '../../values/money.ts'
import { asking, given, type Invocation, type Verb } from '../invocation.ts'
import { readCount } from '../read-count.ts'
import { table } from '../render/table.ts'
import { formatTime } from '../render/time.ts'
import { dollars } from './budgets.ts'

export const grantVerbs: readonly Verb[] = [
  {
    name: 'list',
    does: 'List standing approvals, latest first.',
    example: 'grant list',
    action: asking<{ items: GrantLine[] }>(
      'grants.list',
      () => ({ limit: 200 }),
      ({ items }, { world }) => grantTable(items, world.timeZone),
    ),
  },
  {
    name: 'give',
    does: 'Approve an action ahead of time.',
    example: 'grant give mail.send --uses 20 --days 30 --why "Answers to readers"',
    arguments: [new Argument('<action>', 'the name of the action')],
    options: [
      new Option('--uses <count>', 'how often').makeOptionMandatory(),
      new Option('--days <count>', 'for how long').makeOptionMandatory(),
      new Option('--why <reason>', 'why').makeOptionMandatory(),
      new Option('--subject <identity>', 'only about this identity'),
      new Option('--payee <name>', 'only to this payee'),
      new Option('--max-amount <dollars>', 'at most so much each time'),
      new Option('--external-ok', 'also for content made of text from outside'),
    ],
    action: asking<{ id: string }>('grants.give', newGrant, ({ id }) => `Given: ${id}.`),
  },
  {
    name: 'withdraw',
    does: 'End a grant.',
    example: 'grant withdraw grn_0k3v9q2m7x',
    arguments: [new Argument('<grant>', 'the id of a grant')],
    action: asking<{ id: string }>(
      'grants.withdraw',
      (_invocation, grant) => ({ grant: grant ?? '' }),
      ({ id }) => `Withdrawn: ${id}.`,
    ),
  },
]

function newGrant(invocation: Invocation, action = ''): Json {
  const { uses, days, maxAmount, externalOk } = invocation.options
  return {
    action,
    maxUses: readCount(String(uses), 'uses'),
    days: Number(days),
    externalOk: externalOk === true,
    ...given(invocation, 'why', 'subject', 'payee'),
    ...(maxAmount === undefined ? {} : { maxAmount: dollars(maxAmount as string) }),
  }
}

function grantTable(grants: readonly GrantLine[], timeZone: string): string {
  const rows = grants.map((grant) => [
    grant.id,
    grant.action,
    grant.subject?.name ?? grant.payee ?? '-',
    grant.maxAmount === null ? '-' : formatUsd(grant.maxAmount),
    `${grant.uses} of ${grant.maxUses}`,
    formatTime(grant.expiresAt, timeZone),
    grant.state,
  ])
  return table(['grant', 'action', 'for', 'up to', 'used', 'until', 'state'], rows, 'No grants.')
}

import { basename } from 'node:path'
import { Argument, Option } from 'commander'
import type { Json } from '../../values/json.ts'
import type { Desk } from '../desk.ts'
import { exit } from '../exit.ts'
import { bytesOf } from '../given-input.ts'
import { type Invocation, onDesk, type Verb } from '../invocation.ts'
import { table } from '../render/table.ts'

export const contactVerbs: readonly Verb[] = [
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

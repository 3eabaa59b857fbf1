import { basename } from 'node:path'
import { Argument, Option } from 'commander'
import type { Json } from '../../values/json.ts'
import type { Desk } from '../desk.ts'
import { exit } from '../exit.ts'
import { bytesOf } from '../given-input.ts'
import { type Invocation, onDesk, type Verb } from '../invocation.ts'
import { importText, type Report } from '../render/contacts.ts'

export const contactVerbs: readonly Verb[] = [
  {
    name: 'import',
    does: 'Take in people from a CSV or vCard file, also into an audience.',
    example: 'identity import readers.csv --audience audience:readers --dry-run',
    arguments: [new Argument('<file>', 'a CSV file with a head line, or a vCard file (.vcf) of version 3.0 or 4.0')],
    options: [
      new Option('--audience <identity>', 'the audience that they join (default: none)'),
      new Option('--vcard', 'the file is of vCards, whatever it is called'),
      new Option('--dry-run', 'only say what would happen'),
    ],
    action: onDesk(importContacts),
  },
]

async function importContacts(desk: Desk, invocation: Invocation, file = ''): Promise<number> {
  const { audience, dryRun = false, vcard } = invocation.options
  // The bytes as they are: a spreadsheet may have written them in another encoding than UTF-8.
  const content = (await bytesOf(invocation.world, file)).toString('base64')
  const given = { encoding: 'base64', source: basename(file), dryRun, ...(audience === undefined ? {} : { audience }) }
  const isCards = vcard === true || /\.(vcf|vcard)$/i.test(file)
  const output = isCards
    ? await desk.call('identities.importVcard', { ...given, vcard: content } as Json)
    : await desk.call('identities.importCsv', { ...given, csv: content } as Json)
  invocation.show(output, () => importText(output as unknown as Report, dryRun === true))
  return exit.ok
}

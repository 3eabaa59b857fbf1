import { Argument } from 'commander'
import { backupSecret } from '../../os/backup/kept.ts'
import type { SecretLine } from '../../os/queries/secrets.ts'
import { refuse } from '../../values/fault.ts'
import type { Desk } from '../desk.ts'
import { exit } from '../exit.ts'
import { asking, type Invocation, onDesk, type Verb } from '../invocation.ts'
import { table } from '../render/table.ts'

const name = new Argument('<name>', 'the name of the secret')

export const secretVerbs: readonly Verb[] = [
  {
    name: 'list',
    does: 'List the names of secrets, and who needs them.',
    example: 'secret list',
    action: asking<{ items: SecretLine[] }>(
      'secrets.list',
      () => ({}),
      ({ items }) => {
        const rows = items.map(({ name, set, neededBy }) => [name, set ? 'set' : 'missing', neededBy.join(', ') || '-'])
        return table(['secret', 'state', 'needed by'], rows, 'No secrets, and none is needed.')
      },
    ),
  },
  {
    name: 'set',
    does: 'Put a secret into the vault. Its value is asked for, or read from standard input; never given as an argument.',
    example: 'secret set SMTP_PASSWORD',
    arguments: [name],
    action: onDesk(setSecret),
  },
  {
    name: 'remove',
    does: 'Remove a secret from the vault.',
    example: 'secret remove SMTP_PASSWORD',
    arguments: [name],
    action: asking<{ name: string }>(
      'secrets.remove',
      (_invocation, secret) => ({ name: secret ?? '' }),
      (output) => `Removed ${output.name}.`,
    ),
  },
]

async function setSecret(desk: Desk, invocation: Invocation, secret = ''): Promise<number> {
  // Nobody notices a slip in this one before the day on which it is needed.
  const again = secret === backupSecret ? 'Once more: ' : undefined
  const value = await invocation.world.readSecret(`Value of ${secret}: `, again)
  if (value === '') refuse('input.invalid', { what: 'The secret', why: 'its value is empty' })
  const output = await desk.call('secrets.set', { name: secret, value })
  invocation.show(output, () => `Set ${secret}.`)
  return exit.ok
}

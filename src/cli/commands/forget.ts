import { resolve } from 'node:path'
import { Argument, Option } from 'commander'
import type { Forgetting } from '../../os/forget/forget.ts'
import type { Portrayed } from '../../os/portrait/portray.ts'
import type { Desk } from '../desk.ts'
import { exit } from '../exit.ts'
import { asking, type Invocation, onDesk, type Verb } from '../invocation.ts'
import { foreseen, forgotten } from '../render/forget.ts'

const who = new Argument('<identity>', 'an id, an email address or system:value')

export const forgetVerbs: readonly Verb[] = [
  {
    name: 'forget',
    does: 'Forget an identity and all that is merged with it, for ever. Asks first.',
    example: 'identity forget ana@example.org --dry-run',
    arguments: [who],
    options: [
      new Option('--dry-run', 'only say what is held, and what forgetting would not reach'),
      new Option('--cancel-runs', 'cancel the runs about them that are not over'),
      new Option('--yes', 'do not ask'),
    ],
    action: onDesk(forget),
  },
  {
    name: 'export',
    does: 'Write all that is held on an identity into FILE.json and FILE.md, for that person to read.',
    example: 'identity export ana@example.org ana',
    arguments: [who, new Argument('<file>', 'where the two files go; neither may be there yet')],
    action: asking<Portrayed>(
      'identities.export',
      ({ world }, identity = '', file = '') => ({ identity, path: resolve(world.cwd, file) }),
      ({ json, markdown, events }) =>
        `Written: ${markdown} to read, ${json} for machines (${events} events).\nNext: give them to that person and delete both: forgetting does not reach them.`,
    ),
  },
]

async function forget(desk: Desk, invocation: Invocation, identity = ''): Promise<number> {
  const { world, options } = invocation
  const cancelRuns = options.cancelRuns === true
  if (options.dryRun === true || options.yes !== true) {
    const output = await desk.call('identities.forget', { identity, dryRun: true, cancelRuns })
    const found = output as unknown as Forgetting
    if (options.dryRun === true) {
      invocation.show(output, () => foreseen(found, world.timeZone))
      return exit.ok
    }
    world.err(foreseen({ ...found, dryRun: false }, world.timeZone))
    if ((await world.readSecret('Nothing can bring it back. Type "forget" to go on: ')).trim() !== 'forget') {
      world.err('Nothing was done.')
      return exit.usage
    }
  }
  const output = await desk.call('identities.forget', { identity, dryRun: false, cancelRuns })
  invocation.show(output, () => forgotten(output as unknown as Forgetting, world.timeZone))
  return exit.ok
}

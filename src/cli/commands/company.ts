import { resolve } from 'node:path'
import { Argument, Option } from 'commander'
import type { Imported, Mode, Verified } from '../../os/os.ts'
import type { Json } from '../../values/json.ts'
import type { Desk } from '../desk.ts'
import { exit } from '../exit.ts'
import { asking, type Invocation, onDesk, type Verb } from '../invocation.ts'
import { modeLine } from '../render/mode.ts'
import { doctor } from './doctor.ts'

const why = new Argument('[why...]', 'why')

/** The company as a whole. */
export const companyVerbs: readonly Verb[] = [
  {
    name: 'pause',
    does: 'Stop every effect and model call at once; work queues up.',
    example: 'pause "Looking into a wrong invoice"',
    arguments: [why],
    action: asking<Mode>('company.pause', reasonGiven, modeLine),
  },
  {
    name: 'resume',
    does: 'Let the company work again.',
    example: 'resume',
    arguments: [why],
    action: asking<Mode>('company.resume', reasonGiven, modeLine),
  },
  {
    name: 'verify',
    does: 'Prove that the journal is whole.',
    example: 'verify',
    action: asking<Verified>(
      'company.verify',
      () => ({}),
      ({ events, head }) => `The journal is whole: ${events} ${events === 1 ? 'event' : 'events'}, head ${head}.`,
    ),
  },
  {
    name: 'export',
    does: 'Write the whole company as one archive, under a passphrase that is asked for.',
    example: 'export ana-2026-03.soloist',
    arguments: [new Argument('<file>', 'where the archive goes')],
    options: [new Option('--move', 'seal this copy: work goes on where the archive is imported')],
    action: onDesk(exportCompany),
  },
  {
    name: 'import',
    does: 'Make a company from an archive: a paused copy, or one that moves here.',
    example: 'import ana-2026-03.soloist ./company',
    arguments: [new Argument('<file>', 'the archive'), new Argument('[folder]', 'an empty folder').default('company')],
    options: [new Option('--again', 'make a paused copy of an archive that has moved its company before')],
    action: importCompany,
  },
  {
    name: 'doctor',
    does: 'Say what is wrong with a company and what to do; without --fix nothing is changed.',
    example: 'doctor --fix',
    options: [new Option('--fix', 'put right what is safe: file modes, folders, what was left behind, statistics')],
    action: doctor,
  },
]

/** Whoever is in a hurry leaves the quotes out, and is understood. */
function reasonGiven(_invocation: Invocation, ...given: readonly unknown[]): Json {
  const words = (given[0] ?? []) as readonly string[]
  return words.length === 0 ? {} : { why: words.join(' ') }
}

async function exportCompany(desk: Desk, invocation: Invocation, file = ''): Promise<number> {
  const { world, options } = invocation
  const passphrase = await world.readSecret('Passphrase for the archive: ', 'Once more: ')
  const input = { path: resolve(world.cwd, file), passphrase, move: options.move === true }
  const output = await desk.call('company.export', input)
  invocation.show(output, () => `Written: ${input.path}. Without the passphrase nobody can read it, you included.`)
  return exit.ok
}

/** Makes a company from an archive, and says how it stands. */
export async function importCompany(invocation: Invocation, file = '', folder = 'company'): Promise<number> {
  const { world, options } = invocation
  const passphrase = await world.readSecret('Passphrase of the archive: ')
  const to = resolve(world.cwd, folder)
  const output: Imported = await world.importCompany(resolve(world.cwd, file), to, passphrase, {
    again: options.again === true,
  })
  invocation.show({ ...output }, () => importedLine(output, folder))
  return exit.ok
}

function importedLine({ folder, kind, paused }: Imported, near: string): string {
  if (!paused) return `Moved to ${folder}: it goes on where it stopped.\nNext: soloist start --company ${near}`
  const moved = kind === 'move' ? 'Moved to' : 'Imported into'
  return `${moved} ${folder}, paused.\nNext: soloist resume --company ${near}`
}

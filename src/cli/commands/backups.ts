import { resolve } from 'node:path'
import { Argument, Option } from 'commander'
import type { Backup } from '../../os/backup/backups.ts'
import type { Desk } from '../desk.ts'
import { exit } from '../exit.ts'
import { asking, type Invocation, onDesk, type Verb } from '../invocation.ts'
import { plain, table } from '../render/table.ts'
import { formatTime } from '../render/time.ts'
import { importCompany } from './company.ts'

const file = new Argument('<file>', 'the backup')

export const backupVerbs: readonly Verb[] = [
  {
    name: 'now',
    does: 'Make a backup now, restored for a trial before it counts.',
    example: 'backup now',
    action: asking<Backup>(
      'backups.take',
      () => ({}),
      ({ path, lastSeq, bytes }) =>
        `Written: ${path} (${size(bytes)}, up to event ${lastSeq}). It was restored for a trial, and is whole.`,
    ),
  },
  {
    name: 'list',
    does: 'List the backups that are kept, latest first.',
    example: 'backup list',
    action: asking<{ items: Backup[] }>('backups.list', () => ({}), listed),
  },
  {
    name: 'try',
    does: 'Restore a backup or an archive for a trial, and remove what came of it.',
    example: 'backup try ../backups/ana-writes-20260313T090000Z.soloist --ask',
    arguments: [file],
    options: [new Option('--ask', 'ask for the passphrase, rather than take it from the vault')],
    action: onDesk(tryBackup),
  },
  {
    name: 'restore',
    does: 'Make a company from a backup; it is paused. The same as import.',
    example: 'backup restore ../backups/ana-writes-20260313T090000Z.soloist ./company',
    arguments: [file, new Argument('[folder]', 'an empty folder').default('company')],
    action: importCompany,
  },
]

interface Found {
  readonly company: string
  readonly madeAt: string
  readonly lastSeq: number
  readonly rows: number
}

async function tryBackup(desk: Desk, invocation: Invocation, given = ''): Promise<number> {
  const { world, options } = invocation
  const path = resolve(world.cwd, given)
  const passphrase = options.ask === true ? await world.readSecret('Passphrase of the backup: ') : undefined
  const output = await desk.call('backups.try', { path, ...(passphrase === undefined ? {} : { passphrase }) })
  const { company, madeAt, lastSeq, rows } = output as unknown as Found
  invocation.show(
    output,
    () =>
      `${path} is whole: ${plain(company)} as of ${madeAt}, ${lastSeq} events, ${rows} rows. Nothing was kept of the trial.`,
  )
  return exit.ok
}

function listed({ items }: { readonly items: readonly Backup[] }, { world }: Invocation): string {
  const rows = items.map(({ path, takenAt, lastSeq, bytes, there }) => [
    formatTime(takenAt, world.timeZone),
    size(bytes),
    String(lastSeq),
    there ? path : `${path} (gone)`,
  ])
  return table(['taken', 'size', 'events', 'file'], rows, "No backups. Make one with 'soloist backup now'.")
}

const size = (bytes: number): string =>
  bytes < 2 ** 20 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 2 ** 20).toFixed(1)} MB`

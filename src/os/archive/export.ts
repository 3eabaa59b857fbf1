import { randomBytes } from 'node:crypto'
import { existsSync, rmSync } from 'node:fs'
import { basename, isAbsolute, normalize, resolve } from 'node:path'
import type { Tx } from '../../store/store.ts'
import { headOf } from '../../telemetry/journal.ts'
import { refuse } from '../../values/fault.ts'
import { companyIdentity } from '../../values/id.ts'
import type { Company } from '../commands.ts'
import { writeLedgerBeside } from '../forget/ledgers.ts'
import type { Exported, ExportOptions } from '../os.ts'
import { move } from './move.ts'
import { checkPassphrase } from './passphrase.ts'
import { publish } from './publish.ts'
import { writeArchive } from './write-archive.ts'

/**
 * Writes the whole company to one file that is not there yet: what is committed now, while work goes on. The file gets its name
 * once it was read again and proved; before that there is none. A move ends this company: see `move`.
 * Faults: `input.invalid`, `input.too-large`, `archive.occupied`, `store.unwritable`, `store.full`, `archive.invalid` when this
 * company is damaged itself.
 */
export async function exportCompany(company: Company, path: string, options: ExportOptions): Promise<Exported> {
  const archive = resolve(path)
  checkPassphrase(options.passphrase)
  checkStoreFolder(company.config.store.folder)
  if (existsSync(archive)) refuse('archive.occupied', { folder: archive })
  return options.move ? move(company, archive, options.passphrase) : copy(company, archive, options.passphrase)
}

/** A name beside the archive's, for what is not whole yet. */
export const draftOf = (archive: string): string => `${archive}.${randomBytes(4).toString('hex')}.partial`

/** Takes away a draft, and what SQLite put beside it. */
export function removeDraft(draft: string): void {
  for (const suffix of ['', '-journal']) rmSync(draft + suffix, { force: true })
}

/** Journals that an export begins: the archive has this event itself. */
export async function noteExport(tx: Tx, { kernel }: Company, archive: string, isMove: boolean): Promise<void> {
  const head = await headOf.first(tx.db, {})
  await kernel.journal.append(tx, {
    kind: 'company.exported',
    subject: companyIdentity,
    origin: 'operator',
    payload: { archive: basename(archive), path: archive, lastSeq: (head?.seq ?? 0) + 1, move: isMove },
  })
}

async function copy(company: Company, archive: string, passphrase: string): Promise<Exported> {
  const draft = draftOf(archive)
  try {
    await company.kernel.store.write((tx) => noteExport(tx, company, archive, false))
    const { lastSeq } = await writeArchive(company, { draft, passphrase, kind: 'copy' })
    publish(draft, archive)
    await writeLedgerBeside(company.kernel, archive)
    return { archive, lastSeq }
  } finally {
    removeDraft(draft)
  }
}

function checkStoreFolder(folder: string): void {
  const path = normalize(folder)
  if (isAbsolute(path) || path === '.' || path.startsWith('..')) {
    const why = `${folder} lies outside of the company's folder, so that an archive could not put it back`
    refuse('input.invalid', { what: 'store.folder', why })
  }
}

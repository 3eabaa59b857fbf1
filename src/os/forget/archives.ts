import { existsSync } from 'node:fs'
import type { Store } from '../../store/store.ts'
import type { Journal } from '../../telemetry/journal.ts'
import { keptBackups } from '../backup/kept.ts'

/** An archive of this company that was made before: it holds what was known then. */
export interface EarlierArchive {
  readonly kind: 'backup' | 'export'
  /** Absolute; of an old export only its name is known. */
  readonly path: string
  readonly at: number
  /** Whether it is there now, as far as this machine can see. */
  readonly there: boolean
}

// Nobody wants to read more, and each is a file of its own.
const most = 1000

/** The backups that are kept and the exports that were ever made, latest first. */
export async function earlierArchives({
  store,
  journal,
}: {
  readonly store: Store
  readonly journal: Journal
}): Promise<EarlierArchive[]> {
  const found: EarlierArchive[] = (await keptBackups({ store })).map(({ path, taken_at: at }) => ({
    kind: 'backup',
    path,
    at,
    there: existsSync(path),
  }))
  for (let after = 0; found.length < most; ) {
    const page = await journal.page({ after, limit: 200, kind: 'company.exported' })
    for (const event of page) {
      if (event.kind !== 'company.exported' || event.payload === null) continue
      const path = event.payload.path ?? event.payload.archive
      found.push({ kind: 'export', path, at: event.at, there: event.payload.path !== undefined && existsSync(path) })
    }
    after = page.at(-1)?.seq ?? 0
    if (page.length < 200) break
  }
  return found.sort((a, b) => b.at - a.at)
}

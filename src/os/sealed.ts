import { existsSync, rmSync } from 'node:fs'
import type { Store } from '../store/store.ts'
import { refuse } from '../values/fault.ts'
import { publish } from './archive/publish.ts'

/** The rows of `meta` that a move leaves. */
export const sealedRow = 'sealed'
export const movingRow = 'moving'

/** What a move needs to know after a crash. */
export interface Moving {
  readonly archive: string
  readonly draft: string
  /** The pause was the move's own: where the archive is imported, work goes on. */
  readonly resume: boolean
}

/**
 * A company that was moved is closed for ever; if the process died between the seal and the archive's name, the archive gets it
 * now. Fault: `store.sealed`.
 */
export async function refuseSealed(store: Store): Promise<void> {
  const rows = await store.read.selectFrom('meta').selectAll().where('name', 'in', [sealedRow, movingRow]).execute()
  const sealed = rows.find((row) => row.name === sealedRow)
  if (!sealed) return
  await store.close()
  const moving = rows.find((row) => row.name === movingRow)
  const { archive, draft } = JSON.parse(moving?.value ?? '{}') as Partial<Moving>
  if (archive !== undefined && draft !== undefined) finishMove({ archive, draft })
  refuse('store.sealed', { at: sealed.value, archive: archive ?? 'an archive' })
}

function finishMove({ draft, archive }: Pick<Moving, 'draft' | 'archive'>): void {
  if (!existsSync(draft) || existsSync(archive)) return
  publish(draft, archive)
  rmSync(draft, { force: true })
}

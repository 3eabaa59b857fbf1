import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { openSqlite } from '../../src/store/sqlite.ts'
import type { Store } from '../../src/store/store.ts'

/** A folder of its own for the running test, removed afterwards. */
export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'soloist-store-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A new store for the running test, closed and removed afterwards. */
export function tempStore(): { readonly store: Store; readonly path: string } {
  const path = join(tempFolder(), 'company.db')
  const store = openSqlite(path)
  onTestFinished(() => store.close())
  return { store, path }
}

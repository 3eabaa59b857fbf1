import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { openSqlite } from '../../src/store/sqlite.ts'
import type { Store } from '../../src/store/store.ts'
import { type Fault, faultIn } from '../../src/values/fault.ts'

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

/** The fault that a call throws; fails when it throws none. */
export function faultOf(call: () => unknown): Fault {
  try {
    call()
  } catch (error) {
    return faultIn(error)
  }
  throw new Error('nothing was refused')
}

/** The fault that a promise rejects with; fails when it resolves. */
export async function faultFrom(promise: Promise<unknown>): Promise<Fault> {
  return promise.then(() => {
    throw new Error('nothing was refused')
  }, faultIn)
}

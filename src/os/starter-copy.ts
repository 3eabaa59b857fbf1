import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { cp, mkdir, readdir, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { makeVaultKey } from '../store/vault-key.ts'
import { fault, Refusal, refuse } from '../values/fault.ts'

/** Where a company keeps its state, its vault's key and what the CLI needs to find the desk. */
export const stateFolder = '.soloist'

/** The file with the key of the vault: 32 bytes as 64 hexadecimal digits. */
const vaultKeyFile = 'vault.key'

/** What was made. */
export interface Made {
  readonly folder: string
  /** Copied files, relative to the folder, sorted. */
  readonly files: readonly string[]
}

/**
 * Makes a company in a folder: copies the starter, and makes the key of its vault, readable by this user alone. Nothing that is
 * there is overwritten: then nothing at all is made. Faults: `init.occupied`, `store.unwritable`, `store.full`.
 */
export async function makeCompany(
  starter: string,
  folder: string,
  random: (bytes: number) => Uint8Array = randomBytes,
): Promise<Made> {
  const files = await filesIn(starter)
  const taken = [stateFolder, ...files].find((file) => existsSync(join(folder, file)))
  if (taken !== undefined) refuse('init.occupied', { folder, what: taken })
  try {
    await mkdir(folder, { recursive: true })
    await cp(starter, folder, { recursive: true, force: false })
    await mkdir(join(folder, stateFolder), { mode: 0o700 })
    makeVaultKey(join(folder, stateFolder, vaultKeyFile), Buffer.from(random(32)))
    // The key and the state never belong into a repository.
    await writeFile(join(folder, '.gitignore'), `${stateFolder}/\nnode_modules/\n`, { flag: 'a' })
  } catch (error) {
    throw diskFault(error, folder)
  }
  return { folder, files }
}

/** The system's refusals to write as faults; anything else unchanged. */
export function diskFault(error: unknown, path: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOSPC') return new Refusal(fault('store.full', { path }))
  if (typeof code !== 'string' || !(error instanceof Error)) return error
  return new Refusal(fault('store.unwritable', { path, why: error.message }))
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort()
}

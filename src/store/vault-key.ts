import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { refuse } from '../values/fault.ts'
import { fileFault } from './file-fault.ts'

/**
 * The company's key, 32 bytes: from the environment (`SOLOIST_VAULT_KEY`, passed in) or else from its file; 64 hexadecimal
 * digits in both. Faults: `vault.missing-key`, `vault.wrong-key`.
 */
export function readVaultKey(path: string, fromEnvironment?: string): Buffer {
  if (fromEnvironment) return parseKey(fromEnvironment, 'SOLOIST_VAULT_KEY')
  if (!existsSync(path)) refuse('vault.missing-key', { path })
  return parseKey(readText(path), path)
}

/**
 * Makes a company's key (or keeps the one that is given) in a new file that only its owner can read (mode 0600), on disk whole before it has its name. A file
 * that is there is never touched, for without it a company cannot be read: fault `archive.occupied`. Also `store.unwritable`,
 * `store.full`.
 */
export function makeVaultKey(path: string, key: Buffer = randomBytes(32)): Buffer {
  const draft = `${path}.${randomBytes(4).toString('hex')}.new`
  try {
    writeDurably(draft, `${key.toString('hex')}\n`)
    // A link fails when the name is taken, where a rename would replace what is there.
    linkSync(draft, path)
    syncFolder(dirname(path))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') refuse('archive.occupied', { folder: dirname(path) })
    throw fileFault(error, path)
  } finally {
    rmSync(draft, { force: true })
  }
  return key
}

function parseKey(text: string, source: string): Buffer {
  const digits = text.trim()
  if (!/^[0-9a-fA-F]{64}$/.test(digits)) refuse('vault.wrong-key', { path: source })
  return Buffer.from(digits, 'hex')
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw fileFault(error, path)
  }
}

/** The name is on disk too: a company without its key cannot be read. */
function syncFolder(folder: string): void {
  const opened = openSync(folder, 'r')
  try {
    fsyncSync(opened)
  } finally {
    closeSync(opened)
  }
}

function writeDurably(path: string, text: string): void {
  const file = openSync(path, 'wx', 0o600)
  try {
    writeSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

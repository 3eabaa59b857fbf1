import { closeSync, fchmodSync, fsyncSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { refuse } from '../../values/fault.ts'
import { placesOf } from '../places.ts'
import { maxBytes, maxFiles } from './company-files.ts'

interface Place {
  readonly folder: string
  readonly storeFolder: string
  /** For faults. */
  readonly archive: string
}

/**
 * Writes an archive's files into a folder, flushed to disk. Each must lie inside, and in the store's folder nothing but the
 * anchors: an archive cannot bring a key or a store of its own. Fault: `archive.invalid`.
 */
export function placeFiles(connection: DatabaseSync, { folder, storeFolder, archive }: Place): void {
  if (!isInside(storeFolder)) refuse('archive.invalid', { path: archive, why: `its state would lie in ${storeFolder}` })
  const places = placesOf(folder, storeFolder)
  const store = `${posix.normalize(storeFolder)}/`.replace(/\/+$/, '/')
  for (const row of connection.prepare('SELECT path, mode, content FROM archive_files').iterate()) {
    const path = String(row.path)
    const full = join(folder, path)
    const isForeign = path.startsWith(store) && full !== places.anchors
    if (!isInside(path) || isForeign)
      refuse('archive.invalid', { path: archive, why: `it holds a file that belongs elsewhere: ${path}` })
    try {
      mkdirSync(dirname(full), { recursive: true, mode: full === places.anchors ? 0o700 : 0o755 })
      writeNew(full, row.content as Uint8Array, Number(row.mode))
    } catch (error) {
      // In an empty folder this is the archive's doing: two names that this disk takes for one, a file that is a folder too.
      if (!clashes.has(String((error as NodeJS.ErrnoException).code))) throw error
      refuse('archive.invalid', { path: archive, why: `${path.slice(0, 100)} cannot stand beside the others` })
    }
  }
}

const clashes = new Set(['EEXIST', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG', 'EILSEQ'])

/** No more than an export writes, and the anchors. Looks at lengths, not at contents. Fault: `archive.invalid`. */
export function checkSize(connection: DatabaseSync, archive: string): void {
  const sizes = connection.prepare('SELECT count(*) AS files, total(length(content)) AS bytes FROM archive_files').get()
  const { files, bytes } = sizes ?? {}
  const why = `its ${files} files have ${Math.ceil(Number(bytes) / 2 ** 20)} MB, more than any export writes`
  if (Number(files) > maxFiles + 1 || Number(bytes) > 2 * maxBytes) refuse('archive.invalid', { path: archive, why })
}

/** A relative path with `/`, each step of which is a name. */
function isInside(path: string): boolean {
  const steps = path.replace(/\/$/, '').split('/')
  return steps.every((step) => step !== '' && step !== '.' && step !== '..' && !/[\\\0:]/.test(step))
}

function writeNew(path: string, content: Uint8Array, mode: number): void {
  const file = openSync(path, 'wx', 0o600)
  try {
    for (let done = 0; done < content.length; ) done += writeSync(file, content, done)
    fchmodSync(file, (mode & 0o777) | 0o600)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

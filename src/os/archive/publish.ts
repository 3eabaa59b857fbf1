import { closeSync, existsSync, fsyncSync, linkSync, openSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileFault } from '../../store/file-fault.ts'
import { refuse } from '../../values/fault.ts'

/**
 * Gives a draft that is whole and on disk its name, which nothing else may have; the draft's own name is the caller's to remove.
 * When it throws, nothing is under the name that was not before.
 * Faults: `archive.occupied`, `store.unwritable`, `store.full`.
 */
export function publish(draft: string, path: string): void {
  try {
    nameOnce(draft, path)
    flushName(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') refuse('archive.occupied', { folder: path })
    throw fileFault(error, path)
  }
}

/** A file's or a folder's bytes are on the disk, not only in memory. */
export function flush(path: string): void {
  const file = openSync(path, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

// File systems without links (a stick): what is there is looked for, then renamed over in the moment after.
const noLinks = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'])

function flushName(path: string): void {
  try {
    flush(dirname(path))
  } catch (error) {
    rmSync(path)
    throw error
  }
}

function nameOnce(draft: string, path: string): void {
  try {
    linkSync(draft, path)
  } catch (error) {
    if (!noLinks.has(String((error as NodeJS.ErrnoException).code))) throw error
    if (existsSync(path)) refuse('archive.occupied', { folder: path })
    renameSync(draft, path)
  }
}

import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { refuse } from '../../values/fault.ts'
import type { Places } from '../places.ts'
import { stateFolder } from '../starter-copy.ts'
import { looksLikeArchive } from './format.ts'

/** A file of the company's folder. `path` is relative to it, with `/`. */
export interface CompanyFile {
  readonly path: string
  readonly mode: number
  readonly bytes: number
}

// Heavy documents belong behind pointers; this is some 100 000 pages of text. All of it is read once more at each import.
export const maxBytes = 256 * 2 ** 20
export const maxFiles = 20_000

// What is installed again, belongs to other programs, or went out already.
const leftOut = new Set(['node_modules', '.git', 'outbox', stateFolder])

/**
 * The company's own files: all in its folder but the state, `node_modules`, `.git`, the outbox, archives and drafts of them.
 * A link is refused: what it leads to would be missing elsewhere. Faults: `input.too-large`, `input.invalid`. Who only looks passes over
 * links, and gets as much as an archive may hold.
 */
export function listFiles(places: Places, { onlyLooks = false } = {}): CompanyFile[] {
  const files: CompanyFile[] = []
  const folders = [places.folder]
  let bytes = 0
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const full = join(folder, entry.name)
      const path = relative(places.folder, full).split(sep).join('/')
      if (entry.name === 'node_modules' || leftOut.has(path) || full === places.store) continue
      if (entry.isSymbolicLink() && !onlyLooks)
        refuse('input.invalid', { what: `The file ${path}`, why: 'it is a link; an archive holds files only' })
      if (entry.isDirectory()) folders.push(full)
      if (!entry.isFile() || isArchive(full)) continue
      const { size, mode } = statSync(full)
      files.push({ path, mode: mode & 0o777, bytes: size })
      bytes += size
      if (onlyLooks && (bytes > maxBytes || files.length > maxFiles)) return files.slice(0, -1)
      if (bytes > maxBytes) tooLarge(`more than ${maxBytes / 2 ** 20} MB`, `${maxBytes / 2 ** 20} MB`)
      if (files.length > maxFiles) tooLarge(`more than ${maxFiles} files`, `${maxFiles} files`)
    }
  }
  return files
}

/** Puts files of a folder into an archive. */
export function writeFiles(connection: DatabaseSync, folder: string, files: readonly CompanyFile[]): void {
  for (const { path, mode } of files) writeFile(connection, { path, mode, content: readFileSync(join(folder, path)) })
}

export function writeFile(
  connection: DatabaseSync,
  file: { readonly path: string; readonly mode: number; readonly content: Uint8Array },
): void {
  const insert = connection.prepare('INSERT INTO archive_files (path, mode, content) VALUES (?, ?, ?)')
  insert.run(file.path, file.mode, file.content)
}

/** The name of what is not whole yet, and of what SQLite puts beside it. */
export const draftOfArchive = /\.[0-9a-f]{8}\.partial(-journal|-wal|-shm|\.pages.*)?$/

function isArchive(path: string): boolean {
  return draftOfArchive.test(path) || looksLikeArchive(path)
}

function tooLarge(size: string, limit: string): never {
  refuse('input.too-large', { what: "The company's folder (without its state)", size, limit })
}

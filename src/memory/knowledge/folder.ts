import { constants } from 'node:fs'
import { type FileHandle, lstat, open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { refuse } from '../../values/fault.ts'
import type { Wrong } from './head.ts'
import { beginsWithHead } from './read.ts'

/** A Markdown file of the folder. Its `stamp` is another one whenever it may have been written. */
export interface Found {
  readonly path: string
  readonly stamp: string
}

export interface Walked {
  /** In the order of their paths. */
  readonly files: readonly Found[]
  /** The folders that were looked into, absolute. */
  readonly folders: readonly string[]
  /** True when the walk ended before the folder did. */
  readonly more: boolean
}

/** Bytes of a file of knowledge: some 20 pages, more than any agent should be given of one thing. */
export const largestKnowledge = 100_000
/** Entries that a walk looks at. A folder with more is not one that a person keeps. */
export const mostSeen = 10_000
const deepest = 8
const atOnce = 64

/** True for the names that may be knowledge: Markdown, not hidden. */
export function isMarkdown(name: string): boolean {
  return /^[^.].*\.(md|markdown)$/i.test(name)
}

/**
 * The Markdown files of a folder. Links and hidden files are passed over; a folder that is not there is empty. Fault
 * `knowledge.unreadable`: what it holds is not known then.
 */
export async function walk(root: string): Promise<Walked> {
  const folders: string[] = []
  const paths: string[] = []
  const open: { path: string; depth: number }[] = [{ path: '', depth: 0 }]
  let seen = 0
  for (let here = open.pop(); here !== undefined; here = open.pop()) {
    const { path, depth } = here
    folders.push(join(root, path))
    for (const entry of await entriesOf(join(root, path), path === '')) {
      seen += 1
      if (seen > mostSeen) return { files: await stamped(root, paths), folders, more: true }
      if (entry.name.startsWith('.')) continue
      const inner = path === '' ? entry.name : `${path}/${entry.name}`
      if (entry.isFile() && isMarkdown(entry.name)) paths.push(inner)
      if (entry.isDirectory() && depth < deepest) open.push({ path: inner, depth: depth + 1 })
    }
  }
  return { files: await stamped(root, paths), folders, more: false }
}

/** A file's text, `document` when it has no head, or what is wrong with it. `undefined` when it is not there. */
export async function readFile(
  root: string,
  path: string,
): Promise<string | { readonly is: 'document' } | Wrong | undefined> {
  const file = await openHere(join(root, path))
  if (!file) return undefined
  if (!('stat' in file)) return file
  try {
    const facts = await file.stat()
    if (!facts.isFile()) return undefined
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headSeen), 0, headSeen, 0)
    if (!beginsWithHead(buffer.toString('utf8', 0, bytesRead))) return { is: 'document' }
    if (facts.size > largestKnowledge) {
      const write = `Split it; a file of knowledge has at most ${largestKnowledge} bytes`
      return { line: 1, why: `it has ${facts.size} bytes`, write }
    }
    return textIn(await file.readFile())
  } finally {
    await file.close()
  }
}

// What tells a head: a byte order mark, three hyphens, some spaces, the end of a line.
const headSeen = 64

function textIn(bytes: Buffer): string | Wrong {
  const write = 'Save it as UTF-8 text'
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    return text.includes('\0') ? { line: 1, why: 'it is not text', write } : text
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    return { line: 1, why: 'it is not text in UTF-8', write }
  }
}

async function stamped(root: string, paths: readonly string[]): Promise<Found[]> {
  const files: Found[] = []
  for (let start = 0; start < paths.length; start += atOnce) {
    const some = paths.slice(start, start + atOnce)
    files.push(...(await Promise.all(some.map((path) => stamp(root, path)))).filter((file) => file !== undefined))
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1))
}

async function stamp(root: string, path: string): Promise<Found | undefined> {
  try {
    const { size, mtimeNs, ctimeNs, ino } = await lstat(join(root, path), { bigint: true })
    return { path, stamp: `${ino}.${size}.${mtimeNs}.${ctimeNs}` }
  } catch (error) {
    if (isGone(error)) return undefined
    throw error
  }
}

async function entriesOf(folder: string, isRoot: boolean) {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch (error) {
    // A folder may go while it is walked through; a file in the place of all of it is a mistake.
    if (isRoot ? hasCode(error, 'ENOENT') : isGone(error)) return []
    const { code } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    refuse('knowledge.unreadable', { path: folder, why: code })
  }
}

/** The link of a last moment is not followed, and a pipe is not waited for. */
async function openHere(full: string): Promise<FileHandle | Wrong | undefined> {
  try {
    return await open(full, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch (error) {
    if (isGone(error)) return undefined
    const { code } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    return { line: 1, why: `it cannot be read (${code})`, write: 'Make it readable' }
  }
}

function isGone(error: unknown): boolean {
  return hasCode(error, 'ENOENT', 'ENOTDIR', 'ELOOP', 'EISDIR')
}

function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return codes.includes((error as NodeJS.ErrnoException).code ?? '')
}

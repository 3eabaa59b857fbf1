import { constants, type Dirent } from 'node:fs'
import { type FileHandle, open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { headingIn } from '../../memory/sections.ts'
import { refuse } from '../../values/fault.ts'
import { instant } from '../../values/time.ts'
import { type Document, type Listed, textHash } from '../ports/documents.ts'
import { isDocument, placeOf } from './place.ts'

/** The largest document that is read or written, in bytes. */
export const largestDocument = 1_000_000
// A folder with more files is not a shelf that a person keeps; the walk ends there and says so.
const mostSeen = 10_000
const deepest = 8
const titleRead = 2000

/** Documents in order of their paths. Hidden files, links and everything that is no document are passed over. */
export async function listDocuments(
  root: string,
  under: string | undefined,
  max: number,
): Promise<{ documents: Listed[]; more: boolean }> {
  const start = (under ?? '').replace(/\/+$/, '')
  if (start !== '') await placeOf(root, `${start}/x.md`)
  const paths: string[] = []
  const seen = { left: mostSeen }
  await walk(root, start, 0, paths, seen)
  const wanted = paths.sort().slice(0, max)
  const listed: Listed[] = []
  for (const path of wanted) {
    const entry = await describe(root, path)
    if (entry) listed.push(entry)
  }
  return { documents: listed, more: paths.length > max || seen.left <= 0 }
}

/** One document. Faults: `document.outside`, `document.missing`, `input.too-large`. */
export async function readDocument(root: string, path: string): Promise<Document> {
  const found = await readText(await placeOf(root, path), path)
  if (found === undefined) refuse('document.missing', { path })
  const { text, modified } = found
  return { path, title: titleIn(text, path), text, hash: textHash(text), modified: instant(Math.floor(modified)) }
}

/** The text of a file, or undefined when there is none. The link of a last moment is not followed. */
export async function readText(full: string, path: string): Promise<{ text: string; modified: number } | undefined> {
  const file = await openHere(full, path)
  if (!file) return undefined
  try {
    const facts = await file.stat()
    if (!facts.isFile()) refuse('document.outside', { path })
    if (facts.size > largestDocument) {
      refuse('input.too-large', { what: path, size: `${facts.size} bytes`, limit: `${largestDocument} bytes` })
    }
    return { text: await file.readFile('utf8'), modified: facts.mtimeMs }
  } finally {
    await file.close()
  }
}

async function walk(
  root: string,
  under: string,
  depth: number,
  paths: string[],
  seen: { left: number },
): Promise<void> {
  for (const entry of await entriesOf(join(root, under))) {
    seen.left -= 1
    if (seen.left <= 0) return
    const path = under === '' ? entry.name : `${under}/${entry.name}`
    if (entry.name.startsWith('.')) continue
    if (entry.isFile() && isDocument(entry.name)) paths.push(path)
    if (entry.isDirectory() && depth < deepest) await walk(root, path, depth + 1, paths, seen)
  }
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT' || code === 'ENOTDIR') return []
    throw error
  }
}

async function describe(root: string, path: string): Promise<Listed | undefined> {
  const full = join(root, path)
  const file = await openHere(full, path)
  if (!file) return undefined
  try {
    const facts = await stat(full)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(titleRead), 0, titleRead, 0)
    const title = titleIn(buffer.toString('utf8', 0, bytesRead), path)
    return { path, title, size: facts.size, modified: instant(Math.floor(facts.mtimeMs)) }
  } finally {
    await file.close()
  }
}

async function openHere(full: string, path: string): Promise<FileHandle | undefined> {
  try {
    return await open(full, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    if (code === 'ELOOP' || code === 'EISDIR') return refuse('document.outside', { path })
    throw error
  }
}

function titleIn(text: string, path: string): string {
  const lines = text.split('\n')
  const named = lines[0] === '---' ? firstOf(lines, titleOf) : undefined
  const last =
    path
      .split('/')
      .at(-1)
      ?.replace(/\.\w+$/, '') ?? path
  return (named ?? firstOf(lines, headingIn) ?? last).slice(0, 300)
}

function titleOf(line: string): string | undefined {
  if (!line.startsWith('title:')) return undefined
  const said = line.slice('title:'.length).trim()
  return said.replace(/^["']|["']$/g, '') || undefined
}

function firstOf(lines: readonly string[], read: (line: string) => string | undefined): string | undefined {
  for (const line of lines) {
    const found = read(line)
    if (found !== undefined) return found
  }
  return undefined
}

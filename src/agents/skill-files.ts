import { constants } from 'node:fs'
import { lstat, open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { SkillFile } from './skill.ts'
import type { NoSkill } from './skill-head.ts'

// All of a skill may end in one prompt, and is in one event of the journal: some 60 000 tokens.
const mostBytes = 256 * 1024
const mostFiles = 64
const mostEntries = 1000
const deepest = 4

/**
 * All files of a skill's folder as texts, line ends as `\n`, in the order of their paths; `undefined` where there is no such folder. Hidden
 * files are passed over. Links are refused, wherever they lead: what they point to is no part of the folder.
 */
export async function readSkillFiles(folder: string): Promise<readonly SkillFile[] | NoSkill | undefined> {
  const root = await lstat(folder).catch(absent)
  if (root?.isSymbolicLink()) return link('its folder')
  if (!root?.isDirectory()) return undefined
  const paths = await pathsIn(folder)
  if ('why' in paths) return paths
  const files: SkillFile[] = []
  let left = mostBytes
  for (const path of paths.toSorted()) {
    // The agent is told the names too, and so is the operator.
    const seen = path.replace(/[\t\n]/g, ' ').replace(allUnseen, '')
    if (seen !== path)
      return { why: `${seen} has a name that cannot be seen whole`, write: 'Give it one of plain characters' }
    const bytes = await bytesOf(join(folder, path), left)
    if (bytes === undefined) return { why: `${path} cannot be read`, write: 'Make it a file that can be read' }
    left -= bytes.length
    if (left < 0) return { why: 'its files have more than 256 KiB together', write: 'Keep what is needed, as text' }
    const text = textIn(bytes)
    if (text === undefined)
      return { why: `${path} is no plain text in UTF-8`, write: 'Take it out: a skill is text that can be seen' }
    files.push({ path, text })
  }
  return files
}

async function pathsIn(folder: string): Promise<readonly string[] | NoSkill> {
  const paths: string[] = []
  const folders = [{ path: '', depth: 0 }]
  let seen = 0
  for (let here = folders.pop(); here !== undefined; here = folders.pop()) {
    for (const entry of await readdir(join(folder, here.path), { withFileTypes: true })) {
      seen += 1
      if (entry.name.startsWith('.') && seen <= mostEntries) continue
      const path = here.path === '' ? entry.name : `${here.path}/${entry.name}`
      if (entry.isSymbolicLink()) return link(path)
      if (entry.isDirectory()) folders.push({ path, depth: here.depth + 1 })
      else paths.push(path)
      if (here.depth > deepest || paths.length > mostFiles || seen > mostEntries)
        return { why: `it has more than ${mostFiles} files, or folders too deep`, write: 'Keep what is needed' }
    }
  }
  return paths
}

function link(what: string): NoSkill {
  return { why: `${what} is a link`, write: 'Put the file itself there' }
}

/** At most one byte more than `most`. A link of the last moment is not followed, and a pipe is not waited for. */
async function bytesOf(path: string, most: number): Promise<Buffer | undefined> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(absent)
  if (!file) return undefined
  try {
    const facts = await file.stat()
    if (!facts.isFile()) return undefined
    const bytes = Buffer.alloc(Math.min(facts.size, most + 1))
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0)
    return bytes.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

// Control characters but tab and line ends, what turns the direction of a line, and tags: a model reads them, and nobody else sees them.
const unseen = /[^\P{Cc}\t\n]|[\u202A-\u202E\u2066-\u2069\u{E0000}-\u{E007F}]/u

const allUnseen = new RegExp(unseen, 'gu')

function textIn(bytes: Buffer): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes).replaceAll('\r\n', '\n')
    return unseen.test(text) ? undefined : text
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    return undefined
  }
}

/** What cannot be read for these reasons is not there; anything else is a fault of the machine, and is thrown on. */
function absent(error: NodeJS.ErrnoException): undefined {
  if (['ENOENT', 'ENOTDIR', 'EISDIR', 'EACCES', 'ELOOP', 'ENXIO'].includes(error.code ?? '')) return undefined
  throw error
}

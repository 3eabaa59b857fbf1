import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { type ParseResult, parseSync } from 'oxc-parser'

/** One file of the project, read and parsed. `path` is from the project's root, with forward slashes. */
export interface Source {
  readonly path: string
  readonly text: string
  readonly parsed: ParseResult
}

/** A node of the syntax tree, seen from far enough away that every kind of node is one. */
export interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [member: string]: unknown
}

/** A rule looks at one file and says what is wrong with it, a line each. An empty answer is a pass. */
export type Rule = (source: Source) => string[]

/** Parses a text as the file it pretends to be. Rules are proved on such texts. */
export function source(path: string, text: string): Source {
  return { path, text, parsed: parseSync(path, text) }
}

/** Every parsed file with one of these endings below these folders, in order of path. */
export function sources(root: string, folders: readonly string[], ends: readonly string[]): Source[] {
  return paths(root, folders)
    .filter((path) => ends.some((end) => path.endsWith(end)))
    .map((path) => source(path, readFileSync(join(root, path), 'utf8')))
}

/** Every file below these folders, dependencies and builds left out. A folder that does not exist has none. */
export function paths(root: string, folders: readonly string[]): string[] {
  return folders.flatMap((folder) => (existsSync(join(root, folder)) ? below(root, join(root, folder)) : [])).sort()
}

/** Calls `visit` for a node and all below it, with the nodes above, the nearest first. */
export function walk(node: unknown, visit: (node: Node, above: readonly Node[]) => void, above: Node[] = []): void {
  if (Array.isArray(node)) {
    for (const member of node) walk(member, visit, above)
  } else if (isNode(node)) {
    visit(node, above)
    const path = [node, ...above]
    for (const member of Object.values(node)) walk(member, visit, path)
  }
}

/** The line on which an offset lies, counted from 1. */
export function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}

const notOurs = new Set(['node_modules', 'dist', 'coverage'])

function below(root: string, folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true })
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return notOurs.has(entry.name) ? [] : below(root, path)
    return [relative(root, path).replaceAll('\\', '/')]
  })
}

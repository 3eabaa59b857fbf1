import { existsSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'

/** What a document names must be there: files of the tree in backticks, and what its links lead to. A complaint a document. */
export function deadPaths(root: string, document: string): string[] {
  const text = readFileSync(join(root, document), 'utf8')
  const dead = namedPaths(document, text).filter((path) => !existsSync(join(root, path)))
  return dead.length === 0 ? [] : [`${document} names what does not exist: ${dead.join(', ')}`]
}

/** The paths, from the project's root, that a Markdown text names or links to. Addresses and anchors are not paths. */
export function namedPaths(document: string, text: string): string[] {
  const quoted = [...text.matchAll(/`((?:src|tests|docs|bench|scripts|starter|examples|bin)\/[\w./-]+\.\w+)`/g)]
  const linked = [...text.matchAll(/\]\((?!\w+:|#)([^)#\s]+)/g)]
  return [
    ...quoted.map((match) => match[1] ?? ''),
    ...linked.map((match) => posix.join(posix.dirname(document), match[1] ?? '')),
  ]
}

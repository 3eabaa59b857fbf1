import { existsSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { lineOf, type Node, type Source, source } from './source.ts'

/** Reads the file at a path from the project's root. Proofs of the rule give a plain object's. */
export type Read = (path: string) => Source | undefined

/** Reads below a folder. */
export function readIn(root: string): Read {
  return (path) => {
    const full = posix.join(root, path)
    return existsSync(full) ? source(path, readFileSync(full, 'utf8')) : undefined
  }
}

/** All that a public entry exports has a doc comment where it is declared, however many files it passes through. */
export function documentedExports(entry: string, read: Read): string[] {
  const file = read(entry)
  if (!file) return []
  return file.parsed.module.staticExports.flatMap((statement) =>
    statement.entries.flatMap((exported) => {
      const from = exported.moduleRequest?.value
      const name = exported.importName.name ?? exported.localName.name ?? ''
      if (from === undefined) return undocumented(file, name, read)
      if (!from.startsWith('.')) return []
      const path = posix.join(posix.dirname(entry), from)
      if (exported.importName.kind === 'AllButDefault') return documentedExports(path, read)
      const target = read(path)
      return target ? undocumented(target, name, read) : [`${entry} exports from ${path}, which does not exist`]
    }),
  )
}

function undocumented(file: Source, name: string, read: Read): string[] {
  const declared = declarations(file, name)
  if (declared.length === 0) return elsewhere(file, name, read)
  if (declared.some((node) => hasDoc(file, node))) return []
  const line = lineOf(file.text, declared[0]?.start ?? 0)
  return [`${file.path}:${line} declares the public "${name}" without a doc comment`]
}

function elsewhere(file: Source, name: string, read: Read): string[] {
  for (const entry of file.parsed.module.staticExports.flatMap((statement) => statement.entries)) {
    const from = entry.moduleRequest?.value
    if (from?.startsWith('.') !== true || entry.exportName.name !== name) continue
    const target = read(posix.join(posix.dirname(file.path), from))
    return target ? undocumented(target, entry.importName.name ?? name, read) : []
  }
  for (const statement of file.parsed.module.staticImports) {
    const entry = statement.entries.find((imported) => imported.localName.value === name)
    if (!entry || !statement.moduleRequest.value.startsWith('.')) continue
    const target = read(posix.join(posix.dirname(file.path), statement.moduleRequest.value))
    return target ? undocumented(target, entry.importName.name ?? name, read) : []
  }
  return [`${file.path} does not declare "${name}", which is public`]
}

function declarations(file: Source, name: string): Node[] {
  const body = file.parsed.program.body as unknown as Node[]
  return body.filter((statement) => namesOf((statement.declaration as Node | null) ?? statement).includes(name))
}

function namesOf(declaration: Node): string[] {
  const declared = declaration.type === 'VariableDeclaration' ? (declaration.declarations as Node[]) : [declaration]
  return declared.map((node) => String((node.id as Node | null | undefined)?.name))
}

// A doc comment ends where only white space (or a lint directive) stands between it and the statement.
function hasDoc(file: Source, node: Node): boolean {
  return file.parsed.comments.some(
    (comment) =>
      comment.type === 'Block' &&
      comment.value.startsWith('*') &&
      comment.end <= node.start &&
      /^(\s|\/\/[^\n]*\n)*$/.test(file.text.slice(comment.end, node.start)),
  )
}

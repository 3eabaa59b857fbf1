import { posix } from 'node:path'
import { lineOf, type Node, type Source, walk } from './source.ts'

// DESIGN: imports go strictly downwards. Folders on one line are neighbours and do not know each other.
const floors = [
  ['values'],
  ['store'],
  ['telemetry'],
  ['identity'],
  ['memory'],
  ['queue', 'budget', 'gate', 'agents', 'models', 'adapters'],
  ['planner'],
  ['executor'],
  ['os'],
  ['api', 'mcp', 'cli', 'testing'],
]

// The package's entry and the command's: they join what stands on all floors.
const entries = new Set(['src/index.ts', 'src/main.ts'])

/** A file of `src` imports from its own folder and from lower floors; only the entry files see all. */
export function floorsHold(file: Source): string[] {
  if (!file.path.startsWith('src/') || entries.has(file.path)) return []
  const from = folderOf(file.path)
  const floor = floorOf(from)
  if (floor === undefined)
    return [`${file.path}: src/${from} is on no floor; give it one in DESIGN and in tests/tidy/floors.ts`]
  return imports(file).flatMap(({ to, line }) => {
    if (to === undefined) return []
    const where = `${file.path}:${line}`
    if (to === 'src/index.ts') return [`${where} imports the public entry; import the file that declares the name`]
    if (!to.startsWith('src/')) return [`${where} imports ${to}, which is outside src`]
    const target = folderOf(to)
    if (target === from) return []
    const below = floorOf(target)
    if (below !== undefined && below < floor) return []
    return [`${where}: ${from} imports ${target}, which is ${below === floor ? 'its neighbour' : 'not below it'}`]
  })
}

/** What users copy or read as a model imports the package by its name, as they will. */
export function publicNamesOnly(file: Source): string[] {
  if (!/^(examples|starter)\//.test(file.path)) return []
  return imports(file)
    .filter(({ to }) => to?.startsWith('src/'))
    .map(({ to, line }) => `${file.path}:${line} imports ${to}; import it from 'soloist'`)
}

interface Import {
  /** The imported file from the project's root; `undefined` for a package. */
  readonly to: string | undefined
  readonly line: number
}

function imports(file: Source): Import[] {
  const found: Import[] = []
  walk(file.parsed.program, (node) => {
    const request = requestOf(node)
    if (request === undefined) return
    const to = request.startsWith('.') ? posix.join(posix.dirname(file.path), request) : undefined
    found.push({ to, line: lineOf(file.text, node.start) })
  })
  return found
}

// Static and dynamic imports, re-exports, and import('…') in a type.
function requestOf(node: Node): string | undefined {
  const isImport = /^(ImportDeclaration|ImportExpression|ExportNamedDeclaration|ExportAllDeclaration|TSImportType)$/
  if (!isImport.test(node.type)) return undefined
  const literal = (node.source ?? node.argument) as
    | { value?: unknown; literal?: { value?: unknown } }
    | null
    | undefined
  const value = literal?.value ?? literal?.literal?.value
  return typeof value === 'string' ? value : undefined
}

function folderOf(path: string): string {
  return path.split('/')[1] ?? ''
}

function floorOf(folder: string): number | undefined {
  const floor = floors.findIndex((names) => names.includes(folder))
  return floor === -1 ? undefined : floor
}

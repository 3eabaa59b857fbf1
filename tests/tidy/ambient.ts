import { lineOf, type Node, type Source, walk } from './source.ts'

// Where the world comes in: the machine's clock, and chance.
const windows = new Set(['src/store/clock.ts', 'src/values/chance.ts'])

// Programs that measure or drive other programs have no injected world.
const drivers = /^(scripts|bench)\//

// Programs of the tests that run in a process of their own, where nothing can be injected: they stand for another program (a mail
// server, a whole company that is killed), so their time and chance are those of the machine.
const processes = /^tests\/.*-process\.ts$/

const globals = new Set(['setTimeout', 'setInterval', 'console'])
const members = new Set([
  'Date.now',
  'Math.random',
  'performance.now',
  'process.hrtime',
  'Temporal.Now',
  'crypto.randomUUID',
])
const modules = /^(node:)?(timers|timers\/promises|console)$/

/** Time, timers and chance are injected; nothing writes to the console. Only then can a test own the world. */
export function nothingAmbient(file: Source): string[] {
  if (windows.has(file.path) || drivers.test(file.path) || processes.test(file.path)) return []
  const found: string[] = []
  walk(file.parsed.program, (node, above) => {
    const name = ambientName(node, above)
    if (name) found.push(`${file.path}:${lineOf(file.text, node.start)} uses ${name}; ${advice(name)}`)
  })
  return found
}

function ambientName(node: Node, above: readonly Node[]): string | undefined {
  if (node.type === 'NewExpression' || node.type === 'CallExpression') return dateOfNow(node)
  if (node.type === 'ImportDeclaration') return moduleOf(node)
  if (node.type === 'MemberExpression') {
    const path = pathOf(node)?.replace(/^globalThis\./, '')
    return path && (members.has(path) || (globals.has(path) && path !== pathOf(node))) ? path : undefined
  }
  if (node.type !== 'Identifier' || isOnlyAName(node, above[0])) return undefined
  const name = String(node.name)
  return globals.has(name) || name === 'randomUUID' ? name : undefined
}

// `new Date()` and `Date()` read the clock; `new Date(instant)` only writes a time differently.
function dateOfNow(node: Node): string | undefined {
  const callee = node.callee as Node
  if (callee.name !== 'Date') return undefined
  if (node.type === 'CallExpression') return 'Date()'
  return (node.arguments as unknown[]).length === 0 ? 'new Date()' : undefined
}

function moduleOf(node: Node): string | undefined {
  const request = String((node.source as Node).value)
  return modules.test(request) && node.importKind !== 'type' ? request : undefined
}

function pathOf(node: Node): string | undefined {
  if (node.type === 'Identifier') return String(node.name)
  if (node.type !== 'MemberExpression' || node.computed) return undefined
  const object = pathOf(node.object as Node)
  return object && `${object}.${String((node.property as Node).name)}`
}

// `clock.setTimeout`, `{ console: … }` and `import { randomUUID }` name a thing; they do not use ours.
function isOnlyAName(node: Node, parent: Node | undefined): boolean {
  if (!parent) return false
  if (parent.type === 'MemberExpression') return parent.property === node && parent.computed === false
  if (/^(Property|PropertyDefinition|MethodDefinition)$/.test(parent.type)) {
    return parent.key === node && parent.computed === false
  }
  return parent.type.startsWith('TS') || parent.type === 'ImportSpecifier'
}

function advice(name: string): string {
  if (name.includes('console')) return 'give it to the caller, the journal or the stream it belongs to'
  return /random/i.test(name) ? 'take ids and chance as an argument' : 'take a Clock as an argument'
}

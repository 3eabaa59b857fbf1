import { stripTypeScriptTypes } from 'node:module'
import { Script } from 'node:vm'
import { type Fault, fault, isFault, Refusal } from '../values/fault.ts'

/** The text of an agent's code, once it is known to be one file that needs no other. Fault (thrown): `agent.bad-code`. */
export function demandCode(agent: string, code: string): string {
  const found = javascriptOf(agent, code)
  if (isFault(found)) throw new Refusal(found)
  return code
}

/**
 * The JavaScript of an agent that is code, as a script whose `run` is its function: types are blanked, and so is the word `export`. It is
 * read here and never run. Line numbers stay those of the file. Fault: `agent.bad-code`.
 */
export function javascriptOf(agent: string, code: string): string | Fault {
  const bad = (why: string): Fault => fault('agent.bad-code', { agent, why })
  let script: string
  try {
    script = quietly(() => stripTypeScriptTypes(code, { sourceUrl: 'agent.ts' }))
  } catch (error) {
    return bad(told(wrongIn(error)))
  }
  for (;;) {
    const wrong = compileError(script)
    if (wrong === undefined) break
    const without = wrong.isExport ? withoutExport(script, wrong.line) : undefined
    if (without === undefined) return bad(told(wrong))
    script = without
  }
  const names = /^\s*(?:async\s+)?(?:const|let|var|function\*?)\s+run\b/m
  return names.test(script) ? script : bad("it exports no 'run': write export const run = async (input, world) => …")
}

// Node warns once that the function is new, on the output that belongs to the operator.
function quietly<T>(work: () => T): T {
  const { emitWarning } = process
  process.emitWarning = () => undefined
  try {
    return work()
  } finally {
    process.emitWarning = emitWarning
  }
}

interface Wrong {
  readonly line: number
  readonly why: string
  readonly isExport: boolean
}

// The engine itself says where a word stands as a word of the language: text in strings and comments is never taken for one.
function compileError(script: string): Wrong | undefined {
  try {
    new Script(`'use strict';${script}`, { filename: 'agent.ts' })
    return undefined
  } catch (error) {
    return wrongIn(error)
  }
}

function wrongIn(error: unknown): Wrong {
  if (!(error instanceof SyntaxError)) throw error
  const line = Number(/agent\.ts:(\d+)/.exec(error.stack ?? '')?.[1] ?? 1)
  const why = error.message.split('\n')[0] ?? ''
  return { line, why, isExport: why === "Unexpected token 'export'" }
}

const exported = /^(\s*)export(?=\s+(?:const|let|var|function|async|class)\b)/

function withoutExport(script: string, line: number): string | undefined {
  const lines = script.split('\n')
  const text = lines[line - 1] ?? ''
  if (!exported.test(text)) return undefined
  lines[line - 1] = text.replace(exported, '$1      ')
  return lines.join('\n')
}

function told({ why, line }: Wrong): string {
  if (/import statement|import\.meta/.test(why)) return `line ${line} imports, and it may import types only`
  if (/'export'|'default'/.test(why))
    return `line ${line}: an export stands alone at the start of its line, and is none by default`
  if (/await is only valid/.test(why)) return `line ${line} awaits outside of a function`
  return `line ${line}: ${why}`
}

import { lineOf, type Node, type Source, walk } from './source.ts'

const mostLinesOfFile = 299
const mostLinesOfFunction = 59

/** Files stay under 300 lines: split by noun or verb. Generated ones are exempt and say so in their first line. */
export function filesAreSmall(file: Source): string[] {
  const lines = file.text.trimEnd().split('\n').length
  if (lines <= mostLinesOfFile || saysGenerated(file.text)) return []
  return [`${file.path} has ${lines} lines; the most is ${mostLinesOfFile}`]
}

/** Functions stay under 60 lines. The body of a `describe` is a chapter, not a function; what stands in it is measured. */
export function functionsAreSmall(file: Source): string[] {
  if (saysGenerated(file.text)) return []
  const found: string[] = []
  walk(file.parsed.program, (node, [parent]) => {
    if (!/^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type)) return
    if (parent && isDescribe(parent)) return
    const first = lineOf(file.text, node.start)
    const lines = lineOf(file.text, node.end) - first + 1
    if (lines > mostLinesOfFunction) {
      found.push(`${file.path}:${first} is a function of ${lines} lines; the most is ${mostLinesOfFunction}`)
    }
  })
  return found
}

/** True for a file whose first line is a comment that says that a program made it. */
export function saysGenerated(text: string): boolean {
  return /^(\/\/|\/\*|--|#|<!--).*generated/i.test(text.slice(0, text.indexOf('\n')))
}

function isDescribe(call: Node): boolean {
  return call.type === 'CallExpression' && (call.callee as Node).name === 'describe'
}

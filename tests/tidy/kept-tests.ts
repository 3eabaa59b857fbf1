import { lineOf, type Node, type Source, walk } from './source.ts'

/** No test is left out by accident: never `.only`; `.skip` and `.todo` have a comment on the line above that says why. */
export function testsAreKept(file: Source): string[] {
  if (!/\.test(-d)?\.ts$/.test(file.path)) return []
  const found: string[] = []
  walk(file.parsed.program, (node) => {
    if (node.type !== 'MemberExpression') return
    const on = String((node.object as Node).name)
    const how = String((node.property as Node).name)
    if (!/^(test|it|describe|suite)$/.test(on)) return
    const line = lineOf(file.text, node.start)
    if (how === 'only') found.push(`${file.path}:${line} runs alone (${on}.only); the others are left out`)
    if (/^(skip|todo|fails)$/.test(how) && !reasonAbove(file.text, line)) {
      found.push(`${file.path}:${line} is ${on}.${how} without a comment above that says why`)
    }
  })
  return found
}

function reasonAbove(text: string, line: number): boolean {
  return /^\s*\/\/ \S/.test(text.split('\n')[line - 2] ?? '')
}

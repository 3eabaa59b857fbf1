import { canonical, type Json } from '../../values/json.ts'

/** What is different in one part of two bodies. `lines` for long text: what stays, goes and comes. */
export interface Difference {
  readonly part: string
  readonly before: Json
  readonly after: Json
  readonly lines?: readonly { readonly sign: ' ' | '-' | '+'; readonly text: string }[]
}

// Two texts of this many lines fill a table of a million cells, some 8 MB for a moment; longer ones are shown whole.
const mostLines = 1000

/** The parts in which two bodies differ, by name. */
export function diffBodies(
  before: Readonly<Record<string, Json>>,
  after: Readonly<Record<string, Json>>,
): Difference[] {
  const parts = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()
  return parts.flatMap((part): Difference[] => {
    const [was, is] = [before[part] ?? null, after[part] ?? null]
    if (canonical(was) === canonical(is)) return []
    const lines =
      typeof was === 'string' && typeof is === 'string' ? diffLines(was.split('\n'), is.split('\n')) : undefined
    return [{ part, before: was, after: is, ...(lines ? { lines } : {}) }]
  })
}

/** By the longest common subsequence of lines. */
function diffLines(before: readonly string[], after: readonly string[]): Difference['lines'] {
  if (before.length > mostLines || after.length > mostLines) return undefined
  const width = after.length + 1
  // common[a * width + b]: the most lines that before[a…] and after[b…] have in common.
  const common = new Uint16Array((before.length + 1) * width)
  const at = (a: number, b: number): number => common[a * width + b] ?? 0
  for (let a = before.length - 1; a >= 0; a -= 1)
    for (let b = after.length - 1; b >= 0; b -= 1)
      common[a * width + b] = before[a] === after[b] ? at(a + 1, b + 1) + 1 : Math.max(at(a + 1, b), at(a, b + 1))
  const lines: NonNullable<Difference['lines']>[number][] = []
  let [a, b] = [0, 0]
  while (a < before.length || b < after.length) {
    if (a < before.length && b < after.length && before[a] === after[b]) {
      lines.push({ sign: ' ', text: before[a] ?? '' })
      a += 1
      b += 1
    } else if (b >= after.length || (a < before.length && at(a + 1, b) >= at(a, b + 1))) {
      lines.push({ sign: '-', text: before[a] ?? '' })
      a += 1
    } else {
      lines.push({ sign: '+', text: after[b] ?? '' })
      b += 1
    }
  }
  return lines
}

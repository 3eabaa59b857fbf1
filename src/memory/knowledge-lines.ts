import type { KnowledgeFile } from './knowledge.ts'
import type { Line } from './line.ts'
import type { CountTokens } from './tokens.ts'

/**
 * The parts of a file of knowledge as lines, in their order: each heading's text is one, what stands before the first heading another.
 * They are the operator's words: what is in force was written or accepted by them.
 */
export function knowledgeLines(file: KnowledgeFile, count: CountTokens): Line[] {
  return sections(file.body).map(({ heading, text }) => ({
    text,
    tokens: count(text),
    source: { tier: 'knowledge', path: file.path, hash: file.hash, heading },
    origin: 'operator',
    at: null,
    score: 1,
    why: 'named',
  }))
}

interface Section {
  readonly heading: string | null
  readonly text: string
}

function sections(body: string): Section[] {
  const found: { heading: string | null; lines: string[] }[] = [{ heading: null, lines: [] }]
  let fenced = false
  for (const line of body.split('\n')) {
    if (/^\s*(```|~~~)/.test(line)) fenced = !fenced
    const heading = fenced ? undefined : /^#{1,6}\s+(.+?)\s*#*\s*$/.exec(line)?.[1]
    if (heading === undefined) found.at(-1)?.lines.push(line)
    else found.push({ heading, lines: [] })
  }
  return found
    .map(({ heading, lines }) => ({ heading, text: lines.join('\n').trim() }))
    .filter(({ text }) => text !== '')
}

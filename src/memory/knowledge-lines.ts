import type { KnowledgeFile } from './knowledge.ts'
import type { Line } from './line.ts'
import { sectionsOf } from './sections.ts'
import type { CountTokens } from './tokens.ts'

/** The sections of a file of knowledge as lines, in their order, for who asks for the whole of it. */
export function knowledgeLines({ path, hash, body, origin }: KnowledgeFile, count: CountTokens): Line[] {
  return sectionsOf(body).map(({ heading, text }) => ({
    text,
    tokens: count(text),
    source: { tier: 'knowledge', path, hash, heading },
    origin,
    at: null,
    score: 1,
    why: 'named',
  }))
}

import type { Weighed } from './history.ts'
import { whyOf } from './history.ts'
import type { Knowledge, KnowledgeFile } from './knowledge.ts'
import type { Pool } from './pool.ts'
import type { Asked } from './query.ts'
import { sectionsOf } from './sections.ts'
import { pieces } from './texts.ts'
import { wordParts } from './weigh.ts'
import { countTerms, wordsOf } from './word.ts'

/** What the company's knowledge has on a question, by its sections. Their words weigh as much as those of the journal. */
export async function knowledgeOffers(
  knowledge: Pick<Knowledge, 'current'>,
  asked: Asked,
  pool: Pool,
): Promise<Weighed[]> {
  const parts = [...(await knowledge.current()).values()].flatMap(piecesOf)
  const mean = parts.reduce((sum, { length }) => sum + length, 0) / Math.max(1, parts.length)
  return parts.flatMap(({ file, heading, text, terms, length, order }) => {
    const found = wordParts({ terms, length }, asked.concepts, pool, mean)
    const score = found.reduce((sum, { worth }) => sum + worth, 0)
    if (score === 0) return []
    const source = { tier: 'knowledge', path: file.path, hash: file.hash, heading } as const
    const why = whyOf(found)
    const line = { text, source, origin: file.origin, at: null, score, why } as const
    return [{ offer: { line, conversation: file.path, order, terms }, parts: found }]
  })
}

const mostPieces = 64

interface Piece {
  readonly file: KnowledgeFile
  readonly heading: string | null
  readonly text: string
  readonly terms: ReadonlyMap<string, number>
  readonly length: number
  readonly order: number
}

/** A file by its headings, and long sections in lines; each says where it stands. What the file is good for counts for all. */
function piecesOf(file: KnowledgeFile): Piece[] {
  const about = wordsOf(`${file.title} ${file.when ?? ''}`)
  const found = sectionsOf(file.body).flatMap(({ heading, text }) =>
    pieces(text, mostPieces).map((piece) => ({ heading, piece })),
  )
  return found.map(({ heading, piece }, order) => {
    const place = heading === null || heading === file.title ? file.title : `${file.title}, ${heading}`
    const counted = countTerms([...wordsOf(`${heading ?? ''} ${piece}`), ...about])
    return { file, heading, text: `${place}: ${piece}`, ...counted, order }
  })
}

import { relative } from 'node:path'
import { readKnowledge } from '../../memory/knowledge/read.ts'
import { refuse } from '../../values/fault.ts'

/**
 * Keeps text from becoming knowledge, or replacing it, by being written into the company's `knowledge/`: only the operator puts that
 * to work. Documents without such a head are nobody's rules, and are written. Fault `knowledge.by-proposal`.
 */
export async function refuseKnowledge(folder: string, full: string, texts: readonly (string | null)[]): Promise<void> {
  const path = relative(folder, full)
  if (path.startsWith('..')) return
  for (const text of texts)
    if (text !== null && (await readKnowledge(text)).is !== 'document') refuse('knowledge.by-proposal', { path })
}

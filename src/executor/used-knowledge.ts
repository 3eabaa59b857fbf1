import type { Seen } from '../adapters/port.ts'
import { isMarkdown } from '../memory/knowledge/folder.ts'
import { textHash } from '../memory/knowledge/version.ts'
import type { KnowledgeFile } from '../memory/knowledge.ts'
import type { Kernel } from './kernel.ts'

/** The files of knowledge that an action read as documents, in the versions that it read. */
export async function usedKnowledge({ knowledge }: Kernel, seen: readonly Seen[]): Promise<KnowledgeFile[]> {
  const documents = seen.filter(({ externalId, contentHash }) => contentHash !== null && isMarkdown(externalId))
  if (documents.length === 0) return []
  const files = await knowledge.current()
  return documents.flatMap(({ externalId, contentHash }) => {
    const file = files.get(externalId)
    return file && textHash(file.text) === contentHash ? [file] : []
  })
}

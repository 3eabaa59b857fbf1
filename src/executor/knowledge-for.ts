import type { RecallSpec } from '../agents/recall-spec.ts'
import type { KnowledgeFile } from '../memory/knowledge.ts'
import { knowledgeLines } from '../memory/knowledge-lines.ts'
import type { Line } from '../memory/line.ts'
import { loadTokens } from '../memory/tokens.ts'
import type { Attempt } from './attempt.ts'
import type { Pinned } from './pinned-agent.ts'

/** Lines of knowledge, the versions that they are of, and how many did not fit. */
interface Known {
  readonly lines: readonly Line[]
  readonly files: readonly Pick<KnowledgeFile, 'path' | 'hash'>[]
  readonly left: number
}

/** The knowledge that an agent asks for: files by path, then by kind; or what is found in all of them by the words of its inputs. */
export async function knowledgeFor(
  attempt: Attempt,
  { body }: Pinned,
  textOf: (inputs: readonly string[]) => string,
): Promise<Known> {
  const { memory } = attempt.kernel
  const asked = body.recall?.knowledge
  if (asked === undefined || asked.tokens === 0) return none
  const { files = [], kinds = [], by = [], tokens: budget } = asked
  if (files.length > 0 || kinds.length > 0) return packed(await chosen(attempt, { files, kinds }), budget)
  const query = textOf(by)
  if (!/\p{L}|\p{N}/u.test(query)) return none
  const { lines } = await memory.recall({ query, tiers: ['knowledge'], budget, purpose: body.does })
  return { lines, files: lines.flatMap(({ source }) => (source.tier === 'knowledge' ? [source] : [])), left: 0 }
}

const none: Known = { lines: [], files: [], left: 0 }

/** Those that are in force: a task of a long run works by the rules of its day. The step says which versions these were. */
async function chosen({ kernel }: Attempt, { files, kinds }: Chosen): Promise<KnowledgeFile[]> {
  const current = await kernel.knowledge.current()
  const named = files.flatMap((path) => current.get(path) ?? [])
  const ofKind = [...current.values()].filter(({ kind, path }) => kinds.includes(kind) && !files.includes(path))
  return [...named, ...ofKind.sort((a, b) => (a.path < b.path ? -1 : 1))]
}

type Chosen = Required<Pick<NonNullable<RecallSpec['knowledge']>, 'files' | 'kinds'>>

/** In their order, as far as they fit; a part that does not is left out, and one after it may still be in. */
async function packed(files: readonly KnowledgeFile[], budget: number): Promise<Known> {
  if (files.length === 0) return none
  const count = await loadTokens()
  let room = budget
  let left = 0
  const lines: Line[] = []
  for (const line of files.flatMap((file) => knowledgeLines(file, count))) {
    if (line.tokens > room) {
      left += 1
      continue
    }
    room -= line.tokens
    lines.push(line)
  }
  return { lines, files, left }
}

import type { RecallSpec } from '../agents/recall-spec.ts'
import type { Knowledge, KnowledgeFile } from '../memory/knowledge.ts'
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
  if (memory.knowledge && (files.length > 0 || kinds.length > 0))
    return packed(await chosen(attempt, memory.knowledge, { files, kinds }), budget)
  const query = textOf(by)
  if (!/\p{L}|\p{N}/u.test(query)) return none
  const { lines } = await memory.recall({ query, tiers: ['knowledge'], budget, purpose: body.does })
  return { lines, files: lines.flatMap(({ source }) => (source.tier === 'knowledge' ? [source] : [])), left: 0 }
}

const none: Known = { lines: [], files: [], left: 0 }

/** The files in the versions that this run was given before; in a new round, as they are now. */
async function chosen(
  { kernel, run, task }: Attempt,
  knowledge: Knowledge,
  { files, kinds }: Required<Pick<NonNullable<RecallSpec['knowledge']>, 'files' | 'kinds'>>,
): Promise<KnowledgeFile[]> {
  const current = await knowledge.current()
  const pins = task.round > 1 ? new Map<string, string>() : await kernel.shelf.knowledge(run.id)
  const named = files.flatMap((path) => current.get(path) ?? [])
  const ofKind = [...current.values()].filter(({ kind, path }) => kinds.includes(kind) && !files.includes(path))
  const inForce = [...named, ...ofKind.sort((a, b) => (a.path < b.path ? -1 : 1))]
  const found: KnowledgeFile[] = []
  for (const file of inForce) {
    const pinned = pins.get(file.path)
    const older = pinned === undefined || pinned === file.hash ? undefined : await knowledge.version(pinned)
    found.push(older ?? file)
  }
  return found
}

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

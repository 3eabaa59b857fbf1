import type { Head } from '../../memory/knowledge/head.ts'
import type { KnowledgeFile } from '../../memory/knowledge.ts'
import type { KnowledgeKind } from '../../store/memory-rows.ts'
import { type Fault, refuse } from '../../values/fault.ts'
import type { ProposalId, RunId, TaskId } from '../../values/id.ts'
import { didYouMean } from '../../values/nearest.ts'
import type { Origin } from '../../values/origin.ts'
import type { Instant } from '../../values/time.ts'
import { readProposal } from '../knowledge/proposals.ts'
import { type KnownVersion, versionNamed, versionsOf } from '../knowledge/versions.ts'
import type { Os } from '../os.ts'
import { type Difference, diffBodies } from './body-diff.ts'
import { cursorAt, type Page, type Paging, pageOfRows, readCursor } from './page.ts'

/** A file of knowledge that is in force, in a list. */
export interface KnowledgeLine {
  readonly path: string
  readonly kind: KnowledgeKind
  readonly title: string
  readonly when: string | null
  readonly hash: string
  readonly origin: Origin
}

export interface KnowledgeList {
  readonly items: readonly KnowledgeLine[]
  /** What is wrong in the folder, by path. */
  readonly wrong: readonly { readonly path: string; readonly fault: Fault }[]
}

/** One version of a file. */
export interface KnowledgeView extends KnowledgeLine {
  readonly version: number
  readonly inForce: boolean
  readonly head: Head
  readonly text: string
  readonly fault: Fault | null
}

export interface ProposalLine {
  readonly id: ProposalId
  readonly path: string
  readonly state: 'open' | 'accepted' | 'refused'
  readonly madeAt: Instant
  /** `external` when text from outside had a part in it. */
  readonly origin: Origin
  readonly run: RunId | null
  readonly task: TaskId | null
  /** `null` when it was learned of someone who is forgotten. */
  readonly why: string | null
  /** False when the file has changed since. */
  readonly fits: boolean
}

/** What is in force, and what is wrong. */
export async function listKnowledge(os: Os, kind?: KnowledgeKind): Promise<KnowledgeList> {
  const files = [...(await os.knowledge.current()).values()].filter((file) => kind === undefined || file.kind === kind)
  const wrong = [...os.knowledge.wrong()].map(([path, fault]) => ({ path, fault }))
  return { items: files.map(lineOf), wrong }
}

/** A file as it is in force, or one of its versions. Fault: `input.unknown`. */
export async function showKnowledge(os: Os, path: string, version?: string): Promise<KnowledgeView> {
  const files = await os.knowledge.current()
  const file = version === undefined ? files.get(path) : await fileOf(os, path, version)
  if (!file) unknownPath(path, files.keys())
  const known = (await versionsOf(os.store.read, path)).find(({ hash }) => hash === file.hash)
  if (!known) throw new TypeError(`${path} is in force and has no version`)
  return {
    ...lineOf(file),
    ...{ version: known.version, inForce: known.inForce, head: file.head, text: file.text },
    fault: os.knowledge.wrong().get(path) ?? null,
  }
}

/** The versions of a file, the newest first. Fault: `input.unknown`. */
export async function knowledgeHistory(os: Os, path: string): Promise<KnownVersion[]> {
  await os.knowledge.current()
  return versionsOf(os.store.read, path)
}

/** What differs between two versions of a file. Fault: `input.unknown`. */
export async function diffKnowledge(os: Os, path: string, from: string, to: string): Promise<Difference[]> {
  const [before, after] = [await fileOf(os, path, from), await fileOf(os, path, to)]
  return diffBodies({ text: before.text }, { text: after.text })
}

/** What a proposal would change in the file as it is in force. Faults: `input.unknown`, `vault.forgotten`. */
export async function diffProposal(os: Os, id: ProposalId): Promise<Difference[]> {
  const { path, text } = await readProposal(os, id)
  const now = (await os.knowledge.current()).get(path)
  return diffBodies({ text: now?.text ?? '' }, { text })
}

/** Proposals, the newest first. */
export async function listProposals(
  os: Os,
  { state, ...paging }: Paging & { readonly state: ProposalLine['state'] },
): Promise<Page<ProposalLine>> {
  const inForce = await os.knowledge.current()
  const after = readCursor(paging.cursor)
  let select = os.store.read.selectFrom('proposals').selectAll().where('state', '=', state)
  if (after) select = select.where('made_seq', '<', after.number)
  const rows = await select
    .orderBy('made_seq', 'desc')
    .limit(paging.limit + 1)
    .execute()
  const events = new Map((await os.journal.at(rows.map((row) => row.made_seq))).map((event) => [event.seq, event]))
  const items = rows.map((row): ProposalLine => {
    const event = events.get(row.made_seq)
    if (event?.kind !== 'knowledge.proposed') throw new TypeError(`proposal ${row.id} has no event`)
    return {
      ...{ id: row.id, path: row.path, state: row.state, madeAt: row.made_at },
      ...{ origin: event.origin, run: event.run, task: event.task, why: event.payload?.why ?? null },
      fits: (inForce.get(row.path)?.hash ?? null) === row.base_hash,
    }
  })
  return pageOfRows(rows, paging, (row) => cursorAt(row.made_seq, row.id), items)
}

async function fileOf(os: Os, path: string, version: string): Promise<KnowledgeFile> {
  await os.knowledge.current()
  const hash = await versionNamed(os.store.read, path, version)
  const file = await os.knowledge.version(hash)
  if (!file) throw new TypeError(`version ${hash} was listed and is not there`)
  return file
}

function lineOf({ path, kind, title, when, hash, origin }: KnowledgeFile): KnowledgeLine {
  return { path, kind, title, when, hash, origin }
}

function unknownPath(path: string, known: Iterable<string>): never {
  const nearest = didYouMean(path, known)
  refuse('input.unknown', { kind: 'knowledge', name: path, nearest, command: 'soloist knowledge list' })
}

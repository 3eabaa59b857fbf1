import type { KnowledgeList, KnowledgeView, ProposalLine } from '../../os/queries/knowledge.ts'
import { facts, indent, plain, table } from './table.ts'
import { formatTime } from './time.ts'

/** What is in force as a table, and what is wrong under it. */
export function knowledgeText({ items, wrong }: KnowledgeList): string {
  const rows = items.map(({ path, kind, title, when, origin }) => [path, kind, title, when ?? '', outside(origin)])
  const files = table(
    ['file', 'kind', 'title', 'good for', ''],
    rows,
    'No knowledge yet. Write a file into knowledge/.',
  )
  return wrong.length === 0 ? files : `${files}\n\n${wrongText(wrong)}`
}

/** What is wrong in the folder, and what to write. */
export function wrongText(wrong: KnowledgeList['wrong']): string {
  return wrong.map(({ fault }) => plain(`${fault.code}: ${fault.message}\nNext: ${fault.next}`)).join('\n')
}

/** One version of a file. */
export function knowledgeCard(file: KnowledgeView): string {
  const { path, version, hash, inForce, head, text, origin, fault } = file
  const about = facts([
    ['File', plain(path)],
    ['Version', `v${version} (${hash.slice(0, 12)})${inForce ? ', in force' : ''}`],
    ['Kind', head.kind],
    ['Title', plain(head.title)],
    ['Good for', head.when === null ? null : plain(head.when)],
    ['From', outside(origin) || null],
  ])
  const parts = [about, '', indent(plain(text.trimEnd()))]
  if (fault) parts.push('', wrongText([{ path, fault }]))
  return parts.join('\n')
}

/** Proposals as a table, with what may be done about them. */
export function proposalTable(proposals: readonly ProposalLine[], timeZone: string): string {
  const rows = proposals.map(({ id, path, madeAt, origin, why, fits, state }) => [
    id,
    path,
    formatTime(madeAt, timeZone),
    why ?? '(forgotten)',
    [outside(origin), state === 'open' && !fits ? 'the file has changed since' : ''].filter(Boolean).join('; '),
  ])
  const shown = table(['proposal', 'file', 'made', 'why', ''], rows, 'Nothing is proposed.')
  const open = proposals.some(({ state }) => state === 'open')
  return open ? `${shown}\nNext: soloist knowledge diff PROPOSAL; then accept or refuse it` : shown
}

function outside(origin: string): string {
  return origin === 'external' ? 'shaped by text from outside' : ''
}

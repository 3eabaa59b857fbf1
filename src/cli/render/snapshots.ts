import type { CommitmentLine } from '../../os/queries/commitments.ts'
import { plain, table } from './table.ts'
import { formatTime } from './time.ts'

/** A snapshot as the desk answers it. */
export interface SnapshotView {
  readonly tokens: number
  readonly upTo: number
  readonly lines: readonly { readonly text: string; readonly source: number; readonly why: string }[]
}

/** A snapshot as an agent reads it, with the source of each line beside it. */
export function snapshotText({ lines, tokens, upTo }: SnapshotView): string {
  const rows = lines.map(({ text, source, why }) => [`event ${source}`, plain(text), why])
  const count = lines.length === 1 ? '1 line' : `${lines.length} lines`
  const said = table(['source', 'line', 'why'], rows, 'Nothing that fits is known.')
  return `${said}\n${count}, ${tokens} tokens, up to event ${upTo}.`
}

/** Open commitments as a table. */
export function commitmentTable(open: readonly CommitmentLine[], timeZone: string): string {
  const rows = open.map(({ id, identity, by, what, dueAt, overdue }) => [
    id,
    identity.name ?? identity.id,
    by,
    plain(what ?? '(forgotten)'),
    dueAt === null ? '-' : `${formatTime(dueAt, timeZone)}${overdue ? ' (overdue)' : ''}`,
  ])
  return table(['promise', 'with', 'by', 'what', 'due'], rows, 'Nothing is promised.')
}

import type { Forgetting } from '../../os/forget/forget.ts'
import { indent, plain, table } from './table.ts'
import { formatTime } from './time.ts'

/** What a dry run found: what is held, what stands in the way, what is out of reach. */
export function foreseen(found: Forgetting, timeZone: string): string {
  const { openRuns, openEffects, mentions } = found
  const way = [
    ...(openRuns.length > 0 ? ['', `Not over: ${openRuns.join(', ')}. Next: let them end, or add --cancel-runs.`] : []),
    ...(openEffects > 0 ? ['', `On its way to them or in doubt: ${openEffects}. It has to be over first.`] : []),
  ]
  const named =
    mentions === null || mentions.events + mentions.files.length === 0
      ? []
      : [
          '',
          mentions.events === 0
            ? 'Your own files name them, which no forgetting reaches:'
            : `Others' history names them in ${mentions.events} ${mentions.events === 1 ? 'event' : 'events'}. Those stay, sealed under the others' keys, until these are forgotten:`,
          ...mentions.subjects.map(
            ({ id, name, events, seqs }) =>
              `  ${plain(name ?? id)}: ${events} (event ${seqs.join(', ')}${more(seqs, events)})`,
          ),
          ...mentions.files.map((path) => `  the file ${plain(path)}: edit it by hand`),
        ]
  const next = found.dryRun ? ['', 'Nothing was done. Next: the same without --dry-run'] : []
  return [heldLine(found), ...elsewhere(found, timeZone), ...way, ...named, ...next].join('\n')
}

/** What was forgotten, and what is left to the operator. */
export function forgotten(done: Forgetting, timeZone: string): string {
  const { identities, finished } = done
  const cleared = finished?.adapters.map(({ adapter, removed, fault }) =>
    fault === null ? `${adapter} removed ${removed}.` : `${adapter} could not: ${fault.message} ${fault.next}`,
  )
  const unreached = finished?.unreached ?? []
  return [
    `Forgotten: ${identities.join(', ')}. The journal still verifies.`,
    ...(cleared ?? []),
    ...(finished?.clean === false
      ? ['The store is cleaned as soon as the backup or export that reads it is done.']
      : []),
    ...elsewhere(done, timeZone),
    ...(unreached.length > 0
      ? [
          '',
          `No note could be left beside the archives in ${unreached.join(', ')}: put a copy of .soloist/forgotten.jsonl there.`,
        ]
      : []),
  ].join('\n')
}

function heldLine({ identities, held }: Forgetting): string {
  const kinds = Object.entries(held).filter(([, count]) => count > 0)
  return `${identities.join(', ')}: ${kinds.map(([kind, count]) => `${count} ${kind}`).join(', ')}.`
}

/** What lies outside of the company's own files. */
function elsewhere({ pointers, sent, archives }: Forgetting, timeZone: string): string[] {
  const parts: string[] = []
  if (pointers.length > 0) {
    const rows = pointers.map(({ adapter, title, url, external_id: id }) => [adapter, title ?? '-', url ?? id])
    parts.push('', 'To be cleared there by hand', indent(table(['adapter', 'title', 'where'], rows, '')))
  }
  const kept = sent.filter(({ clears }) => !clears)
  if (kept.length > 0) {
    const rows = kept.map(({ adapter, action, count }) => [adapter, action, String(count)])
    parts.push(
      '',
      'Done to or for them; whoever took it over still has it',
      indent(table(['adapter', 'action', 'times'], rows, '')),
    )
  }
  if (archives.length > 0) {
    const rows = archives.map(({ kind, path, at, there }) => [
      formatTime(at as never, timeZone),
      kind,
      there ? path : `${path} (not seen here)`,
    ])
    parts.push(
      '',
      'Made before, and still holding them; whoever restores one with the note beside it forgets again',
      indent(table(['made', 'kind', 'file'], rows, '')),
    )
  }
  return parts
}

const more = (shown: readonly unknown[], all: number): string => (all > shown.length ? ', …' : '')

import type { IdentityLine, IdentityView } from '../../os/queries/identities.ts'
import { runTable } from './runs.ts'
import { commitmentTable } from './snapshots.ts'
import { facts, indent, plain, table } from './table.ts'
import { formatTime } from './time.ts'

const forgotten = '(forgotten)'

/** Identities as a table. */
export function identityTable(identities: readonly IdentityLine[]): string {
  const rows = identities.map(({ id, kind, name, handles, member }) => [
    id,
    kind,
    name ?? forgotten,
    handles.map(handleText).join(', '),
    member ?? '',
  ])
  return table(
    ['identity', 'kind', 'name', 'known as', 'member'],
    rows,
    "Nobody. Add someone with 'soloist identity add'.",
  )
}

/** What is known of one identity. */
export function identityCard(identity: IdentityView, timeZone: string): string {
  const head = facts([
    ['Identity', identity.id],
    ['Kind', identity.kind],
    ['Name', plain(identity.name ?? forgotten)],
    ['Known as', identity.handles.length === 0 ? null : identity.handles.map(handleText).join(', ')],
    ['Since', formatTime(identity.madeAt, timeZone)],
    ['Member of', list(identity.memberOf.map(({ id, name, status }) => `${name ?? id} (${status})`))],
    ['Members', list(identity.members.map(({ status, count }) => `${count} ${status}`))],
    [
      'Kept at',
      list(
        identity.pointers.map(({ adapter, title, url, state }) => {
          const what = title ?? url ?? '?'
          return `${what} (${state === 'gone' ? `${adapter}, gone` : adapter})`
        }),
      ),
    ],
  ])
  const known = identity.facts.map(({ key, value, origin, recordedAt, source, pinned }) => [
    pinned ? `${key} (pinned)` : key,
    typeof value === 'string' ? value : JSON.stringify(value),
    origin,
    formatTime(recordedAt, timeZone),
    `event ${source}`,
  ])
  const parts = [head]
  if (known.length > 0) parts.push('', 'Facts', indent(table(['key', 'value', 'from', 'since', 'source'], known, '')))
  const open = identity.commitments
  if (open.length > 0) parts.push('', 'Promised', indent(commitmentTable(open, timeZone)))
  if (identity.runs.length > 0) parts.push('', 'Runs', indent(runTable(identity.runs, timeZone)))
  return parts.join('\n')
}

function handleText({ system, value }: { readonly system: string; readonly value: string }): string {
  return plain(system === 'email' || system === 'domain' ? value : `${system}:${value}`)
}

function list(items: readonly string[]): string | null {
  return items.length === 0 ? null : plain(items.join(', '))
}

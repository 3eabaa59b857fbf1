import type { IdentityLine } from '../../os/queries/identities.ts'
import type { IdentityView } from '../../os/queries/identity-view.ts'
import { contradictionTable, factTable } from './facts.ts'
import { runTable } from './runs.ts'
import { commitmentTable } from './snapshots.ts'
import { suggestionText } from './suggestions.ts'
import { facts, indent, plain, table } from './table.ts'
import { formatTime } from './time.ts'

const forgotten = '(forgotten)'
/** UTF-16 units: what fits beside the rest on a line. */
const shownText = 80

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
  const { otherFacts, contradictions, interactions, runs } = identity
  const known = identity.facts.map((fact) => (fact.pinned ? { ...fact, key: `${fact.key} (pinned)` } : fact))
  const parts = [head]
  const add = (title: string, some: readonly unknown[], text: () => string): void => {
    if (some.length > 0) parts.push('', title, indent(text()))
  }
  add('Facts', known, () => factTable(known, timeZone, ''))
  add('Do not agree', contradictions, () => contradictionTable(identity.id, contradictions))
  add('Over, or not yet', otherFacts, () => factTable(otherFacts, timeZone, ''))
  add('Promised', identity.commitments, () => commitmentTable(identity.commitments, timeZone))
  add('Relations', identity.relations, () => relationTable(identity, timeZone))
  add('Records of one', identity.merges, () => mergeTable(identity))
  add('May be the same', identity.alike, () => suggestionText(identity.alike))
  add('Said', interactions, () => interactionTable(interactions, timeZone))
  add('Runs', runs, () => runTable(runs, timeZone))
  return parts.join('\n')
}

function relationTable({ name, id, relations }: IdentityView, timeZone: string): string {
  const rows = relations.map(({ kind, direction, other, since }) => {
    const [own, their] = [name ?? id, `${other.name ?? other.id}`]
    const ends = direction === 'from' ? [own, kind, their] : [their, kind, own]
    return [...ends, formatTime(since, timeZone), other.id]
  })
  return table(['who', 'is', 'whom', 'since', 'identity'], rows, '')
}

function mergeTable({ merges }: IdentityView): string {
  const rows = merges.map(({ id, from, into }) => [from.id, from.name ?? forgotten, into.id, id])
  return table(['record', 'name', 'merged into', 'merge'], rows, '')
}

function interactionTable(interactions: IdentityView['interactions'], timeZone: string): string {
  const rows = interactions.map(({ at, channel, by, who, text, seq }) => [
    formatTime(at, timeZone),
    channel,
    who ?? by ?? '',
    (text ?? forgotten).replace(/\s+/g, ' ').slice(0, shownText),
    `event ${seq}`,
  ])
  return table(['when', 'by', 'who', 'what', 'source'], rows, '')
}

function handleText({ system, value }: { readonly system: string; readonly value: string }): string {
  return plain(system === 'email' || system === 'domain' ? value : `${system}:${value}`)
}

function list(items: readonly string[]): string | null {
  return items.length === 0 ? null : plain(items.join(', '))
}

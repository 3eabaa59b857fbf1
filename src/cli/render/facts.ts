import type { DisputeLine } from '../../os/queries/disputes.ts'
import type { FactLine, IdentityView } from '../../os/queries/identity-view.ts'
import type { Instant } from '../../values/time.ts'
import { table } from './table.ts'
import { formatTime } from './time.ts'

/** Facts as a table, each with its source. */
export function factTable(facts: readonly FactLine[], timeZone: string, none: string): string {
  const rows = facts.map((fact) => [
    fact.key,
    shownValue(fact),
    `${fact.origin}${sure(fact)}`,
    formatTime(fact.recordedAt, timeZone),
    term(fact.validFrom, fact.validUntil, timeZone),
    sourceOf(fact),
  ])
  return table(['key', 'value', 'from', 'since', 'holds', 'source'], rows, none)
}

/** What does not agree, with both sources; and how to say which it is, where what stands does so by whose word it is. */
export function contradictionTable(
  identity: IdentityView['id'],
  contradictions: IdentityView['contradictions'],
): string {
  const rows = contradictions.map(({ key, why, shown, other }) => [
    key,
    `${shownValue(shown)} (${sourceOf(shown)}${sure(shown)})`,
    `${shownValue(other)} (${sourceOf(other)}${sure(other)})`,
    whyNot(why, shown),
  ])
  const disputed = contradictions.find(({ why }) => why === 'origin')
  const shown = table(['key', 'shown', 'other', 'why'], rows, '')
  if (!disputed) return shown
  const say = `soloist identity fact ${identity} ${disputed.key} <value>`
  return `${shown}\nWhat you say now stands: take the other, or keep what is shown, with '${say}'.`
}

/** What is in dispute, with whom, and how to say which it is. */
export function disputeTable(disputes: readonly DisputeLine[], timeZone: string): string {
  const rows = disputes.map(({ identity, key, shown, other }) => [
    identity.name ?? '-',
    identity.id,
    key,
    `${shownValue(shown)} (${shown.origin})`,
    `${shownValue(other)} (${other.origin}${sure(other)})`,
    formatTime(other.recordedAt, timeZone),
  ])
  const list = table(['name', 'id', 'key', 'stands', 'newer', 'since'], rows, 'Nothing is in dispute.')
  if (rows.length === 0) return list
  return `${list}\nNext: say which it is, and that stands: soloist identity fact ID KEY VALUE`
}

function whyNot(why: IdentityView['contradictions'][number]['why'], { origin }: FactLine): string {
  switch (why) {
    case 'sources':
      return 'two sources disagree'
    case 'confidence':
      return 'the newer is the less certain'
    case 'origin':
      return `the newer is in dispute with ${origin === 'operator' ? 'what you said' : 'your own records'}`
    default:
      return why satisfies never
  }
}

function shownValue({ value }: FactLine): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function sourceOf({ source, pointer }: FactLine): string {
  return pointer === null ? `event ${source}` : `event ${source}, ${pointer}`
}

function sure({ confidence }: FactLine): string {
  return confidence === 1 ? '' : `, ${Math.round(confidence * 100)}% sure`
}

function term(from: Instant | null, until: Instant | null, timeZone: string): string {
  if (from === null && until === null) return ''
  return `${from === null ? '' : formatTime(from, timeZone)} to ${until === null ? '' : formatTime(until, timeZone)}`.trim()
}

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

/** What does not agree, with both sources. */
export function contradictionTable(contradictions: IdentityView['contradictions']): string {
  const rows = contradictions.map(({ key, why, shown, other }) => [
    key,
    `${shownValue(shown)} (${sourceOf(shown)}${sure(shown)})`,
    `${shownValue(other)} (${sourceOf(other)}${sure(other)})`,
    why === 'sources' ? 'two sources disagree' : 'the newer is the less certain',
  ])
  return table(['key', 'shown', 'other', 'why'], rows, '')
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

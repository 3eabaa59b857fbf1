import { refuse } from '../../values/fault.ts'
import { type Json, reach } from '../../values/json.ts'
import type { Filled, Part, Rule, Webhook, When } from './webhook.ts'

/** What came in, as it is kept: the body, and those headers that the config speaks of. */
export interface Arrived {
  readonly body: Json
  readonly headers: Readonly<Record<string, string>>
}

/** The first rule that is for this event. */
export function ruleFor({ on }: Pick<Webhook, 'on'>, arrived: Arrived): Rule | undefined {
  return on.find((rule) => rule.when.every((when) => holds(when, arrived)))
}

/** A part of what came in; `undefined` when it is not there. */
export function partOf(part: Part, { body, headers }: Arrived): Json | undefined {
  return part.$from === 'body' ? reach(body, part.path) : headers[part.name]
}

/** A text or a number that must be there. Fault: `webhook.shapeless`. */
export function keyOf(source: string, part: Part, arrived: Arrived): string {
  const found = partOf(part, arrived)
  if (typeof found === 'number' || (typeof found === 'string' && found !== '')) return String(found)
  const place = part.$from === 'body' ? `"${part.path.join('.')}"` : `the header ${part.name}`
  refuse('webhook.shapeless', { source, place })
}

/** A value with its parts filled in. What is not there is left out: the schema says what that means. */
export function fill(given: Filled<Json>, arrived: Arrived): Json | undefined {
  if (isPart(given)) return partOf(given, arrived)
  if (typeof given !== 'object' || given === null) return given
  if (Array.isArray(given)) return given.flatMap((member) => fill(member, arrived) ?? [])
  const members = Object.entries(given).flatMap(([name, member]) => {
    const value = fill(member as Filled<Json>, arrived)
    return value === undefined ? [] : [[name, value] as const]
  })
  return Object.fromEntries(members)
}

/** The headers that a webhook's rules look at. */
export function headersNamed({ id, subject, on }: Webhook): readonly string[] {
  const parts = (value: unknown): Part[] => {
    if (typeof value !== 'object' || value === null) return []
    return isPart(value) ? [value] : Object.values(value).flatMap(parts)
  }
  const rules = on.flatMap((rule) =>
    parts(rule.does === 'start' ? [rule.when, rule.input] : [rule.when, rule.match, rule.data]),
  )
  const all = [...parts([id, subject?.of]), ...rules]
  return [...new Set(all.flatMap((part) => (part.$from === 'header' ? [part.name] : [])))]
}

function holds({ at, is }: When, arrived: Arrived): boolean {
  return partOf(at, arrived) === is
}

function isPart(value: unknown): value is Part {
  return typeof value === 'object' && value !== null && '$from' in value
}

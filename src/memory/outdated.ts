import { type Kysely, sql } from 'kysely'
import { heldBy } from '../identity/current-fact.ts'
import { groupsOf } from '../identity/group.ts'
import { byWord } from '../identity/standing.ts'
import type { Row, Tables } from '../store/tables.ts'
import type { IdentityId } from '../values/id.ts'
import { compareOrigins, worstOrigin } from '../values/origin.ts'
import type { Clock, Instant } from '../values/time.ts'
import type { Offer } from './pack.ts'

type FactRow = Row<'facts'>
type OfferedLine = Offer['line']

export interface OutdatedParts {
  readonly store: { readonly read: Kysely<Tables> }
  readonly clock: Clock
}

/** A value that was recorded and does not stand, and what does. */
interface Past {
  readonly was: FactRow
  readonly stands: FactRow
  /** Both as a line shows them, made once for all lines; `old` is empty where nobody would know it again. */
  readonly old: string
  readonly now: string
}

// An answer about anybody is of few; what is beyond is told without notes.
const mostIdentities = 16
/** The newest facts of each, and so many values back of each. */
const mostFacts = 100
const mostValues = 4
/** Each is looked for in each line: together with reading them some 3 ms. */
const mostPasts = 200
const mostNotes = 3

/**
 * Of the lines that were chosen, those that hold what has been replaced since, or what is in dispute, each with a note of what stands.
 * What a line tells stays as it was said; its origin is as bad as that of the note.
 */
export async function corrected(
  { store: { read }, clock }: OutdatedParts,
  chosen: readonly Offer[],
): Promise<ReadonlyMap<Offer, Offer>> {
  const told = [
    ...new Set(chosen.flatMap(({ line: { source } }) => (source.tier === 'history' ? [source.identity] : []))),
  ]
  const groups = await groupsOf(read, told)
  const pasts = new Map<IdentityId, readonly Past[]>()
  for (const identity of told.slice(0, mostIdentities)) {
    const group = groups.get(identity) ?? [identity]
    const known = pasts.get(group[0]) ?? (await pastsOf(read, group, clock.now()))
    for (const one of group) pasts.set(one, known)
  }
  return new Map(
    chosen.flatMap((offer): [Offer, Offer][] => {
      const { source } = offer.line
      const line = source.tier === 'history' ? noted(offer.line, pasts.get(source.identity) ?? []) : offer.line
      return line === offer.line ? [] : [[offer, { ...offer, line }]]
    }),
  )
}

/** What was recorded lately of one and does not stand, the newest first. */
async function pastsOf(db: Kysely<Tables>, group: readonly IdentityId[], now: Instant): Promise<Past[]> {
  const rows: FactRow[] = []
  for (const record of group.slice(0, mostIdentities)) rows.push(...(await lately(db, record)))
  const latest = rows.filter((row) => row.superseded_by === null)
  const standing = new Map<string, FactRow>()
  for (const row of (await heldBy(db, now, latest)).toSorted(byWord)) {
    if (!standing.has(row.key)) standing.set(row.key, row)
  }
  return rows
    .toSorted((one, other) => other.source_seq - one.source_seq)
    .flatMap((was) => {
      const stands = standing.get(was.key)
      return stands && was.superseded_by !== null && was.value !== stands.value ? [{ was, stands }] : []
    })
    .slice(0, mostPasts)
    .map((past) => ({ ...past, old: isTelling(past.was) ? textOf(past.was) : '', now: textOf(past.stands) }))
}

async function lately(db: Kysely<Tables>, record: IdentityId): Promise<FactRow[]> {
  const { rows } = await sql<FactRow>`
    SELECT o.* FROM (
      SELECT identity_id, key FROM facts WHERE identity_id = ${record} AND superseded_by IS NULL
      ORDER BY source_seq DESC LIMIT ${mostFacts}
    ) c JOIN facts o ON o.identity_id = c.identity_id AND o.key = c.key AND o.source_seq IN (
      SELECT source_seq FROM facts WHERE identity_id = c.identity_id AND key = c.key
      ORDER BY source_seq DESC LIMIT ${mostValues}
    )`.execute(db)
  return rows
}

function noted(line: OfferedLine, pasts: readonly Past[]): OfferedLine {
  const notes = new Map<string, string>()
  const origins = [line.origin]
  for (const past of pasts) {
    const { key, origin } = past.stands
    if (notes.size >= mostNotes || notes.has(key)) continue
    const note = noteOn(line, past)
    if (note === undefined) continue
    notes.set(key, note)
    origins.push(origin)
  }
  if (notes.size === 0) return line
  return { ...line, text: `${line.text} (${[...notes.values()].join('; ')})`, origin: worstOrigin(origins) }
}

function noteOn({ text, source }: OfferedLine, { was, stands, old, now }: Past): string | undefined {
  if (source.tier !== 'history') return undefined
  const isThis = source.seq === was.source_seq
  const said = `${stands.key}: ${now}`
  if (isThis && was.source_seq > stands.source_seq && compareOrigins(was.origin, stands.origin) > 0)
    return `in dispute; what stands is ${said}`
  if (source.seq >= stands.source_seq || was.source_seq >= stands.source_seq) return undefined
  return (isThis || holds(text, old)) && !holds(text, now) ? `since then, ${said}` : undefined
}

// Shorter ones are said of everything.
const shortestTelling = 4
const longestShown = 160

/** Only a text is so much its own that it is known again by itself. */
function isTelling({ value }: FactRow): boolean {
  return value.startsWith('"') && value.length >= shortestTelling + 2
}

function textOf({ value }: FactRow): string {
  const parsed: unknown = JSON.parse(value)
  const text = typeof parsed === 'string' ? parsed : value
  const line = text.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim()
  return line.length > longestShown ? `${line.slice(0, longestShown).toWellFormed()}…` : line
}

/** Word for word, and not as a part of longer words. */
function holds(text: string, value: string): boolean {
  for (let at = text.indexOf(value); value !== '' && at >= 0; at = text.indexOf(value, at + 1)) {
    if (!inWord.test(text.slice(0, at).slice(-2)) && !wordOn.test(text.slice(at + value.length))) return true
  }
  return false
}

const inWord = /[\p{L}\p{N}]$/u
const wordOn = /^[\p{L}\p{N}]/u

import { heldBy } from '../../identity/current-fact.ts'
import { toFact } from '../../identity/fact.ts'
import type { Identities } from '../../identity/identities.ts'
import { byWord, isEarly, isOver } from '../../identity/standing.ts'
import type { Store } from '../../store/store.ts'
import type { Row, Seq } from '../../store/tables.ts'
import type { Journal } from '../../telemetry/journal.ts'
import type { IdentityId } from '../../values/id.ts'
import { type Instant, instant } from '../../values/time.ts'
import { commitmentDraft, type Draft, factDraft } from './draft.ts'

type FactRow = Row<'facts'>

/** What is read from. */
export interface KnownParts {
  readonly store: Store
  readonly journal: Journal
  readonly identities: Pick<Identities, 'commitments' | 'pins'>
  /** The operator's: a day is a day on their calendar. */
  readonly timeZone: string
}

/** What holds of one who may have several records, as drafts of lines. */
export interface Known {
  readonly pinned: readonly Draft[]
  /** Overdue ones first, then by when they are due. */
  readonly commitments: readonly Draft[]
  readonly facts: readonly Draft[]
  /** The last instant at which it is so, unless something happens. `null`: for good. */
  readonly until: Instant | null
}

/** Of the facts of one identity so many are weighed, the newest; an older one is found by its words, or is pinned. Some 8 ms, once. */
const mostFacts = 500
/** Nobody reads more open promises to one client. */
const mostCommitments = 64

/** Reads facts, pins and open commitments out of their rows: bounded work, whatever the history. */
export async function readKnown(parts: KnownParts, group: readonly IdentityId[], now: Instant): Promise<Known> {
  const { identities, timeZone } = parts
  const pins = new Set((await identities.pins.of(group)).map((pin) => pin.key))
  const newest = await newestFacts(parts, group)
  const pinned = await factsUnder(parts, group, [...pins])
  const rows = await withHolding(parts, [...pinned, ...newest], now)
  const facts = inForce(rows, now).map(toFact)
  const open = await identities.commitments.open(group, mostCommitments)
  const said = await parts.journal.at(open.map((commitment) => commitment.made))
  const words = new Map(
    said.map((event) => [event.seq, event.kind === 'commitment.made' ? event.payload?.what : undefined]),
  )
  return {
    pinned: facts.flatMap((fact) => (pins.has(fact.key) ? [factDraft(fact, 'pinned', timeZone)] : [])),
    commitments: open.flatMap((commitment) => {
      const what = words.get(commitment.made)
      return what === undefined ? [] : [commitmentDraft(commitment, what, { now, timeZone })]
    }),
    facts: facts.flatMap((fact) => (pins.has(fact.key) ? [] : [factDraft(fact, 'known', timeZone)])),
    until: earliest(
      now,
      rows.flatMap((row) => [row.valid_from, row.valid_until].map((at) => (at === null ? null : instant(at - 1)))),
      open.map((commitment) => commitment.dueAt),
    ),
  }
}

/** Facts that still hold, of those that these events recorded. */
export async function factsOfEvents(
  parts: KnownParts,
  group: readonly IdentityId[],
  seqs: readonly Seq[],
  now: Instant,
): Promise<Draft[]> {
  if (seqs.length === 0) return []
  const rows = await currentOf(parts, group)
    .where('source_seq', 'in', [...seqs])
    .execute()
  // Under another record of the same one there may be a better word on the key.
  const rivals = await factsUnder(parts, group, [...new Set(rows.map((row) => row.key))])
  const best = new Set(inForce(await withHolding(parts, rivals, now), now).map((row) => row.id))
  return rows.flatMap((row) => (best.has(row.id) ? [factDraft(toFact(row), 'known', parts.timeZone)] : []))
}

function currentOf({ store }: KnownParts, group: readonly IdentityId[]) {
  return store.read
    .selectFrom('facts')
    .selectAll()
    .where('identity_id', 'in', [...group])
    .where('superseded_by', 'is', null)
}

function newestFacts(parts: KnownParts, group: readonly IdentityId[]) {
  return currentOf(parts, group).orderBy('source_seq', 'desc').limit(mostFacts).execute()
}

async function factsUnder(parts: KnownParts, group: readonly IdentityId[], keys: readonly string[]) {
  if (keys.length === 0) return []
  return currentOf(parts, group)
    .where('key', 'in', [...keys])
    .execute()
}

/** These latest facts, and what holds in the place of those that do not. */
async function withHolding({ store }: KnownParts, rows: readonly FactRow[], now: Instant): Promise<FactRow[]> {
  return [...rows, ...(await heldBy(store.read, now, rows))]
}

/** Of each key the best word that holds now, and beside it what is to hold later, with the day; in the order of the keys. */
function inForce(rows: readonly FactRow[], now: Instant): FactRow[] {
  const byKey = new Map<string, FactRow>()
  for (const row of rows) {
    if (isOver(row, now)) continue
    const place = `${row.key} ${isEarly(row, now) ? 'later' : 'now'}`
    const other = byKey.get(place)
    if (other === undefined || byWord(row, other) < 0) byKey.set(place, row)
  }
  return [...byKey.values()].sort((one, other) =>
    one.key === other.key ? one.source_seq - other.source_seq : one.key < other.key ? -1 : 1,
  )
}

function earliest(now: Instant, ...times: readonly (readonly (Instant | null)[])[]): Instant | null {
  const coming = times.flat().filter((at): at is Instant => at !== null && at >= now)
  return coming.reduce<Instant | null>((first, at) => (first === null || at < first ? at : first), null)
}

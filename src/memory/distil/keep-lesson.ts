import type { Kysely } from 'kysely'
import { insertFact } from '../../identity/fact.ts'
import { type Heard, heardOf, isNews, lastSaid } from '../../identity/heard.ts'
import type { Foundation } from '../../identity/identity.ts'
import { padded } from '../../store/padded.ts'
import type { Tx } from '../../store/store.ts'
import type { Seq, Tables } from '../../store/tables.ts'
import type { FactId, IdentityId, RunId } from '../../values/id.ts'
import { canonical, type Json } from '../../values/json.ts'
import { compareOrigins, type Origin, worstOrigin } from '../../values/origin.ts'
import type { Instant } from '../../values/time.ts'
import type { Lesson } from './lesson.ts'
import { addToTotals } from './totals.ts'

/** What was written down of a lesson. */
export interface Kept {
  readonly seq: Seq
  readonly facts: readonly FactId[]
  readonly learned: readonly Wish[]
  readonly dropped: Readonly<Record<string, number>>
}

/** Who made the statements: our own forms, or the agent `distiller` in a run. */
export type By = { readonly by: 'extract' } | { readonly by: 'agent'; readonly run: RunId }

/**
 * Writes a lesson down within the caller's transaction: facts, what was dropped, and how far it goes. `undefined`, and nothing is
 * written, where somebody else has distilled meanwhile or the identity is forgotten.
 */
export async function keepLesson(foundation: Foundation, tx: Tx, lesson: Lesson, by: By): Promise<Kept | undefined> {
  const { stretch, tally, decisions } = lesson
  const { identity, from, until, events } = stretch
  if (!(await isNext(tx, lesson))) return undefined
  const { wishes, dropped } = await admitted(tx.db, lesson)
  const facts: FactId[] = []
  const run = by.by === 'agent' ? { run: by.run } : {}
  for (const wish of wishes) facts.push(await insertFact(foundation, tx, { ...wish, ...run, identity }))
  const seq = await foundation.journal.append(tx, {
    kind: 'memory.distilled',
    subject: identity,
    origin: worstOrigin([tally.origin, ...wishes.map(({ origin }) => origin)]),
    ...run,
    payload: {
      from,
      until,
      read: events.length,
      facts,
      dropped,
      decisions,
      tally: tally as unknown as Json,
      by: by.by,
    },
  })
  await tx.db
    .insertInto('distilled')
    .values({ identity_id: identity, until_seq: until, seq })
    .onConflict((clash) => clash.column('identity_id').doUpdateSet({ until_seq: until, seq }))
    .execute()
  const isFirst = lesson.before.seq === null
  await addToTotals(tx, { isFirst, read: events.length, facts: facts.length, dropped })
  return { seq, facts, learned: wishes, dropped }
}

async function isNext(tx: Tx, { stretch: { identity }, before }: Lesson): Promise<boolean> {
  const record = await tx.db
    .selectFrom('identities')
    .leftJoin('distilled', 'distilled.identity_id', 'identities.id')
    .select(['identities.forgotten_at', 'distilled.until_seq'])
    .where('identities.id', '=', identity)
    .executeTakeFirst()
  return record !== undefined && record.forgotten_at === null && (record.until_seq ?? 0) === before.until
}

/** A fact on its way. */
export interface Wish {
  readonly key: string
  readonly value: Json
  readonly origin: Origin
  readonly confidence: number
  readonly validFrom?: Instant
  readonly sources?: readonly Seq[]
  readonly recount?: true
}

// Whoever writes ten thousand mails of ten thousand allergies fills no snapshot and no table.
const mostStatements = 300
/** Under this lies what we heard beside what the operator recorded: theirs stands, and both are seen. */
const besideOperators = '.heard'

/** What of a lesson becomes a fact: never in place of what the operator recorded, nor of what was said later. */
export async function admitted(
  db: Kysely<Tables>,
  { stretch, counts, statements, tally, dropped }: Lesson,
): Promise<{ readonly wishes: readonly Wish[]; readonly dropped: Readonly<Record<string, number>> }> {
  const said = statements.map(({ saidAt, ...statement }) => ({ ...statement, validFrom: saidAt }))
  const all: readonly Wish[] = [
    ...counts.map((count) => ({ ...count, origin: tally.origin, recount: true as const })),
    ...said,
  ]
  const current = await currentFacts(db, stretch.identity, all)
  let room = mostStatements - (await statementsOf(db, stretch.identity))
  let passed = 0
  const wishes: Wish[] = []
  for (const wish of all) {
    const key = current.get(wish.key)?.stands.origin === 'operator' ? beside(wish.key) : wish.key
    const known = current.get(key)
    if (!isNew(known, wish)) continue
    const isFirst = known === undefined && key.startsWith('said.')
    if ((isFirst && room <= 0) || isOlder(known, wish)) passed += 1
    else {
      if (isFirst) room -= 1
      wishes.push({ ...wish, key })
    }
  }
  return { wishes, dropped: passed === 0 ? dropped : { ...dropped, statement: (dropped.statement ?? 0) + passed } }
}

const beside = (key: string): string => `${key.slice(0, 80 - besideOperators.length)}${besideOperators}`

function isNew(known: Heard | undefined, { value, origin, recount }: Wish): boolean {
  return isNews(known, { value: canonical(value), origin: recount && known ? known.stands.origin : origin })
}

/** Whoever's word counts as much or more has said something later, whatever was taken in first. */
function isOlder(known: Heard | undefined, { origin, validFrom, recount }: Wish): boolean {
  if (known === undefined || recount || validFrom === undefined) return false
  const better = compareOrigins(known.stands.origin, origin) <= 0 ? [known.stands] : []
  return [...better, ...lastSaid(known, origin)].some((row) => (row.valid_from ?? 0) > validFrom)
}

async function currentFacts(
  db: Kysely<Tables>,
  identity: IdentityId,
  wishes: readonly Wish[],
): Promise<Map<string, Heard>> {
  const keys = wishes.flatMap(({ key }) => [key, beside(key)])
  const found = new Map<string, Heard>()
  for (let start = 0; start < keys.length; start += 500) {
    const heard = await heardOf(db, [identity], padded(keys.slice(start, start + 500)))
    for (const [key, known] of heard.get(identity) ?? []) found.set(key, known)
  }
  return found
}

async function statementsOf(db: Kysely<Tables>, identity: IdentityId): Promise<number> {
  const { count } = await db
    .selectFrom('facts')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('identity_id', '=', identity)
    .where('superseded_by', 'is', null)
    .where('key', '>=', 'said.')
    .where('key', '<', 'said/')
    .executeTakeFirstOrThrow()
  return Number(count)
}

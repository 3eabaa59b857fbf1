import type { Kysely } from 'kysely'
import { groupOf } from '../identity/group.ts'
import { living } from '../identity/identity.ts'
import type { Tables } from '../store/tables.ts'
import { refuse } from '../values/fault.ts'
import type { IdentityId } from '../values/id.ts'
import type { Clock } from '../values/time.ts'
import { calendarOf } from './calendar.ts'
import type { Embedder } from './embedder.ts'
import { explain } from './explain.ts'
import { fuse } from './fuse.ts'
import type { Names } from './heads.ts'
import { askOf, historyOffers, type Weighed } from './history.ts'
import type { Knowledge } from './knowledge.ts'
import { knowledgeOffers } from './knowledge-offers.ts'
import { type Likeness, likenessOf } from './likeness.ts'
import type { Tier } from './line.ts'
import { widen } from './near-words.ts'
import { corrected } from './outdated.ts'
import { type Offer, pack } from './pack.ts'
import type { Passages, Within } from './passage.ts'
import { gather, type Pool } from './pool.ts'
import type { Asked } from './query.ts'
import { type Ranked, rank } from './rank.ts'
import type { Question, Recall } from './recall.ts'
import { loadTokens } from './tokens.ts'
import { wordsOf } from './word.ts'
import type { WorkingMemory } from './working.ts'
import { workingOffers } from './working-offers.ts'

export interface RecallParts {
  readonly store: { readonly read: Kysely<Tables> }
  readonly clock: Clock
  readonly passages: Passages
  /** Absent: no knowledge answers. */
  readonly knowledge?: Pick<Knowledge, 'current'>
  /** Absent: no working memory answers. */
  readonly working?: Pick<WorkingMemory, 'load' | 'keys' | 'get'>
  /** Absent: words alone find. */
  readonly embedder?: Embedder
  /** Takes secrets out of a text before an embedder is given words of it. */
  readonly mask?: (text: string) => string
  /** Whose days dates are; UTC when not said. */
  readonly timeZone?: string
}

/** Memory's way to answer. It reads at most some hundred texts for a question, however much there is. */
export function openRecall(parts: RecallParts): Recall {
  const calendar = calendarOf(parts.timeZone ?? 'UTC')
  return async (question) => {
    check(question)
    const { passages, clock } = parts
    const tiers = new Set(question.tiers ?? allTiers)
    const within = await withinOf(parts, question)
    const upTo = await passages.catchUp()
    const { query, purpose = '' } = question
    const understood = await askOf(passages, within, { query, purpose, now: clock.now(), calendar })
    const asked = await widened(parts, understood, question, within)
    const pool: Pool = await gather(passages, asked, within, question.budget)
    const found: Weighed[] = []
    let likeness: Likeness | undefined
    if (tiers.has('history')) {
      const ranked = rank(pool, asked)
      likeness = await meant(parts, query, ranked)
      found.push(...historyOffers(likeness ? fuse(ranked, likeness.of) : ranked))
    }
    if (tiers.has('knowledge') && parts.knowledge) {
      found.push(...(await knowledgeOffers(parts.knowledge, asked, pool)))
    }
    if (tiers.has('working') && parts.working && question.run !== undefined) {
      const of = { run: question.run, identities: within.identities }
      found.push(...(await workingOffers(parts.working, of, asked, pool)))
    }
    found.sort((one, other) => other.offer.line.score - one.offer.line.score)
    const names = question.identity === undefined ? await namesOf(parts, found) : new Map()
    const layout = { names, calendar, count: await loadTokens() }
    const best = pack(offersOf(found), question.budget, layout)
    const notes = await corrected(parts, best.taken)
    // A note takes tokens: what was taken is packed once more with its notes, and the least of it may have to go.
    const packed = notes.size === 0 ? best : pack(best.taken.map(withNote(notes)), question.budget, layout)
    const { lines, tokens } = packed
    if (!question.explain) return { lines, tokens, upTo }
    const weighed = found.map((one) => ({ ...one, offer: withNote(notes)(one.offer) }))
    return { lines, tokens, upTo, explained: explain({ asked, pool, found: weighed, packed, likeness }) }
  }
}

const offersOf = (found: readonly Weighed[]): Offer[] => found.map(({ offer }) => offer)
const withNote =
  (notes: ReadonlyMap<Offer, Offer>) =>
  (offer: Offer): Offer =>
    notes.get(offer) ?? offer
const allTiers: readonly Tier[] = ['history', 'knowledge', 'working']
/** UTF-16 units: a long mail may be a question, a book is none. */
const longestQuery = 20_000
/** Tokens: more than any model is given at once. */
const largestBudget = 1_000_000

function check({ query, purpose = '', budget }: Question): void {
  for (const [what, text] of [
    ['The question', query],
    ['The purpose', purpose],
  ] as const) {
    if (text.length > longestQuery) {
      refuse('input.too-large', { what, size: `${text.length} characters`, limit: `${longestQuery} characters` })
    }
  }
  if (wordsOf(query).length === 0) refuse('input.invalid', { what: 'The question', why: 'it has no word in it' })
  if (!Number.isInteger(budget) || budget < 1 || budget > largestBudget) {
    refuse('input.invalid', { what: 'The budget', why: `it is a whole number of tokens from 1 to ${largestBudget}` })
  }
}

async function withinOf({ store }: RecallParts, { identity, kinds, exceptRun }: Question): Promise<Within> {
  const of = { ...(kinds ? { kinds } : {}), ...(exceptRun === undefined ? {} : { exceptRun }) }
  if (identity === undefined) return of
  await living(store.read, identity)
  return { ...of, identities: await groupOf(store.read, identity) }
}

async function widened(
  { embedder, passages, clock, mask = (text) => text }: RecallParts,
  asked: Asked,
  { query }: Question,
  within: Within,
): Promise<Asked> {
  return embedder ? widen({ embedder, passages, clock }, asked, new Set(wordsOf(mask(query))), within) : asked
}

async function meant(
  { embedder, passages, clock }: RecallParts,
  query: string,
  ranked: readonly Ranked[],
): Promise<Likeness | undefined> {
  if (!embedder || ranked.length === 0) return undefined
  return likenessOf(
    { embedder, passages, clock },
    query,
    ranked.map(({ candidate }) => candidate.passage),
  )
}

/** Whose the lines are, where they may be anybody's. */
async function namesOf({ store }: RecallParts, found: readonly Weighed[]): Promise<Names> {
  const ids = new Set(
    found.flatMap(({ offer: { line } }) => (line.source.tier === 'history' ? [line.source.identity] : [])),
  )
  if (ids.size === 0) return new Map()
  const rows = await store.read
    .selectFrom('identities')
    .select(['id', 'name'])
    .where('id', 'in', [...ids])
    .execute()
  return new Map(rows.flatMap(({ id, name }): [IdentityId, string][] => (name === null ? [] : [[id, name]])))
}

import { groupOf } from '../../identity/group.ts'
import { living } from '../../identity/identity.ts'
import { refuse } from '../../values/fault.ts'
import { between, type Clock, days, type Instant, instant } from '../../values/time.ts'
import { decayed } from '../decay.ts'
import type { Passages } from '../passage.ts'
import type { CompileSnapshot, Snapshot, SnapshotRequest } from '../snapshot.ts'
import { loadTokens } from '../tokens.ts'
import type { Draft } from './draft.ts'
import { answerKey, type Held, Kept, keepAnswer, keepMatched } from './kept.ts'
import { factsOfEvents, type KnownParts, readKnown } from './known.ts'
import { byScore, pack, type Ranked, type Sections } from './pack.ts'
import { type Purpose, purposeOf, relevances, stemsOf } from './purpose.ts'
import { factsIn, readMatching, readTold, storiesIn } from './told.ts'

export interface SnapshotParts extends KnownParts {
  readonly passages: Passages
  readonly clock: Clock
}

/** What a snapshot of an identity is compiled by, and for tests and benchmarks a way to begin without what was kept. */
export interface Snapshots {
  readonly compile: CompileSnapshot
  /** Forgets all that was kept of anybody. */
  clear(): void
}

/** More than any model reads well; the candidates are fewer in any case. */
const mostTokens = 100_000
/** UTF-16 units: a purpose is a sentence. */
const longestPurpose = 2000

/**
 * Compiles snapshots. Ages are counted in days of UTC and dates in the operator's, so that the same request of the same journal gives
 * the same lines for the rest of a day, or until something falls due or ends.
 */
export function openSnapshots(parts: SnapshotParts): Snapshots {
  const kept = new Kept()
  parts.journal.onCommitted((event) => kept.hear(event))
  return {
    async compile(request) {
      check(request)
      kept.follow(parts.passages.edition)
      const held = kept.of(request.identity) ?? (await hold(parts, kept, request))
      const key = answerKey(request)
      const answer = held.answers.get(key)
      if (answer && answer.until > parts.clock.now()) {
        keepAnswer(held, key, answer.snapshot, answer.until)
        return answer.snapshot
      }
      const version = held.version
      const { snapshot, until } = await compile(parts, held, request)
      // What happened meanwhile may be missing in it.
      if (held.version === version) keepAnswer(held, key, snapshot, until)
      return snapshot
    },
    clear: () => kept.clear(),
  }
}

function check({ purpose, budget }: SnapshotRequest): void {
  const what = 'The request of a snapshot'
  if (!Number.isSafeInteger(budget) || budget < 0 || budget > mostTokens) {
    refuse('input.invalid', { what, why: `its budget is a whole number of tokens up to ${mostTokens}` })
  }
  if (purpose.length > longestPurpose) {
    refuse('input.invalid', { what, why: `its purpose is longer than ${longestPurpose} characters` })
  }
}

async function hold({ store }: SnapshotParts, kept: Kept, { identity }: SnapshotRequest): Promise<Held> {
  for (;;) {
    const { regrouped } = kept
    await living(store.read, identity)
    const group = await groupOf(store.read, identity)
    // A merge that came in between is in the rows now, and would not be heard of again.
    if (kept.regrouped === regrouped) return kept.hold(group)
  }
}

/** Purpose or not, what matters counts: at most so many times less than what is all about it. */
const indifferent = 0.25

async function compile(
  parts: SnapshotParts,
  held: Held,
  { purpose: text, budget }: SnapshotRequest,
): Promise<{ readonly snapshot: Snapshot; readonly until: Instant }> {
  const upTo = await parts.passages.catchUp()
  const now = parts.clock.now()
  const count = await loadTokens()
  const { known, told } = await groundOf(parts, held, now)
  const purpose = purposeOf(text)
  const matching = await readMatching(parts.passages, held.group, purpose, held.matched, parts.timeZone)
  keepMatched(held, matching)
  const seqs = new Set(known.facts.map(({ source }) => ('seq' in source ? source.seq : 0)))
  const unseen = factsIn(matching).filter((seq) => !seqs.has(seq))
  const older = await factsOfEvents(parts, held.group, unseen, now)
  const pinned = new Set(known.pinned.map(({ source }) => ('seq' in source ? source.seq : 0)))
  const day = endOfDay(now)
  const sections = rank(purpose, day, {
    pinned: known.pinned,
    commitments: known.commitments,
    recent: told.recent,
    facts: [...known.facts, ...older.filter(({ source }) => !('seq' in source && pinned.has(source.seq)))],
    rest: [...told.weighty, ...storiesIn(matching, told)],
  })
  const lines = pack(sections, budget, count)
  const tokens = lines.reduce((sum, line) => sum + line.tokens, 0)
  const until = known.until !== null && known.until < day ? instant(known.until + 1) : day
  return { snapshot: { identity: held.group[0], lines, tokens, upTo }, until }
}

/** What is kept of the identity, read again where an event or the time has made it old. */
async function groundOf(parts: SnapshotParts, held: Held, now: Instant) {
  const version = held.version
  const inTime = held.known && (held.known.until === null || held.known.until >= now)
  const known = inTime && held.known ? held.known : await readKnown(parts, held.group, now)
  const told = held.told ?? (await readTold(parts.passages, held.group, parts.timeZone))
  if (held.version === version) {
    held.known = known
    held.told = told
  }
  return { known, told }
}

function rank(purpose: Purpose, day: Instant, drafts: Record<keyof Sections, readonly Draft[]>): Sections {
  const all = Object.values(drafts).flat()
  const relevant = new Map(relevances(purpose, all.map(stems)).map((relevance, at) => [all[at], relevance]))
  const ranked = (draft: Draft): Ranked => {
    const { share, words } = relevant.get(draft) ?? { share: 0, words: [] }
    const { source, at, importance } = draft
    const decay = source.tier === 'history' ? decayed(source.kind, between(at, day)) : 1
    const score = (indifferent + (1 - indifferent) * share) * decay * importance
    const why = words.length === 0 ? draft.why : `${draft.why}; words: ${words.slice(0, 5).join(', ')}`
    return { draft, score, why }
  }
  return {
    pinned: byScore(drafts.pinned.map(ranked)),
    commitments: drafts.commitments.map(ranked),
    recent: drafts.recent.map(ranked),
    facts: byScore(drafts.facts.map(ranked)),
    rest: byScore(drafts.rest.map(ranked)),
  }
}

const stemsKept = new WeakMap<Draft, ReadonlySet<string>>()

function stems(draft: Draft): ReadonlySet<string> {
  const before = stemsKept.get(draft)
  if (before) return before
  const found = stemsOf(draft.words)
  stemsKept.set(draft, found)
  return found
}

function endOfDay(now: Instant): Instant {
  return instant(Math.floor(now / days(1) + 1) * days(1))
}

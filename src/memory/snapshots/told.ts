import type { Seq } from '../../store/tables.ts'
import type { IdentityId } from '../../values/id.ts'
import type { Passage, Passages } from '../passage.ts'
import { type Draft, passageDraft } from './draft.ts'
import type { Purpose } from './purpose.ts'

/** What was said and done, as drafts of lines, each once. */
export interface Told {
  /** The newest of what was said, newest first. */
  readonly recent: readonly Draft[]
  /** What matters most by what it is. */
  readonly weighty: readonly Draft[]
  readonly places: ReadonlySet<string>
}

// So many candidates are looked at, however long the history: each is deciphered and compared, some 20 µs.
const most = { recent: 48, weighty: 48, matching: 48 } as const

const said = ['interaction.recorded'] as const
// Facts and promises stand in rows, which say what still holds of them; their events also tell what does not.
const outOfRows = new Set(['identity.fact-recorded', 'commitment.made', 'commitment.kept', 'commitment.dropped'])
const storyKinds = ['gate.decided', 'task.done', ...said, 'run.started', 'effect.intended', 'webhook.received'] as const

/** Reads what stands whatever is asked. */
export async function readTold(passages: Passages, group: readonly IdentityId[], timeZone: string): Promise<Told> {
  const newest = await passages.newest({ identities: group, kinds: said }, most.recent)
  const heavy = await passages.weightiest({ identities: group, kinds: storyKinds }, most.weighty)
  const places = new Set(newest.map(placeOf))
  const weighty = heavy.filter((passage) => !places.has(placeOf(passage)))
  for (const passage of weighty) places.add(placeOf(passage))
  return {
    recent: newest.map((passage) => passageDraft(passage, 'recent', timeZone)),
    weighty: weighty.map((passage) => passageDraft(passage, 'weighty', timeZone)),
    places,
  }
}

/** What else speaks of the purpose: passages as drafts, and the events of facts, of which the rows know whether they still hold. */
export async function readMatching(
  passages: Passages,
  group: readonly IdentityId[],
  purpose: Purpose,
  seen: Seen,
  timeZone: string,
): Promise<Seen> {
  if (purpose.words.length === 0) return new Map()
  const matches = await passages.match(purpose.words, { identities: group }, most.matching, 'quick')
  const unseen = matches.flatMap(({ id }) => (seen.has(id) ? [] : [id]))
  const read = await passages.read(unseen)
  const found = new Map(
    read.map((passage) => [passage.id, { passage, draft: passageDraft(passage, 'matching', timeZone) }]),
  )
  return new Map(
    matches.flatMap(({ id }) => {
      const one = seen.get(id) ?? found.get(id)
      return one ? [[id, one]] : []
    }),
  )
}

/** Passages by their number in the index. */
export type Seen = ReadonlyMap<number, { readonly passage: Passage; readonly draft: Draft }>

/** What of these is a story, and not among those that are told anyway. */
export function storiesIn(matching: Seen, { places }: Told): Draft[] {
  return [...matching.values()].flatMap(({ passage, draft }) =>
    outOfRows.has(passage.kind) || places.has(placeOf(passage)) ? [] : [draft],
  )
}

/** The events of these that recorded a fact. */
export function factsIn(matching: Seen): Seq[] {
  return [...matching.values()].flatMap(({ passage: { kind, seq } }) =>
    kind === 'identity.fact-recorded' ? [seq] : [],
  )
}

function placeOf({ seq, part }: Passage): string {
  return `${seq}.${part}`
}

import type { StoredEvent } from '../../telemetry/event.ts'
import type { IdentityId } from '../../values/id.ts'
import type { Instant } from '../../values/time.ts'
import type { Snapshot, SnapshotRequest } from '../snapshot.ts'
import type { Known } from './known.ts'
import type { Seen, Told } from './told.ts'

/** What is kept in mind of one who may have several records. A part is `undefined` until it is read, or read again. */
export interface Held {
  readonly group: readonly [IdentityId, ...IdentityId[]]
  /** Another number after each event of the group. */
  version: number
  known: Known | undefined
  told: Told | undefined
  /** What purposes found: it stays what it is whatever happens. */
  matched: Seen
  /** Finished snapshots by purpose and budget, each with the instant until which it holds. */
  readonly answers: Map<string, { readonly snapshot: Snapshot; readonly until: Instant }>
}

// Those that are worked on at the same time. Drafts of 500 facts and 96 passages are some 300 KB.
const mostHeld = 16
// Of one identity: agents ask again with the same few purposes. 16 of 2,000 tokens are some 300 KB.
const mostAnswers = 16
// Of one identity: some 200 KB.
const mostMatched = 256

/** What snapshots are made of, kept until an event of the identity makes it old. Bounded: what was used longest ago goes first. */
export class Kept {
  readonly #byMember = new Map<IdentityId, Held>()
  readonly #held = new Set<Held>()
  /** How often it was said who is whom. */
  regrouped = 0
  #edition = 0

  /** Begins anew where the passages that things were made of are not those of before. */
  follow(edition: number): void {
    if (edition !== this.#edition) this.clear()
    this.#edition = edition
  }

  of(identity: IdentityId): Held | undefined {
    const held = this.#byMember.get(identity)
    if (held && this.#held.delete(held)) this.#held.add(held)
    return held
  }

  hold(group: Held['group']): Held {
    const held: Held = { group, version: 0, known: undefined, told: undefined, matched: new Map(), answers: new Map() }
    for (const member of group) this.#drop(this.#byMember.get(member))
    for (const member of group) this.#byMember.set(member, held)
    this.#held.add(held)
    if (this.#held.size > mostHeld) this.#drop(this.#held.values().next().value)
    return held
  }

  /** Takes in that something happened. */
  hear(event: Pick<StoredEvent, 'kind' | 'subject'>): void {
    if (regrouping.has(event.kind)) this.clear()
    if (this.#held.size === 0) return
    const held = this.#byMember.get(event.subject)
    if (!held) return
    held.version += 1
    held.answers.clear()
    held.told = undefined
    if (stating.has(event.kind)) held.known = undefined
  }

  clear(): void {
    this.regrouped += 1
    this.#byMember.clear()
    for (const held of this.#held) held.version += 1
    this.#held.clear()
  }

  #drop(held: Held | undefined): void {
    if (!held) return
    this.#held.delete(held)
    held.version += 1
    for (const member of held.group) if (this.#byMember.get(member) === held) this.#byMember.delete(member)
  }
}

/** Keeps what a purpose found, and lets go of what was found longest ago. */
export function keepMatched(held: Held, found: Seen): void {
  const all = [...held.matched].filter(([id]) => !found.has(id))
  held.matched = new Map([...all, ...found].slice(-mostMatched))
}

/** The name of an answer among those of one identity. */
export function answerKey({ purpose, budget }: Pick<SnapshotRequest, 'purpose' | 'budget'>): string {
  return `${budget} ${purpose}`
}

/** Keeps an answer, and lets the one go that was used longest ago. */
export function keepAnswer({ answers }: Held, key: string, snapshot: Snapshot, until: Instant): void {
  answers.delete(key)
  answers.set(key, { snapshot, until })
  const oldest = answers.keys().next().value
  if (answers.size > mostAnswers && oldest !== undefined) answers.delete(oldest)
}

// Who is whom, and who is nobody any more: rare enough to begin anew.
const regrouping = new Set<StoredEvent['kind']>(['identity.merged', 'identity.unmerged', 'identity.forgotten'])
const stating = new Set<StoredEvent['kind']>([
  ...(['identity.fact-recorded', 'identity.fact-pinned', 'identity.fact-unpinned'] as const),
  ...(['commitment.made', 'commitment.kept', 'commitment.dropped'] as const),
])

import type { IdentityId } from '../values/id.ts'
import type { Instant } from '../values/time.ts'
import type { Kept } from './working.ts'

// What fits into a prompt: 256 KiB are some 60 000 tokens, about half of what a current model reads at once. A run that keeps more wants
// a document.
const mostEntries = 256
const mostBytes = 256 * 1024
/** In UTF-8 as JSON. One value leaves room for seven more like it. */
export const largestValue = 32 * 1024

/** A thing kept in mind, with what it takes. `bytes` counts its key too. */
export interface Thought extends Kept {
  readonly key: string
  readonly bytes: number
}

/** A change of a run's mind, as the journal has it. `thought` is `null` where a key is dropped. */
export interface Change {
  readonly seq: number
  readonly at: Instant
  readonly key: string
  readonly thought: Thought | null
}

/**
 * What one run keeps in mind. The same changes in the same order give the same mind, whether they are applied as they happen or are read
 * from the journal later. In the order of the last put.
 */
export class Mind {
  readonly #thoughts = new Map<string, Thought>()
  #bytes = 0
  #upTo = 0
  #puts = 0

  /** How many puts there ever were. */
  get puts(): number {
    return this.#puts
  }

  get keys(): readonly string[] {
    return [...this.#thoughts.keys()]
  }

  get(key: string, now: Instant): Thought | undefined {
    const found = this.#thoughts.get(key)
    return found !== undefined && found.expiresAt > now ? found : undefined
  }

  /** Changes that are known already change nothing. */
  apply({ seq, at, key, thought }: Change): void {
    if (seq <= this.#upTo) return
    this.#upTo = seq
    if (thought !== null) this.#puts += 1
    this.expire(at)
    for (const old of thought === null ? [] : this.oldestBesides(key, thought.bytes)) this.#remove(old)
    this.#remove(key)
    if (thought === null || thought.expiresAt <= at) return
    this.#thoughts.set(key, thought)
    this.#bytes += thought.bytes
  }

  /** What has to go, the oldest first, so that so many bytes fit under a key. */
  oldestBesides(key: string, bytes: number): readonly string[] {
    const own = this.#thoughts.get(key)
    let entries = this.#thoughts.size + (own === undefined ? 1 : 0)
    let total = this.#bytes + bytes - (own?.bytes ?? 0)
    const going: string[] = []
    for (const thought of this.#thoughts.values()) {
      if (entries <= mostEntries && total <= mostBytes) break
      if (thought === own) continue
      going.push(thought.key)
      entries -= 1
      total -= thought.bytes
    }
    return going
  }

  expire(now: Instant): void {
    for (const { key, expiresAt } of this.#thoughts.values()) if (expiresAt <= now) this.#remove(key)
  }

  forget(identities: ReadonlySet<IdentityId>): void {
    for (const { key, subject } of this.#thoughts.values()) if (identities.has(subject)) this.#remove(key)
  }

  /** When the first of it is to be forgotten. */
  nextExpiry(): Instant | undefined {
    let next: Instant | undefined
    for (const { expiresAt } of this.#thoughts.values()) if (next === undefined || expiresAt < next) next = expiresAt
    return next
  }

  #remove(key: string): void {
    this.#bytes -= this.#thoughts.get(key)?.bytes ?? 0
    this.#thoughts.delete(key)
  }
}

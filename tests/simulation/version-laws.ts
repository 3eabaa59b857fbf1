import type { StoredEvent } from '../../src/telemetry/event.ts'

/** A run keeps the versions that it began with, and none begins with one that is withdrawn. */
export class VersionLaws {
  readonly #say: (event: StoredEvent, what: string) => void
  readonly #withdrawn = new Set<string>()
  /** What each withdrawal took out, by its release. */
  readonly #taken = new Map<string, readonly string[]>()
  readonly #pinned = new Map<string, string>()

  constructor(say: (event: StoredEvent, what: string) => void) {
    this.#say = say
  }

  take(event: StoredEvent): void {
    if (event.payload === null) return
    switch (event.kind) {
      case 'release.withdrawn':
        this.#taken.set(event.payload.release, event.payload.withdrawn)
        for (const hash of event.payload.withdrawn) this.#withdrawn.add(hash)
        return
      case 'release.undone':
        for (const hash of this.#taken.get(event.payload.undoes) ?? []) this.#withdrawn.delete(hash)
        return
      case 'release.set':
        for (const { hash } of event.payload.shares) this.#withdrawn.delete(hash)
        return
      case 'release.drawn':
        if (this.#withdrawn.has(event.payload.hash)) this.#say(event, 'a run began with a version that is withdrawn')
        this.#pinned.set(`${event.run} ${event.payload.agent}`, event.payload.hash)
        return
      case 'task.done':
        this.#done(event)
    }
  }

  #done(event: Extract<StoredEvent, { kind: 'task.done' }>): void {
    const made = event.payload?.madeBy
    if (made?.hash === undefined) return
    const pin = `${event.run} ${made.doer}`
    if ((this.#pinned.get(pin) ?? made.hash) !== made.hash)
      this.#say(event, `${made.doer} changed its version in the middle of a run`)
    this.#pinned.set(pin, made.hash)
  }
}

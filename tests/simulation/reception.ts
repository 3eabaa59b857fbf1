import type { Os } from '../../src/os/os.ts'
import type { IdentityId } from '../../src/values/id.ts'
import { forget } from './forgetting.ts'
import { merge, unmerge } from './merging.ts'
import type { Person } from './people.ts'
import type { Place } from './place.ts'

/** What the operator does with people: meets them, notes what they say, takes two for one, and lets them be forgotten. */
export class Reception {
  readonly #random: () => number
  readonly #place: Place

  constructor(random: () => number, place: Place) {
    this.#random = random
    this.#place = place
  }

  /** The input of a run about somebody who is known, in words that stand nowhere else. */
  about(topic: string): { readonly topic: string; readonly who?: string } {
    const { people } = this.#place
    const person = this.#pick(people.known)
    if (!person) return { topic }
    const word = people.word()
    people.rootOf(person).words.push(word)
    return { topic: `${topic} ${word}`, who: person.address }
  }

  /** One thing that is done with somebody. */
  async act(os: Os): Promise<void> {
    const { desk, people } = this.#place
    const [person, other] = [this.#pick(people.known), this.#pick(people.known)]
    const dice = this.#random()
    if (!person || !other || dice < 0.3) return this.#meet(os)
    if (dice < 0.45) return this.#learn(os, person)
    if (dice < 0.55) return this.#grant(os, person)
    const standing = this.#pick(people.merges)
    const [what, act] =
      dice < 0.7
        ? (['merge', () => merge(this.#place, person, other)] as const)
        : dice < 0.82 && standing
          ? (['unmerge', () => unmerge(this.#place, standing.id)] as const)
          : (['forget', () => this.#forget(person)] as const)
    desk.count(what)
    await act()
  }

  async #meet(os: Os): Promise<void> {
    const { desk, people } = this.#place
    const [name, local] = [people.word(), people.word()]
    const address = `${local}@example.org`
    const made = await desk.call(os, 'identities.add', { kind: 'person', name: `Dr ${name}`, handles: [address] })
    const { id } = made as { id: IdentityId }
    people.known.push({ id, address, words: [name, local], facts: [] })
  }

  /** A fact, something said, and something promised. */
  async #learn(os: Os, person: Person): Promise<void> {
    const { desk, people } = this.#place
    const [value, said, promised] = [people.word(), people.word(), people.word()]
    const key = this.#pick(['allergy', 'language']) ?? 'allergy'
    people.rootOf(person).words.push(value, said, promised)
    const identity = person.address
    const told = await desk.ask(os, 'identities.fact', { identity, key, value })
    if (told.ok) people.tell(person, key, value)
    await desk.call(os, 'identities.note', { identity, text: `They spoke of ${said}.`, by: 'them' })
    await desk.call(os, 'commitments.make', { identity, what: `Send ${promised}` })
    await desk.call(os, 'memory.recall', { query: said })
  }

  async #grant(os: Os, person: Person): Promise<void> {
    const grant = { action: 'office.mail', subject: person.address, maxUses: 2, days: 5, externalOk: true }
    await this.#place.desk.call(os, 'grants.give', { ...grant, why: 'a friend' })
  }

  /** Now and then the process dies over it. */
  async #forget(person: Person): Promise<void> {
    const when = this.#random() < 0.5 ? 'before' : 'after'
    if (this.#random() < 0.3) this.#place.crashAt({ when, what: 'commit', nth: Math.ceil(this.#random() * 6) })
    await forget(this.#place, person, { cancelRuns: this.#random() < 0.8 })
  }

  #pick<T>(from: readonly T[]): T | undefined {
    return from[Math.floor(this.#random() * from.length)]
  }
}

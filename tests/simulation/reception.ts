import type { Os } from '../../src/os/os.ts'
import type { IdentityId } from '../../src/values/id.ts'
import type { Json } from '../../src/values/json.ts'
import type { Desk } from './desk.ts'
import { closedBy, leftOf, stateOf } from './forgotten.ts'
import type { Outside } from './outside.ts'
import type { People, Person } from './people.ts'

interface Place {
  readonly desk: Desk
  readonly people: People
  readonly outside: Outside
  /** Hears of laws that are broken. */
  readonly say: (what: string) => void
}

/** What the operator does with people: meets them, notes what they say, and lets them be forgotten. */
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
    // What is said of one is said of the record in front.
    people.rootOf(person).words.push(word)
    return { topic: `${topic} ${word}`, who: person.address }
  }

  /** One thing that is done with somebody. */
  async act(os: Os): Promise<void> {
    const { desk, people } = this.#place
    const person = this.#pick(people.known)
    const dice = this.#random()
    if (!person || dice < 0.3) return this.#meet(os)
    if (dice < 0.5) return this.#learn(os, person)
    if (dice < 0.6) return this.#grant(os, person)
    desk.count('forget')
    return this.#forget(os, person)
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
    const root = people.rootOf(person)
    const [value, said, promised] = [people.word(), people.word(), people.word()]
    const key = this.#pick(['allergy', 'language']) ?? 'allergy'
    root.words.push(value, said, promised)
    root.facts.push({ key, value })
    const identity = person.address
    await desk.call(os, 'identities.fact', { identity, key, value })
    await desk.call(os, 'identities.note', { identity, text: `They spoke of ${said}.`, by: 'them' })
    await desk.call(os, 'commitments.make', { identity, what: `Send ${promised}` })
    await desk.call(os, 'memory.recall', { query: said } as Json)
  }

  async #grant(os: Os, person: Person): Promise<void> {
    const grant = { action: 'office.mail', subject: person.address, maxUses: 2, days: 5, externalOk: true }
    await this.#place.desk.call(os, 'grants.give', { ...grant, why: 'a friend' })
  }

  async #forget(os: Os, person: Person): Promise<void> {
    const { desk, people, outside, say } = this.#place
    const group = people.groupOf(person)
    const ids = group.map(({ id }) => id)
    const [before, closed] = [await stateOf(os), await closedBy(os, ids)]
    const said = await desk.ask(os, 'identities.forget', {
      identity: person.address,
      cancelRuns: this.#random() < 0.5,
    })
    if (!said.ok) {
      if ((await stateOf(os)) !== before)
        say(`${person.id} was not forgotten (${said.fault.code}), and yet something changed`)
      return
    }
    people.forget(group)
    for (const key of closed) people.closed.add(key)
    const clears = !(said.answer as { finished: { adapters: { fault: Json }[] } }).finished.adapters.some(
      (one) => one.fault,
    )
    for (const what of await leftOf(os, group)) say(what)
    for (const act of outside.acts)
      if (
        clears &&
        people.isForgotten(act.subject) &&
        ids.includes(act.subject as IdentityId) &&
        !outside.cleared.has(act.key)
      )
        say(`${act.key} is still at the provider, which was not asked to clear it`)
  }

  #pick<T>(from: readonly T[]): T | undefined {
    return from[Math.floor(this.#random() * from.length)]
  }
}

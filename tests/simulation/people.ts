import type { EffectKey, IdentityId, MergeId } from '../../src/values/id.ts'

/** A fact, in the order in which all were told. */
interface Known {
  readonly key: string
  readonly value: string
  readonly nth: number
}

/** One record of a person, as the operator made it. */
export interface Person {
  readonly id: IdentityId
  readonly address: string
  /** Words that stand in nothing but what is about this record. */
  readonly words: string[]
  readonly facts: Known[]
}

interface Merge {
  readonly id: MergeId
  readonly from: Person
  readonly into: Person
}

/** Whom the company should know, and as whom: told by what the operator did, whatever the company makes of it. */
export class People {
  readonly known: Person[] = []
  readonly merges: Merge[] = []
  readonly forgotten: Person[] = []
  /** Effects to the forgotten that had no outcome when they were: nobody can write one any more. */
  readonly closed = new Set<EffectKey>()
  #words = 0
  #facts = 0

  /** A word that nothing else contains, of letters only: a file that holds words keeps it as such. */
  word(): string {
    this.#words += 1
    const letters = [...String(this.#words).padStart(5, '0')].map((digit) => String.fromCharCode(97 + Number(digit)))
    return `zq${letters.join('')}xw`
  }

  /** What is said of one is said of the record in front. */
  tell(person: Person, key: string, value: string): void {
    this.#facts += 1
    this.rootOf(person).facts.push({ key, value, nth: this.#facts })
  }

  /** What a record's keys say now: of all that its group was told, the newest. */
  factsOf(person: Person): ReadonlyMap<string, string> {
    const told = this.groupOf(person).flatMap(({ facts }) => facts)
    return new Map(told.toSorted((a, b) => a.nth - b.nth).map(({ key, value }) => [key, value]))
  }

  /** As whom a record is read now. */
  rootOf(person: Person): Person {
    const merge = this.merges.find(({ from }) => from === person)
    return merge ? this.rootOf(merge.into) : person
  }

  groupOf(person: Person): readonly Person[] {
    const root = this.rootOf(person)
    return this.known.filter((one) => this.rootOf(one) === root)
  }

  areOne(one: IdentityId, other: IdentityId): boolean {
    const [a, b] = [one, other].map((id) => this.known.find((person) => person.id === id))
    return one === other || (a !== undefined && b !== undefined && this.rootOf(a) === this.rootOf(b))
  }

  isForgotten(id: IdentityId | undefined): boolean {
    return this.forgotten.some((person) => person.id === id)
  }

  unmerge(id: MergeId): void {
    this.merges.splice(
      this.merges.findIndex((merge) => merge.id === id),
      1,
    )
  }

  forget(group: readonly Person[]): void {
    this.forgotten.push(...group)
    for (const list of [this.known, this.merges] as const) {
      const left = list.filter((one) => !group.includes('from' in one ? one.from : one))
      list.splice(0, list.length, ...(left as never[]))
    }
  }
}

import type { Os } from '../../src/os/os.ts'
import { showIdentity } from '../../src/os/queries/identity-view.ts'
import type { MergeId } from '../../src/values/id.ts'
import type { People, Person } from './people.ts'
import type { Place } from './place.ts'

/** Says that two records are of one. */
export async function merge(place: Place, one: Person, other: Person): Promise<void> {
  const { desk, people, now } = place
  const [into, from] = [people.rootOf(one), people.rootOf(other)]
  const before = await rowsOf(now())
  const said = await desk.ask(now(), 'identities.merge', { identity: one.address, other: other.address, why: 'alike' })
  if (said.ok) people.merges.push({ id: (said.answer as { merge: MergeId }).merge, from, into })
  await look(place, before)
}

/** Undoes one of the merges that stand, whichever was made first. */
export async function unmerge(place: Place, id: MergeId): Promise<void> {
  const { desk, people, now } = place
  const before = await rowsOf(now())
  const said = await desk.ask(now(), 'identities.unmerge', { merge: id, why: 'two after all' })
  if (said.ok) people.unmerge(id)
  await look(place, before)
}

/** Whoever is read otherwise than the operator told it, as sentences. */
export async function misread(os: Os, people: People): Promise<readonly string[]> {
  const wrong = people.known.map(async (person) => {
    const root = people.rootOf(person)
    const shown = await showIdentity(os, person.address)
    const handles = shown.handles.map(({ value }) => value).sort()
    const facts = Object.fromEntries(shown.facts.map(({ key, value }) => [key, value]))
    return [
      ...differs(`${person.address} is found as`, shown.id, root.id),
      ...differs(`${person.id} is found as`, await os.identities.handles.find(person.id), root.id),
      ...differs(
        `the names of ${root.id}`,
        handles,
        people
          .groupOf(person)
          .map(({ address }) => address)
          .sort(),
      ),
      ...differs(`the facts of ${root.id}`, sorted(facts), sorted(Object.fromEntries(people.factsOf(person)))),
      ...differs(
        `what was recorded of ${person.id}`,
        await recorded(os, person),
        person.facts.map(({ value }) => value),
      ),
    ]
  })
  return (await Promise.all(wrong)).flat()
}

async function look({ people, now, say }: Place, before: string): Promise<void> {
  if ((await rowsOf(now())) !== before) say('a merge, or undoing one, moved what hangs on people')
  for (const what of await misread(now(), people)) say(what)
}

const hanging = ['facts', 'handles', 'effects', 'grants', 'interactions', 'commitments', 'runs', 'keys'] as const

/** All that hangs on identities: a merge moves none of it. */
async function rowsOf({ store }: Os): Promise<string> {
  const all = hanging.map((table) =>
    store.read
      .selectFrom(table as 'runs')
      .selectAll()
      .execute(),
  )
  return JSON.stringify(await Promise.all(all))
}

async function recorded({ store }: Os, { id }: Person): Promise<readonly string[]> {
  const facts = store.read.selectFrom('facts').select('value').where('identity_id', '=', id)
  const rows = await facts.orderBy('source_seq').execute()
  return rows.map(({ value }) => JSON.parse(value) as string)
}

function sorted(facts: object): readonly [string, unknown][] {
  return Object.entries(facts).sort(([a], [b]) => a.localeCompare(b))
}

function differs(what: string, is: unknown, should: unknown): string[] {
  const [one, other] = [JSON.stringify(is), JSON.stringify(should)]
  return one === other ? [] : [`${what} ${one}, and was told as ${other}`]
}

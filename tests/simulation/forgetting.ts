import type { Os } from '../../src/os/os.ts'
import type { EffectKey, IdentityId } from '../../src/values/id.ts'
import type { Json } from '../../src/values/json.ts'
import { found } from '../forget/company.ts'
import type { Said } from './desk.ts'
import type { Person } from './people.ts'
import type { Place } from './place.ts'

const overs = ['done', 'failed', 'cancelled', 'undone']

/** Lets someone be forgotten, under all their records, and looks at what is left of them; the process may die meanwhile. */
export async function forget(place: Place, person: Person, options: { readonly cancelRuns: boolean }): Promise<void> {
  const { desk, people, within, now, say } = place
  const group = people.groupOf(person)
  const ids = group.map(({ id }) => id)
  const [before, closed] = [await stateOf(now()), await openTo(now(), ids)]
  const input = { identity: person.address, ...options }
  const outcome = await within((os) => desk.ask(os, 'identities.forget', input))
  if (!outcome.died && !outcome.value.ok) {
    const { code } = outcome.value.fault
    if ((await stateOf(now())) !== before) say(`${person.id} was not forgotten (${code}), and yet something changed`)
    return
  }
  if (outcome.died) desk.count('death while forgetting')
  const names = await namesOf(now(), ids)
  if (outcome.died && names.every((name) => name !== null)) return
  people.forget(group)
  for (const key of closed) people.closed.add(key)
  for (const what of await leftOf(now(), group)) say(what)
  if (!outcome.died) for (const what of uncleared(place, ids, outcome.value)) say(what)
}

/** What must not be of the forgotten, as sentences. */
export async function leftOf(os: Os, group: readonly Person[]): Promise<readonly string[]> {
  const ids = group.map(({ id }) => id)
  const words = group.flatMap((person) => person.words)
  const runs = await os.store.read.selectFrom('runs').select(['id', 'state']).where('subject', 'in', ids).execute()
  const resolved = await Promise.all(group.map(({ address }) => os.identities.handles.find(address)))
  const chain = await os.verify().then(() => undefined, String)
  return [
    ...(await namesOf(os, ids)).flatMap((name) => (name === null ? [] : [`${name} is only half forgotten`])),
    ...found([os.folder], words).map((where) => `forgotten, and still in ${where}`),
    ...runs
      .filter(({ state }) => !overs.includes(state))
      .map(({ id, state }) => `${id} about the forgotten is ${state}`),
    ...resolved.flatMap((id) => (id === undefined ? [] : [`the address of ${id}, who is forgotten, resolves`])),
    ...(chain === undefined ? [] : [`after a forgetting: ${chain}`]),
  ]
}

/** All that a forgetting could change, in two numbers: the last event, and the row that says that one has begun. */
async function stateOf({ store }: Os): Promise<string> {
  const last = await store.read
    .selectFrom('events')
    .select(({ fn }) => fn.max('seq').as('seq'))
    .executeTakeFirstOrThrow()
  const begun = await store.read.selectFrom('meta').select('value').where('name', '=', 'forgetting').execute()
  return JSON.stringify([last, begun])
}

/** What to these has no outcome yet. */
async function openTo({ store }: Os, ids: readonly IdentityId[]): Promise<readonly EffectKey[]> {
  const rows = await store.read
    .selectFrom('effects')
    .select('key')
    .where('subject', 'in', [...ids])
    .where('state', 'in', ['intended', 'unknown'])
    .execute()
  return rows.map(({ key }) => key)
}

async function namesOf({ store }: Os, ids: readonly IdentityId[]): Promise<readonly (string | null)[]> {
  const rows = await store.read
    .selectFrom('identities')
    .select('name')
    .where('id', 'in', [...ids])
    .execute()
  return rows.map(({ name }) => name)
}

/** What a provider that did as it was asked still has. */
function uncleared({ outside }: Place, ids: readonly IdentityId[], said: Said): readonly string[] {
  const { finished } = (said.ok ? said.answer : {}) as { finished: { adapters: { fault: Json }[] } }
  if (finished.adapters.some(({ fault }) => fault !== null)) return []
  return outside.acts
    .filter(({ key, subject }) => subject !== undefined && ids.includes(subject) && !outside.cleared.has(key))
    .map(({ key }) => `${key} is still at the provider, which was not asked to clear it`)
}

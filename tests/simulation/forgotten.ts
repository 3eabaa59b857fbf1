import type { Os } from '../../src/os/os.ts'
import type { EffectKey, IdentityId } from '../../src/values/id.ts'
import { found } from '../forget/company.ts'
import type { Person } from './people.ts'

const overs = ['done', 'failed', 'cancelled', 'undone']

/** All that a forgetting could change, in a few numbers: the last event, and the row that says that one has begun. */
export async function stateOf({ store }: Os): Promise<string> {
  const last = await store.read
    .selectFrom('events')
    .select(({ fn }) => fn.max('seq').as('seq'))
    .executeTakeFirstOrThrow()
  const begun = await store.read.selectFrom('meta').select('value').where('name', '=', 'forgetting').execute()
  return JSON.stringify([last, begun])
}

/** What to these has no outcome yet. */
export async function closedBy({ store }: Os, ids: readonly IdentityId[]): Promise<readonly EffectKey[]> {
  const rows = await store.read
    .selectFrom('effects')
    .select('key')
    .where('subject', 'in', [...ids])
    .where('state', 'in', ['intended', 'unknown'])
    .execute()
  return rows.map(({ key }) => key)
}

/** What must not be after a forgetting, as sentences. */
export async function leftOf(os: Os, group: readonly Person[]): Promise<readonly string[]> {
  const ids = group.map(({ id }) => id)
  const words = group.flatMap((person) => person.words)
  const runs = await os.store.read.selectFrom('runs').select(['id', 'state']).where('subject', 'in', ids).execute()
  const resolved = await Promise.all(group.map(({ address }) => os.identities.handles.find(address)))
  const chain = await os.verify().then(() => undefined, String)
  return [
    ...found([os.folder], words).map((where) => `forgotten, and still in ${where}`),
    ...runs
      .filter(({ state }) => !overs.includes(state))
      .map(({ id, state }) => `${id} about the forgotten is ${state}`),
    ...resolved.flatMap((id) => (id === undefined ? [] : [`the address of ${id}, who is forgotten, resolves`])),
    ...(chain === undefined ? [] : [`after a forgetting: ${chain}`]),
  ]
}

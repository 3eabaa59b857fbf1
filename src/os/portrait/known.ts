import type { Kernel } from '../../executor/kernel.ts'
import type { Row } from '../../store/tables.ts'
import type { IdentityId } from '../../values/id.ts'
import { isoInstant } from '../../values/time.ts'
import { namesOf } from '../queries/runs.ts'
import { type Item, paged, pageSize } from './item.ts'

/** Every fact, by key and then by time. */
export async function* factsOf({ store }: Kernel, id: IdentityId): AsyncGenerator<Item> {
  const rows = paged((after: Row<'facts'> | undefined) => {
    let select = store.read.selectFrom('facts').selectAll().where('identity_id', '=', id)
    if (after)
      select = select.where(({ eb, refTuple, tuple }) =>
        eb(refTuple('key', 'source_seq'), '>', tuple(after.key, after.source_seq)),
      )
    return select.orderBy('key').orderBy('source_seq').limit(pageSize).execute()
  })
  for await (const row of rows) {
    const { key, origin, confidence, recorded_at, superseded_by } = row
    const value: unknown = JSON.parse(row.value)
    const data = {
      key,
      value,
      origin,
      confidence,
      recordedAt: isoInstant(recorded_at),
      current: superseded_by === null,
    }
    const said = typeof value === 'string' ? value : JSON.stringify(value)
    yield {
      data,
      line: `${key}: ${said} (${isoInstant(recorded_at)}${superseded_by === null ? '' : ', not what stands now'})`,
    }
  }
}

/** The audiences that they are or were in. */
export async function* membershipsOf({ store }: Kernel, id: IdentityId): AsyncGenerator<Item> {
  const rows = paged((after: Row<'memberships'> | undefined) => {
    let select = store.read.selectFrom('memberships').selectAll().where('identity_id', '=', id)
    if (after) select = select.where('audience_id', '>', after.audience_id)
    return select.orderBy('audience_id').limit(pageSize).execute()
  })
  for await (const { audience_id, status, since } of rows) {
    const name = (await namesOf({ store }, [audience_id])).get(audience_id) ?? audience_id
    yield {
      data: { audience: audience_id, name, status, since: isoInstant(since) },
      line: `${name}: ${status} since ${isoInstant(since)}`,
    }
  }
}

/** What they are to others. Of another person only the id: the name is theirs. */
export async function* relationsOf({ store }: Kernel, id: IdentityId): AsyncGenerator<Item> {
  for (const [mine, theirs] of [
    ['from_id', 'to_id'],
    ['to_id', 'from_id'],
  ] as const) {
    const rows = paged((after: Row<'relations'> | undefined) => {
      let select = store.read.selectFrom('relations').selectAll().where(mine, '=', id)
      if (after) select = select.where('made_seq', '>', after.made_seq)
      return select.orderBy('made_seq').limit(pageSize).execute()
    })
    for await (const row of rows) {
      const other = row[theirs]
      const known = await store.read
        .selectFrom('identities')
        .select(['kind', 'name'])
        .where('id', '=', other)
        .executeTakeFirst()
      const name = known?.kind === 'person' ? other : (known?.name ?? other)
      const sides = mine === 'from_id' ? { from: id, to: name } : { from: name, to: id }
      const data = { ...sides, kind: row.kind, since: isoInstant(row.made_at), over: row.ended_seq !== null }
      yield { data, line: `${sides.from} ${row.kind} ${sides.to}${data.over ? ' (over)' : ''}` }
    }
  }
}

/** What they promised, and what was promised to them. */
export async function* commitmentsOf({ store, journal }: Kernel, id: IdentityId): AsyncGenerator<Item> {
  const rows = paged((after: Row<'commitments'> | undefined) => {
    let select = store.read.selectFrom('commitments').selectAll().where('identity_id', '=', id)
    if (after) select = select.where('made_seq', '>', after.made_seq)
    return select.orderBy('made_seq').limit(pageSize).execute()
  })
  for await (const { by, state, made_seq, made_at, due_at } of rows) {
    const [event] = await journal.at([made_seq])
    const what = event?.kind === 'commitment.made' ? (event.payload?.what ?? null) : null
    const dueAt = due_at === null ? null : isoInstant(due_at)
    const data = { by, state, what, madeAt: isoInstant(made_at), dueAt }
    yield { data, line: `${by === 'us' ? 'we' : 'they'}: ${what} (${state}${dueAt === null ? '' : `, due ${dueAt}`})` }
  }
}

import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'vitest'
import type { StoredEvent } from '../../src/telemetry/event.ts'
import { canonical } from '../../src/values/json.ts'
import { type Origin, origins } from '../../src/values/origin.ts'
import { instant } from '../../src/values/time.ts'
import { openCompany, start, type TestCompany } from './company.ts'

let company: TestCompany
beforeEach(async () => {
  company = await openCompany()
})
afterEach(() => company.close())

type Row = Record<string, unknown>
type Rows = Record<'facts' | 'merges' | 'relations' | 'interactions', Map<unknown, Row>> & { distinctions: Row[] }

/** The rows as the events tell them, one after the other. */
function told(events: readonly StoredEvent[]): Rows {
  const rows: Rows = {
    facts: new Map(),
    merges: new Map(),
    relations: new Map(),
    interactions: new Map(),
    distinctions: [],
  }
  for (const event of events) if (event.payload !== null) tell(rows, event)
  return rows
}

function tell(
  { facts, merges, relations, interactions, distinctions }: Rows,
  { seq, at, subject, origin, ...event }: StoredEvent,
): void {
  if (event.payload === null) return
  if (event.kind === 'identity.fact-recorded') {
    const {
      id,
      fact,
      key,
      value,
      confidence,
      validFrom = null,
      validUntil = null,
      pointer = null,
      recount = false,
    } = event.payload
    const rank = (of: unknown): number => origins.indexOf(of as Origin)
    const known = [...facts.values()].filter((row) => row['identity_id'] === id && row['key'] === key)
    const current = known.find((row) => row['superseded_by'] === null)
    const counts = recount && origin === 'external' ? 'system' : origin
    const outranked = current !== undefined && rank(current['origin']) < rank(counts)
    for (const old of known) {
      const disputes =
        old['superseded_by'] === current?.['id'] && Number(old['source_seq']) > Number(current?.['source_seq'])
      if (outranked ? disputes && rank(old['origin']) >= rank(origin) : old === current) old['superseded_by'] = fact
    }
    const source = { source_seq: seq, origin, confidence, recorded_at: at, pointer_id: pointer }
    const term = { valid_from: validFrom, valid_until: validUntil, superseded_by: outranked ? current['id'] : null }
    facts.set(fact, { id: fact, identity_id: id, key, value: canonical(value), ...source, ...term })
  } else if (event.kind === 'identity.merged') {
    const { merge, from, into } = event.payload
    merges.set(merge, { id: merge, from_id: from, into_id: into, merged_seq: seq, undone_seq: null })
  } else if (event.kind === 'identity.unmerged') {
    Object.assign(merges.get(event.payload.merge)!, { undone_seq: seq })
  } else if (event.kind === 'identity.distinguished') {
    distinctions.push({ one_id: event.payload.one, other_id: event.payload.other, seq })
  } else if (event.kind === 'identity.related') {
    const { relation, from, kind, to } = event.payload
    const made = { origin, made_at: at, made_seq: seq, ended_seq: null }
    relations.set(relation, { id: relation, from_id: from, kind, to_id: to, ...made })
  } else if (event.kind === 'identity.unrelated') {
    Object.assign(relations.get(event.payload.relation)!, { ended_seq: seq })
  } else if (event.kind === 'interaction.recorded') {
    const { channel, externalId, happenedAt } = event.payload
    interactions.set(seq, { seq, identity_id: subject, channel, external_id: externalId, at: happenedAt })
  }
}

test('the journal tells every row of facts, merges, relations and interactions', async () => {
  const { identities, store, person, journal, clock } = company
  const [ana, old, bo] = [await person('Ana', 'ana@example.org'), await person('Ana N'), await person('Bo')]
  const by = { origin: 'operator', why: 'x' } as const
  await store.write(async (tx) => {
    const sight = { adapter: 'folder', externalId: '1', url: null, title: null, contentHash: null } as const
    const pointer = await identities.pointers.seen(tx, { identity: ana, ...sight, origin: 'system' })
    const fact = { identity: ana, key: 'price', origin: 'external' } as const
    await identities.facts.record(tx, { ...fact, value: 1, confidence: 0.5, pointer })
    await identities.facts.record(tx, { ...fact, value: 2, validFrom: instant(start), validUntil: instant(start + 9) })
    for (const origin of ['system', 'operator', 'external', 'external', 'system', 'external'] as const)
      await identities.facts.record(tx, { ...fact, value: 3, origin })
    for (const origin of ['system', 'external'] as const)
      await identities.facts.record(tx, { ...fact, key: 'count.x', value: 4, origin, recount: true })
    const merge = await identities.merges.merge(tx, { into: ana, from: old, evidence: ['x'], origin: 'operator' })
    await identities.merges.unmerge(tx, { merge, ...by })
    await identities.merges.merge(tx, { into: old, from: ana, evidence: ['x'], origin: 'operator' })
    await identities.merges.distinguish(tx, { one: bo, other: old, ...by })
    const relation = await identities.relations.relate(tx, { from: ana, kind: 'works-at', to: bo, origin: 'operator' })
    await identities.relations.end(tx, { relation, ...by })
    await identities.relations.relate(tx, { from: bo, kind: 'client-of', to: ana, origin: 'external' })
    const said = { channel: 'mail', by: 'them', origin: 'external', text: 'Hi' } as const
    await identities.interactions.record(tx, { ...said, identity: ana, externalId: '<1@x>', at: instant(start - 5) })
    await identities.interactions.record(tx, { ...said, identity: bo })
  })
  clock.pass(1)
  const rows = told(await journal.page({ after: 0, limit: 1000 }))
  const { read } = store
  const plain = (found: readonly object[]): Row[] => found.map((row) => ({ ...row }))
  const byKey = (some: Map<unknown, Row>): Row[] =>
    [...some.values()].sort((a, b) => (String(a['id']) < String(b['id']) ? -1 : 1))
  assert.deepEqual(byKey(rows.facts), plain(await read.selectFrom('facts').selectAll().orderBy('id').execute()))
  assert.deepEqual(byKey(rows.merges), plain(await read.selectFrom('merges').selectAll().orderBy('id').execute()))
  assert.deepEqual(byKey(rows.relations), plain(await read.selectFrom('relations').selectAll().orderBy('id').execute()))
  assert.deepEqual(rows.distinctions, plain(await read.selectFrom('distinctions').selectAll().execute()))
  assert.deepEqual(
    [...rows.interactions.values()],
    plain(await read.selectFrom('interactions').selectAll().orderBy('seq').execute()),
  )
})

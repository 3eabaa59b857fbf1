import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'vitest'
import type { CommitmentId, IdentityId } from '../../src/values/id.ts'
import { instant } from '../../src/values/time.ts'
import { openCompany, type TestCompany } from './company.ts'

let company: TestCompany
beforeEach(async () => {
  company = await openCompany()
})
afterEach(() => company.close())

test('no query of this folder walks through a table', async () => {
  const { identities, store, audience } = company
  const readers = await audience()
  const content = 'email,name,role\nana@example.org,Ana,x\nbo@example.org,Bo,y\n'
  const file = { source: 'x.csv', content, audience: readers, dryRun: false }
  await identities.contacts.import(file)
  await identities.contacts.import({ ...file, content: content.replace(',x', ',z') })
  const ana = await identities.handles.resolve('ana@example.org')
  await store.write(async (tx) => {
    const change = { audience: readers, member: ana, origin: 'external', why: 'x' } as const
    await identities.members.unsubscribe(tx, change)
    await identities.rename(tx, ana, 'Ana B', 'operator')
    const sight = {
      adapter: 'a',
      externalId: '1',
      url: null,
      title: null,
      contentHash: null,
      origin: 'system',
    } as const
    await identities.pointers.seen(tx, { identity: ana, ...sight })
  })
  const page = { limit: 5 }
  await identities.list({ ...page, after: ana })
  await identities.list({ ...page, kind: 'person', after: ana })
  await identities.members.active(readers, page)
  await identities.members.active(readers, { ...page, after: ana, joinedBy: instant(0) })
  await identities.members.count(readers)
  await identities.facts.current(ana, { ...page, after: 'a' })
  await identities.facts.disputes({ ...page, before: 9 })
  await identities.facts.history(ana, 'role', { ...page, before: 9 })
  await identities.pointers.list(ana, page)
  await identities.pointers.list(ana, { ...page, after: { adapter: 'a', external_id: '1' } })
  await lookAtPromises(ana)
  await everythingOfGroups(ana)
  // Whoever is merged walks up and down a tree of few.
  const plans = company.plans().filter((line) => !line.includes('WITH RECURSIVE'))
  assert.ok(plans.length > 20)
  // The vault loads all secrets, and those are few; what a query has made for itself (up, w, keys of a page) is as small as it asked for.
  const walks = plans.filter((line) => /^SCAN (?!secrets|up\b|w\b|CONSTANT|\d+-ROW VALUES|likeness_due\b)/.test(line))
  assert.deepEqual(walks, [])
  const sorts = plans.filter((line) => line.includes('TEMP B-TREE'))
  assert.deepEqual(sorts, [])
})

/** What is asked where records are merged. */
async function everythingOfGroups(ana: IdentityId): Promise<void> {
  const { identities, store, person, audience } = company
  const [old, press] = [await person('Ana', 'ana.old@example.org'), await person('Press')]
  const page = { limit: 5 }
  await store.write(async (tx) => {
    const merge = { into: ana, from: old, evidence: ['x'], origin: 'operator' } as const
    const id = await identities.merges.merge(tx, merge)
    await identities.merges.unmerge(tx, { merge: id, why: 'x', origin: 'operator' })
    await identities.merges.distinguish(tx, { one: ana, other: press, why: 'x', origin: 'operator' })
    await identities.merges.merge(tx, merge)
    const relation = { from: ana, kind: 'works-at', to: press, origin: 'operator' } as const
    await identities.relations.end(tx, {
      relation: await identities.relations.relate(tx, relation),
      ...{ why: 'x', origin: 'operator' as const },
    })
    const fact = { identity: old, key: 'role', value: 'z', origin: 'external', confidence: 0.5 } as const
    await identities.facts.record(tx, { ...fact, validFrom: instant(Number.MAX_SAFE_INTEGER) })
  })
  await identities.handles.resolve('ana.old@example.org')
  await identities.handles.of(old)
  await identities.merges.of(old)
  await identities.facts.current(old, page)
  await identities.facts.contradictions(old, page)
  await identities.facts.dormant(old, 5)
  await identities.facts.history(old, 'role', page)
  await identities.pointers.list(old, page)
  await identities.relations.of(old, 5)
  await identities.interactions.latest([ana, old], page)
  const readers = await audience('More')
  await identities.members.active(readers, page)
  await identities.members.count(readers)
  await identities.suggestions.find(page)
  await identities.suggestions.of(ana)
}

async function lookAtPromises(ana: IdentityId): Promise<void> {
  const { identities, store } = company
  const { pins, commitments } = identities
  await store.write(async (tx) => {
    const pinned = { identity: ana, key: 'role', origin: 'operator' } as const
    await pins.pin(tx, pinned)
    await pins.unpin(tx, pinned)
    const id = await commitments.make(tx, { identity: ana, by: 'us', what: 'x', dueAt: instant(9), origin: 'operator' })
    await commitments.keep(tx, id, { why: 'x', origin: 'operator' })
  })
  await pins.of([ana])
  await commitments.open([ana], 5)
  await commitments.due({ after: { dueAt: instant(1), id: 'cmt_a' as CommitmentId }, until: instant(9), limit: 5 })
}

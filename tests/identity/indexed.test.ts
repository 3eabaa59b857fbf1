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
  await identities.facts.history(ana, 'role', { ...page, before: 9 })
  await identities.pointers.list(ana, page)
  await identities.pointers.list(ana, { ...page, after: { adapter: 'a', external_id: '1' } })
  await lookAtPromises(ana)
  // Whoever is merged walks up and down a tree of few.
  const plans = company.plans().filter((line) => !line.includes('WITH RECURSIVE'))
  assert.ok(plans.length > 20)
  // The vault loads all secrets, and those are few.
  const walks = plans.filter((line) => /^SCAN (?!secrets)/.test(line))
  assert.deepEqual(walks, [])
  const sorts = plans.filter((line) => line.includes('TEMP B-TREE'))
  assert.deepEqual(sorts, [])
})

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

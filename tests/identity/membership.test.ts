import assert from 'node:assert/strict'
import fc from 'fast-check'
import { afterEach, beforeEach, test } from 'vitest'
import type { MemberEvent, MemberStatus } from '../../src/identity/membership.ts'
import type { IdentityId } from '../../src/values/id.ts'
import { instant } from '../../src/values/time.ts'
import { faultOf, openCompany, start, type TestCompany } from './company.ts'

let company: TestCompany
beforeEach(async () => {
  company = await openCompany()
})
afterEach(() => company.close())

const happen = (event: MemberEvent, audience: IdentityId, member: IdentityId): Promise<boolean> =>
  company.store.write((tx) => {
    const { members } = company.identities
    const change = { audience, member, origin: 'external' as const, why: 'a test' }
    if (event === 'joined') return members.join(tx, change)
    return event === 'unsubscribed' ? members.unsubscribe(tx, change) : members.bounce(tx, change)
  })

test('joining again after leaving begins a new membership; joining twice does not', async () => {
  const { identities, clock, audience, person, events, journal } = company
  const readers = await audience()
  const ana = await person('Ana')
  const since = async () => (await identities.members.status(readers, ana))?.since
  assert.equal(await happen('joined', readers, ana), true)
  clock.pass(1000)
  const before = await events()
  assert.equal(await happen('joined', readers, ana), false)
  assert.deepEqual([await since(), await events()], [start, before])
  assert.equal(await happen('unsubscribed', readers, ana), true)
  assert.equal(await since(), start)
  clock.pass(1000)
  assert.equal(await happen('joined', readers, ana), true)
  assert.equal(await since(), start + 2000)
  const [event] = (await journal.page({ after: before, limit: 10, kind: 'identity.member-changed' })).slice(-1)
  const payload = { audience: readers, member: ana, status: 'active', before: 'unsubscribed', why: 'a test' }
  assert.deepEqual([event?.subject, event?.payload], [ana, payload])
})

test('whatever happens, who unsubscribed is active only after joining again', async () => {
  const { identities, audience, person } = company
  const readers = await audience()
  const events = fc.array(fc.constantFrom<MemberEvent>('joined', 'unsubscribed', 'bounced'), { maxLength: 10 })
  let counted = { active: 0, unsubscribed: 0, bounced: 0 }
  await fc.assert(
    fc.asyncProperty(events, async (happened) => {
      const someone = await person('Someone')
      let expected: MemberStatus | undefined
      for (const event of happened) {
        await happen(event, readers, someone)
        if (event === 'joined') expected = 'active'
        else if (event === 'unsubscribed' && expected !== undefined) expected = 'unsubscribed'
        else if (event === 'bounced' && expected === 'active') expected = 'bounced'
        assert.equal((await identities.members.status(readers, someone))?.status, expected)
      }
      if (expected !== undefined) counted = { ...counted, [expected]: counted[expected] + 1 }
      assert.deepEqual(await identities.members.count(readers), counted)
    }),
    { numRuns: 40 },
  )
})

test('active members come in pages, with the oldest of their addresses', async () => {
  const { identities, store, audience, person } = company
  const readers = await audience()
  const people: IdentityId[] = []
  for (let n = 0; n < 5; n += 1) people.push(await person(`P${n}`, n === 4 ? undefined : `z${n}@example.org`))
  await store.write((tx) => identities.handles.add(tx, people[0]!, 'a-second@example.org', 'external'))
  for (const one of people) await happen('joined', readers, one)
  await happen('unsubscribed', readers, people[1]!)
  await happen('bounced', readers, people[2]!)
  const other = await audience('Others')
  await happen('joined', other, people[1]!)
  const page = (after?: IdentityId) =>
    identities.members.active(readers, { limit: 2, ...(after === undefined ? {} : { after }) })
  const first = await page()
  const all = [...first, ...(await page(first.at(-1)!.id))]
  const expected = [
    { id: people[0], name: 'P0', email: 'z0@example.org', since: start },
    { id: people[3], name: 'P3', email: 'z3@example.org', since: start },
    { id: people[4], name: 'P4', email: null, since: start },
  ]
  assert.deepEqual(
    all,
    expected.sort((a, b) => (a.id! < b.id! ? -1 : 1)),
  )
})

test('who joined after an instant is not among those who had joined by it', async () => {
  const { identities, clock, audience, person } = company
  const readers = await audience()
  const [early, late] = [await person('Early'), await person('Late')]
  await happen('joined', readers, early)
  clock.pass(1000)
  await happen('joined', readers, late)
  const before = async (ms: number) => {
    const page = await identities.members.active(readers, { limit: 10, joinedBy: instant(start + ms) })
    return page.map((member) => member.name).sort()
  }
  assert.deepEqual(await Promise.all([before(-1), before(0), before(999), before(1000)]), [
    [],
    ['Early'],
    ['Early'],
    ['Early', 'Late'],
  ])
})

test('only an audience has members, and only who exists can be one', async () => {
  const { audience, person } = company
  const [readers, ana] = [await audience(), await person('Ana')]
  assert.equal(await faultOf(happen('joined', ana, ana)), 'input.invalid')
  assert.equal(await faultOf(happen('joined', readers, 'idn_nobody' as IdentityId)), 'identity.unknown')
  assert.equal(await faultOf(happen('joined', 'idn_nobody' as IdentityId, ana)), 'identity.unknown')
})

test('people of one name or address are told apart by id, and both may be members', async () => {
  const { identities, audience, person } = company
  const readers = await audience()
  for (const email of ['ana@example.org', '\u0430na@example.org']) {
    await happen('joined', readers, await person('Ana', email))
  }
  assert.equal((await identities.members.count(readers)).active, 2)
})

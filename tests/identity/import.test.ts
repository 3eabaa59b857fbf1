import assert from 'node:assert/strict'
import fc from 'fast-check'
import { afterEach, beforeEach, test } from 'vitest'
import { rowsPerWrite } from '../../src/identity/import.ts'
import type { IdentityId } from '../../src/values/id.ts'
import { faultOf, openCompany, type TestCompany } from './company.ts'

let company: TestCompany
let readers: IdentityId
beforeEach(async () => {
  company = await openCompany()
  readers = await company.audience()
})
afterEach(() => company.close())

/** The counts; what is told of each row has tests of its own. */
const load = async (content: string, dryRun = false) => {
  const file = { source: 'list.csv', content, audience: readers, dryRun }
  const { rows: _rows, ...counts } = await company.identities.contacts.import(file)
  return counts
}

const join = (member: IdentityId) =>
  company.store.write((tx) =>
    company.identities.members.join(tx, { audience: readers, member, origin: 'external', why: 'form' }),
  )

test('new people are created, known ones join, members stay, and facts come along', async () => {
  const { identities, person, journal } = company
  const bo = await person('Bo', 'bo@example.org')
  const cy = await person('Cy', 'cy@example.org')
  await join(cy)
  const text = 'email,name,role\nana@example.org,Ana,Editor\nbo@example.org,Robert,\ncy@example.org,Cy,Author\nx,X,\n'
  assert.deepEqual(await load(text), {
    ...{ created: 1, joined: 1, known: 1, left: 0 },
    refused: [{ line: 5, why: '"x" is no address: it has no @' }],
  })
  const ana = await identities.handles.resolve('ana@example.org')
  assert.equal((await identities.get(ana))?.name, 'Ana')
  assert.equal((await identities.get(bo))?.name, 'Bo')
  assert.equal((await identities.members.count(readers)).active, 3)
  const [role] = await identities.facts.current(ana, { limit: 10 })
  assert.deepEqual([role?.key, role?.value, role?.origin], ['role', 'Editor', 'external'])
  assert.equal((await identities.facts.current(cy, { limit: 10 }))[0]?.value, 'Author')
  const events = await journal.page({ after: 0, limit: 10, subject: ana })
  assert.deepEqual(
    events.map((event) => [event.kind, event.origin]),
    [
      ['identity.created', 'external'],
      ['identity.handle-added', 'external'],
      ['identity.member-changed', 'operator'],
      ['identity.fact-recorded', 'external'],
    ],
  )
})

test('the same file again changes nothing; a changed fact is a newer one', async () => {
  const text = 'email,name,role\nana@example.org,Ana,Editor\nbo@example.org,Bo,Author\n'
  await load(text)
  const before = await company.events()
  assert.deepEqual(await load(text), { created: 0, joined: 0, known: 2, left: 0, refused: [] })
  assert.equal(await company.events(), before)
  await load(text.replace('Editor', 'Publisher'))
  assert.equal(await company.events(), before + 1)
  const ana = await company.identities.handles.resolve('ana@example.org')
  assert.equal((await company.identities.facts.history(ana, 'role', { limit: 9 })).length, 2)
})

test('a file does not displace what the operator said, tells where it says otherwise, and says the same again for nothing', async () => {
  const { identities, store, events } = company
  const file = (role: string, dryRun = false) => {
    const content = `email,name,role\nana@example.org,Ana,${role}\n`
    return identities.contacts.import({ source: 'list.csv', content, dryRun })
  }
  const disputed = async (...given: Parameters<typeof file>) =>
    (await file(...given)).rows.flatMap((row) => row.disputed)
  assert.deepEqual(await disputed('Editor'), [])
  const ana = await identities.handles.resolve('ana@example.org')
  const say = (value: string) =>
    store.write((tx) => identities.facts.record(tx, { identity: ana, key: 'role', value, origin: 'operator' }))
  const role = async () => (await identities.facts.current(ana, { limit: 9 }))[0]?.value
  await say('Publisher')
  let before = await events()
  // The operator knew what the list said when they said otherwise.
  assert.deepEqual([await disputed('Editor'), await events()], [[], before])
  assert.deepEqual(await disputed('Author', true), ['role'])
  assert.deepEqual([await disputed('Author'), await role()], [['role'], 'Publisher'])
  before = await events()
  assert.deepEqual([await disputed('Author'), await events()], [[], before])
  await say('Publisher')
  before = await events()
  assert.deepEqual([await disputed('Author'), await events()], [[], before])
  assert.deepEqual(await identities.facts.contradictions(ana, { limit: 9 }), [])
})

test('what the operator writes in a file of their own stands, also where it says the same as a stranger', async () => {
  const { identities } = company
  const file = (role: string, origin: 'operator' | 'external') => {
    const content = `email,name,role\nana@example.org,Ana,${role}\n`
    return identities.contacts.import({ source: 'list.csv', content, dryRun: false, origin })
  }
  await file('Editor', 'external')
  await file('Editor', 'operator')
  await file('Author', 'external')
  const ana = await identities.handles.resolve('ana@example.org')
  assert.deepEqual(
    (await identities.facts.current(ana, { limit: 9 })).map(({ value }) => value),
    ['Editor'],
  )
})

test('who unsubscribed or bounced is not made a member again', async () => {
  const { identities, store } = company
  await load('email\nana@example.org\nbo@example.org\n')
  const [ana, bo] = await Promise.all(
    ['ana@example.org', 'bo@example.org'].map((text) => identities.handles.resolve(text)),
  )
  await store.write(async (tx) => {
    const change = { audience: readers, origin: 'external', why: 'link' } as const
    await identities.members.unsubscribe(tx, { ...change, member: ana! })
    await identities.members.bounce(tx, { ...change, member: bo! })
  })
  const before = await company.events()
  const { refused, ...counts } = await load('email,role\nana@example.org,x\nbo@example.org,x\n')
  assert.deepEqual(counts, { created: 0, joined: 0, known: 0, left: 0 })
  assert.deepEqual(
    refused.map(({ why }) => why),
    [
      'unsubscribed on 2026-03-01T00:00:00Z; only they can join again',
      'bounced on 2026-03-01T00:00:00Z; only they can join again',
    ],
  )
  assert.equal(await company.events(), before)
})

test('who left according to the list is recorded so and never becomes a member', async () => {
  const { identities, store } = company
  await load('email\nbo@example.org\ncy@example.org\n')
  const text = [
    'Email,Name,City,Subscription Status',
    'ana@example.org,Ana,Riga,Unsubscribed',
    'bo@example.org,Bo,,opted-out',
    'cy@example.org,Cy,,Cleaned',
    'di@example.org,Di,,Subscribed',
    'ed@example.org,Ed,,pending',
    'fay@example.org,Fay,,snoozed',
    'gus@example.org,Gus,,',
  ].join('\n')
  const dry = await load(text, true)
  assert.deepEqual(await load(text), dry)
  assert.deepEqual(dry, {
    ...{ created: 2, joined: 0, known: 0, left: 3 },
    refused: [
      { line: 6, why: 'the status "pending" says that they have not agreed yet' },
      { line: 7, why: 'the status "snoozed" is none of active, unsubscribed and bounced' },
    ],
  })
  const active = await identities.members.active(readers, { limit: 10 })
  assert.deepEqual(active.map(({ email }) => email).sort(), ['di@example.org', 'gus@example.org'])
  assert.deepEqual(await identities.members.count(readers), { active: 2, unsubscribed: 2, bounced: 1 })
  const ana = await identities.handles.resolve('ana@example.org')
  assert.deepEqual(await identities.facts.current(ana, { limit: 10 }), [])
  const before = await company.events()
  const again = await load(text)
  assert.deepEqual([again.created, again.known, again.left], [0, 5, 0])
  assert.equal(await company.events(), before)
  const back = await load('email,status\nana@example.org,active\ncy@example.org,active\n')
  assert.equal(back.refused.length, 2)
  assert.equal(await company.events(), before)
  await store.write((tx) =>
    identities.members.join(tx, { audience: readers, member: ana, origin: 'external', why: 'form' }),
  )
  assert.equal((await load(text)).left, 1)
})

test('one row that says they left outweighs another of the same person that says they did not', async () => {
  const { identities, store, person } = company
  const bo = await person('Bo', 'bo@example.org')
  await store.write((tx) => identities.handles.add(tx, bo, 'bo@work.example', 'operator'))
  const filler = Array.from({ length: rowsPerWrite }, (_, n) => `u${n}@example.org,active`)
  const rows = ['email,status', 'ana@example.org,active', 'bo@example.org,active', ...filler]
  const text = [...rows, 'bo@work.example,unsubscribed', 'ana@example.org,unsubscribed'].join('\n')
  const report = await load(text)
  assert.deepEqual([report.created, report.joined, report.left], [rowsPerWrite, 0, 2])
  assert.deepEqual(report.refused, [
    { line: 2, why: `the same address as line ${rowsPerWrite + 5}` },
    { line: 3, why: `another address of the person on line ${rowsPerWrite + 4}` },
  ])
  assert.equal((await identities.members.count(readers)).active, rowsPerWrite)
})

test('two addresses of one person count once, also across transactions', async () => {
  const { identities, store, person } = company
  const ana = await person('Ana', 'ana@example.org')
  await store.write((tx) => identities.handles.add(tx, ana, 'ana@work.example', 'operator'))
  const filler = Array.from({ length: rowsPerWrite }, (_, n) => `u${n}@example.org`)
  const text = ['email', 'ana@example.org', ...filler, 'ana@work.example'].join('\n')
  const dry = await load(text, true)
  const line = rowsPerWrite + 3
  assert.deepEqual(dry, {
    ...{ created: rowsPerWrite, joined: 1, known: 0, left: 0 },
    refused: [{ line, why: 'another address of the person on line 2' }],
  })
  assert.deepEqual(await load(text), dry)
})

test('a file with a fault anywhere imports nothing', async () => {
  const before = await company.events()
  const many = Array.from({ length: 3 * rowsPerWrite }, (_, n) => `u${n}@example.org,x`).join('\n')
  assert.equal(await faultOf(load(`email,name\n${many}\nend@example.org,"open\n`)), 'csv.unreadable')
  assert.equal(await company.events(), before)
})

test('an import into what is no audience is refused before the file is read', async () => {
  readers = await company.person('Ana')
  assert.equal(await faultOf(load('broken')), 'input.invalid')
  readers = 'idn_nobody' as IdentityId
  assert.equal(await faultOf(load('broken')), 'identity.unknown')
})

test('two imports of one list at the same time make nobody twice', async () => {
  const list = Array.from({ length: 2 * rowsPerWrite + 7 }, (_, n) => `u${n}@example.org`)
  const text = ['email', ...list].join('\n')
  const [one, two] = await Promise.all([load(text), load(text)])
  assert.equal(one.created + two.created, list.length)
  assert.equal(one.known + two.known, list.length)
  assert.equal((await company.identities.members.count(readers)).active, list.length)
})

test('a dry run writes nothing and says exactly what the real run then does', async () => {
  const { identities, store, events } = company
  const email = fc.constantFrom(
    'a@x.example',
    'B@x.example',
    'b@x.example',
    'c@x.example',
    '\u0430@x.example',
    'bad',
    '',
  )
  const status = fc.constantFrom('', 'active', 'unsubscribed', 'bounced', 'pending')
  const row = fc.tuple(
    email,
    fc.constantFrom('Ana', '', '=1+1', 'x'.repeat(300)),
    fc.constantFrom('', 'red', 'blue'),
    status,
  )
  const leaves = fc.array(fc.constantFrom('a@x.example', 'b@x.example'), { maxLength: 2 })
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 8 }), leaves, async (rows, left) => {
      for (const who of left) {
        const member = await identities.handles.find(who)
        const change = { audience: readers, origin: 'external', why: 'link' } as const
        if (member) await store.write((tx) => identities.members.unsubscribe(tx, { ...change, member }))
      }
      const text = ['email;name;colour;status', ...rows.map((cells) => cells.join(';'))].join('\n')
      const before = await events()
      const dry = await load(text, true)
      assert.equal(await events(), before)
      const people = async () => (await identities.list({ kind: 'person', limit: 100 })).length
      const members = () => identities.members.active(readers, { limit: 100 })
      const [known, was] = [await people(), await members()]
      assert.deepEqual(await load(text), dry)
      const [least, most] = [known + dry.created, known + dry.created + dry.left]
      const [now, after] = [await people(), await members()]
      assert.ok(least <= now && now <= most)
      const stayed = was.filter(({ id }) => after.some((one) => one.id === id)).length
      assert.equal(after.length, stayed + dry.created + dry.joined)
      assert.ok(was.length - stayed <= dry.left)
    }),
    { numRuns: 40 },
  )
})

import assert from 'node:assert/strict'
import fc from 'fast-check'
import { afterEach, beforeEach, test } from 'vitest'
import { maxHandles } from '../../src/identity/handle.ts'
import { formatHandle, parseHandle } from '../../src/identity/normalise.ts'
import { fault, faultIn } from '../../src/values/fault.ts'
import type { IdentityId } from '../../src/values/id.ts'
import { faultOf, openCompany, type TestCompany } from './company.ts'

let company: TestCompany
beforeEach(async () => {
  company = await openCompany()
})
afterEach(() => company.close())

const normal = (text: string): string | undefined => {
  const parsed = parseHandle(text)
  return parsed.ok ? `${parsed.value.system}|${parsed.value.value}` : undefined
}

test('one address in many spellings is one handle', () => {
  for (const text of [
    'ana@example.org',
    ' Ana@Example.ORG ',
    'email:ANA@example.org',
    'ａｎａ＠ｅｘａｍｐｌｅ.ｏｒｇ',
  ]) {
    assert.equal(normal(text), 'email|ana@example.org')
  }
  assert.equal(normal('jose\u0301@example.org'), normal('jos\u00e9@example.org'))
})

test('domains and ids of other systems have their own form', () => {
  assert.equal(normal('Example.org'), 'domain|example.org')
  assert.equal(normal('bücher.example'), 'domain|xn--bcher-kva.example')
  assert.equal(normal('Stripe:cus_AbC'), 'stripe|cus_AbC')
  assert.equal(normal('audience:Readers'), 'audience|readers')
  assert.equal(normal('url:https://a.example/x:1'), 'url|https://a.example/x:1')
})

test('letters that only look alike stay different, and a domain of them shows it', () => {
  assert.notEqual(normal('\u0430na@example.org'), normal('ana@example.org'))
  assert.equal(normal('ana@ex\u0430mple.org'), 'email|ana@xn--exmple-4nf.org')
})

test('what cannot be a handle is refused', () => {
  const bad = [
    ...['', ' ', 'ana', '@', 'ana@', '@example.org', 'ana@example', 'ana@localhost', 'a b@example.org'],
    ...['ana@example.org, eve@example.org', 'Ana <ana@example.org>', 'ana@example.org\nBcc: eve@example.org'],
    ...['.ana@example.org', 'ana..x@example.org', 'ana@-example.org', 'ana@1.2.3.4', 'ana@[::1]', 'ana@ex%61mple.org'],
    ...[
      'an\u200ba@example.org',
      'an\u00ada@example.org',
      'ana@exam\u200bple.org',
      'a\u202ena@example.org',
      'a\u3164@example.org',
    ],
    ...[`${'a'.repeat(65)}@example.org`, `a@${'b.'.repeat(130)}org`, 'x'.repeat(100_000), `stripe:${'x'.repeat(256)}`],
    ...['stripe:', 'stripe: x', 'no system:x', ':x', 'stripe:a\tb', 'ana@example。org', 'ana@example..org'],
  ]
  for (const text of bad) assert.equal(normal(text), undefined, JSON.stringify(text.slice(0, 50)))
})

test('normalising what is normal changes nothing, whatever the text', () => {
  const part = fc.string({ unit: 'grapheme', maxLength: 12 })
  const text = fc.oneof(
    fc.emailAddress(),
    fc.domain(),
    part,
    fc.tuple(part, part).map(([local, rest]) => `${local}@${rest}.example`),
    fc.tuple(fc.constantFrom('stripe', 'audience', 'email', 'x'), part).map(([system, value]) => `${system}:${value}`),
  )
  fc.assert(
    fc.property(text, (given) => {
      const parsed = parseHandle(given)
      if (!parsed.ok) return
      assert.deepEqual(parseHandle(formatHandle(parsed.value)), parsed)
    }),
    { numRuns: 500 },
  )
})

test('a handle finds its identity, and so does an id', async () => {
  const { identities, store, person, audience } = company
  const ana = await person('Ana', 'ana@example.org')
  const readers = await audience()
  await store.write(async (tx) => {
    await identities.handles.add(tx, ana, 'stripe:cus_1', 'system')
    await identities.handles.add(tx, readers, 'audience:readers', 'operator')
  })
  for (const text of ['ANA@example.org', 'stripe:cus_1', ana]) assert.equal(await identities.handles.resolve(text), ana)
  assert.equal(await identities.handles.resolve('audience:readers'), readers)
  assert.deepEqual(await identities.handles.of(ana), [
    { system: 'email', value: 'ana@example.org' },
    { system: 'stripe', value: 'cus_1' },
  ])
  for (const text of ['eve@example.org', 'idn_nobody', 'stripe:CUS_1', 'nonsense', '']) {
    assert.equal(await identities.handles.find(text), undefined)
    assert.equal(await faultOf(identities.handles.resolve(text)), 'identity.unknown')
  }
})

test('an audience that nobody made is refused with the command that makes it', async () => {
  const refused = await company.identities.handles.resolve('audience:friends').catch((error: unknown) => faultIn(error))
  assert.deepEqual(refused, fault('identity.no-audience', { handle: 'audience:friends', name: 'Friends' }))
  assert.match(
    fault('identity.no-audience', { handle: 'audience:friends', name: 'Friends' }).next,
    /add audience "Friends" audience:friends/,
  )
  for (const text of ['audience:$(rm)', 'audience:a b', 'audience:'])
    assert.equal(await faultOf(company.identities.handles.resolve(text)), 'identity.unknown')
})

test('a handle belongs to one identity; adding it again to the same changes nothing', async () => {
  const { identities, store, person, events } = company
  const ana = await person('Ana', 'ana@example.org')
  const eve = await person('Eve')
  const before = await events()
  await store.write((tx) => identities.handles.add(tx, ana, 'ANA@example.org', 'external'))
  assert.equal(await events(), before)
  const taken = store.write((tx) => identities.handles.add(tx, eve, 'ana@example.org', 'external'))
  assert.equal(await faultOf(taken), 'identity.taken')
  const nobody = store.write((tx) => identities.handles.add(tx, 'idn_nobody' as IdentityId, 'x@example.org', 'system'))
  assert.equal(await faultOf(nobody), 'identity.unknown')
  assert.equal(
    await faultOf(store.write((tx) => identities.handles.add(tx, eve, 'a b@c.d', 'system'))),
    'input.invalid',
  )
})

test('two who claim one handle at the same time: one gets it', async () => {
  const { identities, store, person } = company
  const people = [await person('A'), await person('B'), await person('C')]
  const ended = await Promise.allSettled(
    people.map((id) => store.write((tx) => identities.handles.add(tx, id, 'x@example.org', 'system'))),
  )
  assert.deepEqual(ended.map((end) => end.status).sort(), ['fulfilled', 'rejected', 'rejected'])
})

test('an identity does not collect handles without end', async () => {
  const { identities, store, person } = company
  const ana = await person('Ana')
  await store.write(async (tx) => {
    for (let n = 0; n < maxHandles; n += 1) await identities.handles.add(tx, ana, `x:${n}`, 'system')
  })
  assert.equal(
    await faultOf(store.write((tx) => identities.handles.add(tx, ana, 'x:more', 'system'))),
    'input.too-large',
  )
})

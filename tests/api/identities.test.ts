import { afterEach, beforeEach, expect, test } from 'vitest'
import { operationNamed } from '../../src/os/operations/registry.ts'
import { Refusal } from '../../src/values/fault.ts'
import type { IdentityId } from '../../src/values/id.ts'
import { openTestCompany, type TestCompany } from './company.ts'

let desk: TestCompany
let ana: IdentityId
let old: IdentityId
beforeEach(async () => {
  desk = await openTestCompany()
  ana = await desk.rows.person('ana', 'Ana Nová', 'ana@example.org')
  old = await desk.rows.person('old', 'Ana Nová', 'nova@example.org')
})
afterEach(() => desk.close())

// biome-ignore lint/suspicious/noExplicitAny: answers are read as literals, as a client would
const call = async (name: string, input: unknown = {}): Promise<any> => operationNamed(name).perform(desk.os, input)
const codeOf = async (answer: Promise<unknown>): Promise<string> => {
  const error = await answer.then(
    () => undefined,
    (caught: unknown) => caught,
  )
  return error instanceof Refusal ? error.fault.code : `no fault: ${error}`
}

test('two records are merged, read as one, and are two again', async () => {
  const { merge } = await call('identities.merge', { identity: ana, other: 'nova@example.org', why: 'She said so' })
  const shown = await call('identities.show', { identity: 'nova@example.org' })
  expect([shown.id, shown.handles.map((handle: { value: string }) => handle.value)]).toEqual([
    ana,
    ['ana@example.org', 'nova@example.org'],
  ])
  const named = (id: IdentityId) => ({ id, name: 'Ana Nová' })
  expect(shown.merges).toEqual([{ id: merge, from: named(old), into: named(ana) }])
  const people = async () =>
    (await call('identities.list', { kind: 'person' })).items.map((line: { id: string }) => line.id)
  expect(await people()).toEqual([ana])
  expect(await call('identities.unmerge', { merge, why: 'Sisters' })).toEqual({ merge })
  expect(await people()).toEqual([ana, old])
  expect(await codeOf(call('identities.unmerge', { merge }))).toBe('identity.no-merge')
})

test('members of an audience are listed once for each person, as the strictest of their records', async () => {
  const readers = await desk.rows.person('readers', 'Readers', 'readers@example.org')
  await desk.rows.member(readers, ana, 'active')
  await desk.rows.member(readers, old, 'unsubscribed')
  await call('identities.merge', { identity: ana, other: old })
  const list = async (status?: string) =>
    (await call('identities.list', { audience: readers, ...(status ? { status } : {}) })).items.map(
      (line: { id: string; member: string }) => [line.id, line.member],
    )
  expect(await list()).toEqual([[ana, 'unsubscribed']])
  expect(await list('active')).toEqual([])
})

test('a suggestion has its evidence, and is gone once it is declined', async () => {
  const pair = { one: { id: ana, name: 'Ana Nová' }, other: { id: old, name: 'Ana Nová' }, warning: false }
  const evidence = ['ana@example.org and nova@example.org: the same name at the same domain.']
  expect((await call('identities.suggestions')).items).toEqual([{ ...pair, evidence }])
  expect((await call('identities.show', { identity: ana })).alike).toEqual([{ ...pair, evidence }])
  await call('identities.distinguish', { identity: ana, other: old, why: 'Sisters' })
  expect((await call('identities.suggestions')).items).toEqual([])
})

test('a look-alike address is another identity, shown with a warning', async () => {
  const foe = await desk.rows.person('foe', 'Ana Nová', '\u0430na@example.org')
  const { alike } = await call('identities.show', { identity: foe })
  expect(alike.find((one: { warning: boolean }) => one.warning)).toMatchObject({ one: { id: ana }, other: { id: foe } })
})

test('relations are shown from both ends until they are over', async () => {
  const relation = { identity: ana, kind: 'works-at', other: 'nova@example.org' }
  const { relation: id } = await call('identities.relate', relation)
  const seen = (await call('identities.show', { identity: old })).relations
  expect(seen).toMatchObject([{ id, kind: 'works-at', direction: 'to', other: { id: ana, name: 'Ana Nová' } }])
  expect((await call('identities.unrelate', relation)).relation).toBe(id)
  expect((await call('identities.show', { identity: ana })).relations).toEqual([])
  expect(await codeOf(call('identities.unrelate', relation))).toBe('identity.no-relation')
})

test('what was said is shown, the newest first, under whichever record it was said', async () => {
  await call('identities.note', { identity: old, text: 'Hello', channel: 'mail', by: 'them', at: 1_000_000_000_000 })
  await call('identities.note', { identity: ana, text: 'Called her', channel: 'call', speaker: 'Me', thread: 'May' })
  await call('identities.merge', { identity: ana, other: old })
  const { interactions } = await call('identities.show', { identity: ana })
  expect(interactions.map((one: { text: string }) => one.text)).toEqual(['Called her', 'Hello'])
  expect(interactions[0]).toMatchObject({ channel: 'call', by: 'us', who: 'Me', thread: 'May' })
})

test('10 MB in a note are refused', async () => {
  const text = 'x'.repeat(10_000_000)
  expect(await codeOf(call('identities.note', { identity: ana, text }))).toBe('input.too-large')
})

test('identities and relations may be of kinds of the company, and there is one company', async () => {
  expect(await call('identities.add', { kind: 'museum', name: 'The Louvre' })).toEqual({ id: 'idn_made' })
  expect(await codeOf(call('identities.add', { kind: 'company', name: 'Another' }))).toBe('input.invalid')
})

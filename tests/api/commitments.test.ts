import { afterEach, beforeEach, expect, test } from 'vitest'
import { operationNamed } from '../../src/os/operations/registry.ts'
import { Refusal } from '../../src/values/fault.ts'
import { companyIdentity } from '../../src/values/id.ts'
import { openTestCompany, type TestCompany } from './company.ts'

let desk: TestCompany
beforeEach(async () => {
  desk = await openTestCompany()
  await desk.rows.person('ana', 'Ana', 'ana@example.org')
})
afterEach(() => desk.close())

// biome-ignore lint/suspicious/noExplicitAny: answers are read as literals, as a client would
const call = async (name: string, input: unknown = {}): Promise<any> => operationNamed(name).perform(desk.os, input)
const codeOf = (answer: Promise<unknown>): Promise<string> =>
  answer.then(
    () => 'no fault',
    (error: unknown) => (error instanceof Refusal ? error.fault.code : String(error)),
  )
const identity = 'ana@example.org'

test('what is promised is on the card of the identity and in its snapshot until it is kept', async () => {
  const made = await call('commitments.make', { identity, what: 'send the draft', due: '2026-03-05' })
  // The end of that day in Prague.
  expect(made).toMatchObject({ identity: 'idn_ana', dueAt: Date.UTC(2026, 2, 5, 23) - 1 })
  const line = {
    id: made.id,
    identity: { id: 'idn_ana', name: 'Ana' },
    by: 'us',
    what: 'send the draft',
    overdue: false,
  }
  expect((await call('identities.show', { identity })).commitments).toMatchObject([line])
  const snapshot = await call('identities.snapshot', { identity, purpose: 'write to her' })
  expect(snapshot.lines).toMatchObject([
    {
      text: 'We promised: send the draft (by 2026-03-05; 2026-03-01)',
      kind: 'commitment.made',
      identity: 'idn_ana',
      origin: 'operator',
      why: 'promised',
    },
  ])
  const kept = await call('commitments.keep', { commitment: made.id })
  expect(kept).toEqual({ id: made.id, identity: 'idn_ana', state: 'kept' })
  expect((await call('identities.show', { identity })).commitments).toEqual([])
  expect((await call('identities.snapshot', { identity })).lines.map((one: { text: string }) => one.text)).toEqual([])
  expect(await codeOf(call('commitments.drop', { commitment: made.id }))).toBe('commitment.over')
})

test('what is open in the whole company comes in pages, the first due in front', async () => {
  const whats = ['c', 'a', 'd', 'b']
  const days = [undefined, '2026-02-01', undefined, '2026-03-09T17:00']
  for (const [at, what] of whats.entries()) {
    const due = days[at]
    await call('commitments.make', { identity, what, by: 'them', ...(due === undefined ? {} : { due }) })
    desk.clock.pass(1000)
  }
  const seen: [string, boolean][] = []
  let cursor: string | undefined
  do {
    const page = await call('commitments.list', { limit: 1, ...(cursor === undefined ? {} : { cursor }) })
    for (const { what, overdue } of page.items) seen.push([what, overdue])
    cursor = page.next ?? undefined
  } while (cursor !== undefined)
  expect(seen).toEqual([
    ['a', true],
    ['b', false],
    ['c', false],
    ['d', false],
  ])
  expect((await call('commitments.list', { identity: companyIdentity })).items).toEqual([])
})

test.each(['2026-02-30', '2026-13-01', '2026-03-05T24:00', 'tomorrow', ''])('"%s" is no day', async (due) => {
  expect(await codeOf(call('commitments.make', { identity, what: 'x', due }))).toBe('input.invalid')
})

test('a time on the wall is one of the time zone of the operator, also when the clock changes', async () => {
  const { dueAt } = await call('commitments.make', { identity, what: 'x', due: '2026-03-29T02:30' })
  expect(dueAt).toBe(Date.UTC(2026, 2, 29, 1))
  const summer = await call('commitments.make', { identity, what: 'x', due: '2026-03-29' })
  expect(summer.dueAt).toBe(Date.UTC(2026, 2, 29, 22) - 1)
})

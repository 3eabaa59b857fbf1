import { afterEach, beforeEach, expect, test } from 'vitest'
import type { NewFact } from '../../src/identity/fact.ts'
import { loadTokens } from '../../src/memory/tokens.ts'
import type { IdentityId } from '../../src/values/id.ts'
import { instant } from '../../src/values/time.ts'
import { start } from '../identity/company.ts'
import { openRemembering, type Remembering } from './company.ts'

let company: Remembering
let ana: IdentityId
beforeEach(async () => {
  company = await openRemembering()
  ana = await company.person('Ana Nová')
})
afterEach(() => company.close())

const record = (key: string, value: string, more: Partial<NewFact> = {}) =>
  company.store.write((tx) =>
    company.identities.facts.record(tx, { identity: ana, key, value, origin: 'operator', ...more }),
  )
const recall = (query: string, budget = 300) => company.memory.recall({ query, identity: ana, budget, explain: true })
const lineOf = async (query: string, part: string) =>
  (await recall(query)).lines.find(({ text }) => text.includes(part))

test('a letter with an address that was replaced since says what stands now', async () => {
  await company.say(ana, 'Please write to my address old@example.org for the invoice.', { who: 'Ana' })
  await record('email', 'old@example.org')
  expect((await lineOf('address for the invoice', 'old@'))?.text).not.toContain('since then')
  await record('email', 'new@example.org')
  const line = await lineOf('address for the invoice', 'Please write')
  expect(line?.text).toMatch(/old@example\.org for the invoice\. \(since then, email: new@example\.org\)$/)
})

test('the event that recorded the old value says so too, and one that says the new value needs no note', async () => {
  await record('address', 'Old Lane 5')
  await record('address', 'New Lane 7')
  await company.say(ana, 'We moved from Old Lane 5 to New Lane 7, my address.', { who: 'Ana' })
  const texts = (await recall('address lane')).lines.map(({ text }) => text.split('\n').at(-1))
  expect(texts).toEqual(
    expect.arrayContaining([
      'address: Old Lane 5 (since then, address: New Lane 7)',
      'address: New Lane 7',
      'Ana: We moved from Old Lane 5 to New Lane 7, my address.',
    ]),
  )
})

test('what is said after the correction, of somebody else, or only in part of a word, has no note', async () => {
  const bo = await company.person('Bo')
  await company.say(bo, 'The garden plan is in the Birch house.', { who: 'Bo' })
  await company.say(ana, 'The garden plan shows a Birchwood.', { who: 'Ana' })
  await record('house', 'Birch')
  await record('house', 'Maple')
  await company.say(ana, 'The garden plan still says Birch, please keep it.', { who: 'Ana' })
  const { lines } = await company.memory.recall({ query: 'garden plan', budget: 300 })
  expect(lines.length).toBe(3)
  for (const { text } of lines) expect(text).not.toContain('since then')
})

test('a fact that is in dispute is given with what stands', async () => {
  await record('email', 'right@example.org')
  await record('email', 'wrong@example.net', { origin: 'external' })
  const line = await lineOf('email', 'wrong@')
  expect(line?.text).toContain('email: wrong@example.net (in dispute; what stands is email: right@example.org)')
})

test('what is to hold later has replaced nothing yet', async () => {
  await company.say(ana, 'The fee is four hundred euros for each workshop in spring, breakfast included.', {
    who: 'Ana',
  })
  await record('fee', 'four hundred euros')
  await record('fee', 'five hundred euros', { validFrom: instant(start + 100_000_000) })
  expect((await lineOf('What is the fee?', 'The fee is'))?.text).not.toContain('since then')
  company.clock.set(start + 100_000_001)
  expect((await lineOf('What is the fee?', 'The fee is'))?.text).toContain('(since then, fee: five hundred euros)')
})

test('a line with a note from outside is from outside', async () => {
  const said = {
    identity: ana,
    channel: 'call',
    by: 'us',
    text: 'Her phone is 602 000 111, she answers in the morning only, never on Fridays.',
    origin: 'operator',
  } as const
  await company.store.write((tx) => company.identities.interactions.record(tx, said))
  await record('phone', '602 000 111', { origin: 'external' })
  expect((await lineOf('phone', 'Her phone'))?.origin).toBe('operator')
  await record('phone', '602 000 222', { origin: 'external' })
  const line = await lineOf('phone', 'Her phone')
  expect([line?.origin, line?.text]).toEqual(['external', expect.stringContaining('since then, phone: 602 000 222')])
})

test('notes take nothing beyond the budget, and a merged record knows the correction of the other', async () => {
  const old = await company.person('Ana N')
  for (let at = 0; at < 30; at += 1) await company.say(old, `Invoice ${at} goes to old@example.org.`, { who: 'Ana' })
  await record('email', 'old@example.org')
  await record('email', 'a-rather-long-name-of-an-address@example.org')
  const by = { evidence: ['x'], origin: 'operator' } as const
  await company.store.write((tx) => company.identities.merges.merge(tx, { into: ana, from: old, ...by }))
  const count = await loadTokens()
  for (const budget of [20, 40, 60, 120, 400]) {
    const { lines, tokens, explained } = await recall('invoice', budget)
    expect(tokens).toBeLessThanOrEqual(budget)
    expect(count(lines.map(({ text }) => text).join('\n'))).toBeLessThanOrEqual(budget)
    expect(explained?.parts.map((parts) => parts.length > 0)).toEqual(lines.map(() => true))
    for (const { text } of lines) {
      if (text.includes('Invoice')) expect(text).toContain('since then, email: a-rather-long')
    }
  }
})

test('looking for what was replaced walks and sorts no table', async () => {
  await company.say(ana, 'My address is Old Lane 5.', { who: 'Ana' })
  for (const lane of ['Old Lane 5', 'New Lane 7']) await record('address', lane)
  await record('address', 'Last Lane 9', { validFrom: instant(start + 100_000_000) })
  const before = new Set(company.plans())
  await recall('address lane')
  const plans = company.plans().filter((line) => !before.has(line) && line.includes('facts'))
  expect(plans.length).toBeGreaterThan(0)
  // What a query has made for itself (c, b, below) is as small as it asked for.
  expect(plans.filter((line) => /^SCAN (?!c\b|b\b|below\b)|TEMP B-TREE/.test(line))).toEqual([])
})

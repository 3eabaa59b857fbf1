import { afterEach, beforeEach, expect, test } from 'vitest'
import type { KnowledgeFile } from '../../src/memory/knowledge.ts'
import { openRecall } from '../../src/memory/open-recall.ts'
import { sectionsOf } from '../../src/memory/sections.ts'
import type { Kept } from '../../src/memory/working.ts'
import type { IdentityId, RunId } from '../../src/values/id.ts'
import { instant } from '../../src/values/time.ts'
import { openRemembering, type Remembering } from './company.ts'

let company: Remembering
let ana: IdentityId
beforeEach(async () => {
  company = await openRemembering()
  ana = await company.person('Ana Nová')
  await company.say(ana, 'Could I pay the invoice in two parts?', { who: 'Ana' })
})
afterEach(() => company.close())

const run = 'run_1' as RunId
const body = '# Money\n\nWe are paid within 14 days.\n\n## Instalments\n\nAn invoice is paid in at most three parts.\n'
const head = { kind: 'playbook', title: 'Money', when: null } as const
const version = { hash: 'abc', seq: 7, origin: 'external' } as const
const rules: KnowledgeFile = { path: 'rules.md', ...head, head, body, text: body, ...version }
const knowledge = { current: async () => new Map([['rules.md', rules]]) }
const keptAbout = (subject: IdentityId): Kept => ({
  ...({ value: { parts: 2 }, origin: 'system', subject } as const),
  ...{ seq: 9, at: instant(0), expiresAt: instant(0) },
})
const working = {
  load: async () => {},
  keys: () => ['invoice plan', 'gone'],
  get: (_run: RunId, key: string) => (key === 'invoice plan' ? keptAbout(ana) : undefined),
}
const recallWith = (more: object) => openRecall({ ...company, passages: company.memory.passages, ...more })
const asked = { query: 'invoice in parts', budget: 200, run }

test('all tiers answer one question, each line with its source', async () => {
  const { lines } = await recallWith({ knowledge, working })(asked)
  expect(lines.map(({ source }) => source)).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ tier: 'history', identity: ana }),
      { tier: 'knowledge', path: 'rules.md', hash: 'abc', heading: 'Instalments' },
      { tier: 'working', key: 'invoice plan', seq: 9 },
    ]),
  )
  const rule = lines.find(({ source }) => source.tier === 'knowledge')
  expect(rule).toMatchObject({
    text: 'Money, Instalments: An invoice is paid in at most three parts.',
    at: null,
    origin: 'external',
  })
})

test('only the tiers that are asked for answer; absent ones say nothing', async () => {
  const tiersOf = async (more: object, question: object) =>
    (await recallWith(more)({ ...asked, ...question })).lines.map(({ source }) => source.tier)
  expect(await tiersOf({ knowledge, working }, { tiers: ['knowledge'] })).toEqual(['knowledge'])
  expect(await tiersOf({ knowledge, working }, { tiers: ['working'] })).toEqual(['working'])
  expect(await tiersOf({}, { tiers: ['knowledge', 'working'] })).toEqual([])
  expect(await tiersOf({}, {})).toEqual(['history'])
})

test('what a run keeps of somebody is no answer about somebody else', async () => {
  const ben = await company.person('Ben')
  const about = async (identity: IdentityId) =>
    (await recallWith({ working })({ ...asked, identity, tiers: ['working'] })).lines.length
  expect([await about(ana), await about(ben)]).toEqual([1, 0])
})

test('what a run did itself is not told to it again, not even as the neighbour of what was said', async () => {
  const thread = 'the invoice'
  await company.say(ana, 'When is the invoice due?', { who: 'Ana', thread, at: 1000 })
  const reply = {
    identity: ana,
    channel: 'mail',
    by: 'us',
    who: 'Us',
    thread,
    origin: 'system',
    at: instant(2000),
  } as const
  await company.store.write((tx) =>
    company.identities.interactions.record(tx, { ...reply, text: 'In two weeks from now.', run }),
  )
  const linesFor = async (more: object) => (await recallWith({})({ ...asked, ...more })).lines.map(({ text }) => text)
  expect((await linesFor({})).join()).toContain('two weeks')
  expect((await linesFor({ exceptRun: run })).join()).not.toContain('two weeks')
})

test('a file is cut at its headings, not at what looks like one in a fence', () => {
  expect(sectionsOf('Before\n# One #\n```\n# not one\n```\n## Two\n\n### Three\ntext')).toEqual([
    { heading: null, text: 'Before' },
    { heading: 'One', text: '```\n# not one\n```' },
    { heading: 'Three', text: 'text' },
  ])
})

test('the purpose decides between what the question finds alike', async () => {
  await company.say(ana, 'The colour of the logo shall be blue.', { who: 'Ana', thread: 'a' })
  await company.say(ana, 'The colour of the fence shall be green.', { who: 'Ana', thread: 'b' })
  const best = async (purpose: string) => {
    const { lines } = await recallWith({})({ query: 'Which colour?', budget: 200, purpose })
    return lines.toSorted((one, other) => other.score - one.score)[0]?.text
  }
  expect(await best('draw a logo')).toContain('blue')
  expect(await best('paint a fence')).toContain('green')
})

test('an explained answer names its words, the reasons of each line, and what did not fit', async () => {
  for (let at = 0; at < 12; at += 1)
    await company.say(ana, `The bill for month ${at} is paid.`, { who: 'Ana', thread: 't' })
  const { lines, explained } = await recallWith({})({
    query: "Ana's invoice of 1 March 2026",
    budget: 60,
    explain: true,
  })
  expect(explained?.words).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ word: 'invoice', from: null, passages: 1 }),
      expect.objectContaining({ word: 'bill', from: 'invoice', passages: 12 }),
    ]),
  )
  expect(explained?.dates).toMatchObject([{ named: expect.stringContaining('1 March 2026') }])
  expect(explained?.parts).toHaveLength(lines.length)
  const reasons = new Set(explained?.parts.flat().map(({ what }) => what.replace(/#\d+/, '#')))
  expect([...reasons]).toEqual(
    expect.arrayContaining([
      'word bill for invoice',
      'said by ana',
      'beside #',
      'conversation',
      expect.stringMatching(/^date/),
    ]),
  )
  for (const [at, parts] of (explained?.parts ?? []).entries()) {
    expect(parts.reduce((sum, { worth }) => sum + worth, 0)).toBeCloseTo(lines[at]?.score ?? 0)
  }
  expect(explained?.left.length).toBeGreaterThan(0)
  expect(explained?.considered).toBeGreaterThan(lines.length)
})

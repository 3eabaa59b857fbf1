import assert from 'node:assert/strict'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { pure, workflow } from '../../src/index.ts'
import { changedShare } from '../../src/memory/distil/decision-features.ts'
import { topicsIn } from '../../src/memory/distil/topics.ts'
import type { GateId } from '../../src/values/id.ts'
import { days, minutes } from '../../src/values/time.ts'
import { openAtWork } from './at-work.ts'
import { type Distilling, day, openDistilling } from './company.ts'

let company: Distilling
beforeEach(async () => {
  company = await openDistilling()
})
afterEach(() => company.close())

const hour = 3_600_000

test('messages are counted by side, way and voice, with the last of each', async () => {
  const { learn, say, facts, store, identities } = company
  const club = await store.write((tx) =>
    identities.create(tx, { kind: 'organisation', name: 'Club', origin: 'operator' }),
  )
  await say(club, 'Good day.', { who: 'Ana', at: day(1) })
  await say(club, 'Good day to you.', { by: 'us', at: day(2) })
  await say(club, 'And again.', { who: 'Bo', at: day(4), channel: 'call' })
  await say(club, 'They seem nice.', { by: 'us', channel: 'note', at: day(9) })
  await learn(club)
  const { 'count.messages': messages, 'count.voices': voices } = await facts(club)
  assert.deepEqual(messages, {
    them: 2,
    us: 1,
    notes: 1,
    since: '2026-03-02',
    lastFromThem: '2026-03-05',
    lastFromUs: '2026-03-03',
    by: { mail: 2, call: 1 },
  })
  assert.deepEqual(voices, { Ana: 1, Bo: 1 })
})

test('how long an answer takes is measured in its own conversation, from the first word that is unanswered', async () => {
  const { learn, say, facts, person } = company
  const ana = await person('Ana')
  for (let week = 0; week < 4; week += 1) {
    const [at, thread] = [day(week * 7), `t${week}`]
    await say(ana, 'A question.', { at, thread })
    // In another conversation: no answer to that.
    await say(ana, 'By the way.', { by: 'us', at: at + 60_000, thread: 'other' })
    await say(ana, 'A reminder.', { at: at + 20 * hour, thread })
    await say(ana, 'Our answer.', { by: 'us', at: at + 21 * hour, thread })
    await learn(ana)
  }
  assert.deepEqual((await facts(ana))['count.reply-time'], { us: { usually: 'within a day', of: 4 } })
})

test('history in small pieces gives the counts of history in one', async () => {
  const { learn, say, facts, person } = company
  const [whole, pieces] = [await person('Ana'), await person('Ana')]
  for (let index = 0; index < 60; index += 1) {
    const said = { by: index % 3 === 1 ? 'us' : 'them', at: day(index / 8), thread: `t${index % 4}` } as const
    for (const one of [whole, pieces])
      await say(one, `The festival of bread number ${index} is what we wrote of.`, said)
    if (index % 7 === 0) await learn(pieces)
  }
  await learn(whole)
  await learn(pieces)
  assert.deepEqual(await facts(pieces), await facts(whole))
})

test('a name or a word that JavaScript knows is counted like any other', async () => {
  const { learn, say, facts, store, identities } = company
  const club = await store.write((tx) =>
    identities.create(tx, { kind: 'organisation', name: 'Club', origin: 'operator' }),
  )
  for (const who of ['__proto__', 'constructor', '__proto__', 'toString'])
    await say(club, 'The constructor of the prototype is what you have for it.', { who })
  await learn(club)
  const voices = (await facts(club))['count.voices'] as object
  assert.deepEqual(Object.entries(voices), [
    ['__proto__', 2],
    ['constructor', 1],
    ['toString', 1],
  ])
  assert.ok(((await facts(club))['count.topics'] as string[]).includes('constructor'))
})

test('topics are words of English texts, never the plain words of another language', () => {
  expect(topicsIn("I have read your festival's programme and it is good")).toEqual(['read', 'festival', 'programme'])
  expect(topicsIn('Ich habe das Programm gelesen, und nicht nur weil es schön geworden ist')).toEqual([])
  expect(topicsIn('')).toEqual([])
})

test('how much was edited is the share of words that changed', () => {
  expect(changedShare({ a: 'one two three' }, { a: 'one two three' })).toBe(0)
  expect(changedShare('one two', 'three four')).toBe(1)
  expect(changedShare({ a: 'one two three four' }, { a: 'one two three five' })).toBe(0.25)
  expect(changedShare('', '')).toBe(0)
})

const note = pure({
  name: 'note',
  does: 'Says what it was given.',
  input: z.object({ text: z.string() }),
  output: z.object({ text: z.string() }),
  run: ({ text }) => ({ text }),
})
const letters = workflow(
  { name: 'letters', input: z.object({ to: z.string(), text: z.string() }), subject: (input) => input.get('to') },
  (flow, input) => flow.gate('look', flow.task('write', note, { text: input.get('text') }), { ask: 'Is it good?' }),
)

test('decisions about an identity become features: verdict, time, edits', async () => {
  const { os, person, clock, pass, facts, events } = await openAtWork({ workflows: [letters] })
  const ana = await person('Ana', 'ana@example.org')
  const decided = async (after: number, answer: Parameters<typeof os.decide>[1]) => {
    await os.start('letters', { to: 'ana@example.org', text: 'Dear Ana all good' }, 'operator')
    await os.idle()
    await clock.advance(minutes(after))
    const open = await os.store.read
      .selectFrom('gates')
      .select('id')
      .where('state', '=', 'open')
      .executeTakeFirstOrThrow()
    await os.decide(open.id as GateId, answer)
    await os.idle()
  }
  await decided(2, { verdict: 'approved' })
  await decided(3, { verdict: 'edited', content: { text: 'Dear Ana all fine' } })
  await decided(90, { verdict: 'rejected', reason: 'no' })
  await pass(days(31))
  assert.deepEqual((await facts(ana))['decided.review'], {
    approved: 1,
    edited: 1,
    rejected: 1,
    usually: 'within 5 minutes',
    wordsChanged: 0.25,
  })
  const [told] = await events('memory.distilled')
  assert.deepEqual(
    told?.payload?.decisions.map(({ about, verdict, took, edited }) => [about, verdict, took, edited]),
    [
      ['review', 'approved', minutes(2), 0],
      ['review', 'edited', minutes(3), 0.25],
      ['review', 'rejected', minutes(90), 0],
    ],
  )
})

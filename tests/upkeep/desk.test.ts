import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { UpkeepLine } from '../../src/os/operations/upkeep.ts'
import { openSchedules } from '../../src/os/schedules/schedules.ts'
import { lookAtAll } from '../../src/os/upkeep/chore.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'
import { faultIn } from '../../src/values/fault.ts'
import { usd } from '../../src/values/money.ts'
import { days, hours, minutes, seconds } from '../../src/values/time.ts'
import { typeAt } from '../cli/type-at.ts'
import { newFolder } from '../releases/company.ts'
import { automation, type UpkeepCompany, upkeepCompany } from './company.ts'

const rules = { owner: 'Ana', reviewEvery: days(60), minutesPerMonth: 30, saves: 10 }

async function lines(company: UpkeepCompany, month?: string): Promise<Map<string, UpkeepLine>> {
  const { items } = await company.call<{ items: UpkeepLine[] }>('upkeep.list', month ? { month } : {})
  return new Map(items.map((item) => [item.about, item]))
}
const spent = (company: UpkeepCompany) =>
  company.kernel.store.read.selectFrom('upkeep_minutes').selectAll().orderBy('about').execute()
const faultOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => faultIn(error),
  )
const maintained = async (company: UpkeepCompany) => {
  await lookAtAll({ kernel: company.kernel, config: company.os.config })
  const { maintenance } = await company.call<{ maintenance: { about: string; fault: { code: string } }[] }>(
    'gates.list',
  )
  return maintenance.map(({ about, fault }) => [about, fault.code]).sort()
}

test('minutes that were counted by mistake are taken back, and no more than were counted', async () => {
  const company = await upkeepCompany(
    { workflows: [automation('letter', rules)] },
    scriptedModel(() => ({ output: {} })),
  )
  const log = (minutes: number) => company.call('upkeep.log', { about: 'workflow:letter', minutes, why: 'a slip' })
  await log(200)
  await log(-180)
  expect((await lines(company)).get('workflow:letter')?.minutes).toBe(20)
  expect(await faultOf(log(-20.5))).toMatchObject({ code: 'input.invalid' })
  expect(await faultOf(log(0))).toMatchObject({ code: 'input.invalid' })
  expect((await lines(company)).get('workflow:letter')?.minutes).toBe(20)
  await log(-20)
  expect((await spent(company)).map(({ spent_ms }) => spent_ms)).toEqual([0])
})

test('a workflow and its agent show what they did, cost, took and saved', async () => {
  const price = { perMillionIn: usd(1), perMillionOut: usd(10) }
  const model = scriptedModel(() => ({ output: { body: 'tea' } }), { price })
  const company = await upkeepCompany({ workflows: [automation('letter', rules, true)] }, model)
  await company.run('letter')
  const [gate] = await company.gates()
  await company.os.decide(gate!.id, { verdict: 'approved' })
  const all = await lines(company)
  expect([...all.keys()].sort()).toEqual(['agent:letter-writer', 'workflow:letter'])
  expect(all.get('workflow:letter')).toMatchObject({
    owner: 'Ana',
    runs: 1,
    failures: 0,
    minutes: 1,
    minutesAllowed: 30,
    saved: 10,
    decided: 1,
    refusedShare: 0,
    lastAt: company.clock.now(),
  })
  const cost = await company.kernel.store.read
    .selectFrom('budgets')
    .select('spent')
    .where('scope', '=', 'workflow:letter')
    .where('period', '=', '2026-03')
    .executeTakeFirstOrThrow()
  expect(cost.spent).toBeGreaterThan(0)
  expect([...all.values()].map((line) => line.cost)).toEqual([cost.spent, cost.spent])
})

test('the time between two decisions counts up to five minutes, a first look as one, an edit by what was typed', async () => {
  const company = await upkeepCompany({ workflows: [automation('letter', rules, true)] })
  for (let run = 0; run < 4; run += 1) await company.run('letter')
  const gates = await company.gates()
  const decide = (index: number) => company.os.decide(gates[index]!.id, { verdict: 'approved' })
  await decide(0)
  expect((await spent(company)).map((row) => row.spent_ms)).toEqual([minutes(1), minutes(1)])
  await company.clock.advance(minutes(3))
  await decide(1)
  expect((await spent(company))[1]).toMatchObject({ about: 'workflow:letter', spent_ms: minutes(4), decided: 2 })
  await company.clock.advance(hours(9))
  await decide(2)
  expect((await spent(company))[1]).toMatchObject({ spent_ms: minutes(5), decided: 3 })
  const words = Array.from({ length: 400 }, (_, word) => `w${word}`).join(' ')
  await company.os.decide(gates[3]!.id, { verdict: 'edited', content: { body: words } })
  expect((await spent(company))[1]).toMatchObject({ spent_ms: minutes(15), decided: 4, edited: 1, changed: 1 })
})

test('decisions at once share their time, and a refused decision counts nothing', async () => {
  const company = await upkeepCompany({
    workflows: [automation('letter', rules, true), automation('note', undefined, true)],
  })
  await company.run('letter')
  await company.run('note')
  const gates = await company.gates()
  const ids = gates.map(({ id }) => id)
  expect((await faultOf(company.os.decideBatch(ids, { verdict: 'approved' })))?.code).toBe('gate.one-by-one')
  expect(await spent(company)).toEqual([])
})

test('a failure that is retried is counted against the workflow and the agent that failed', async () => {
  const model = scriptedModel(() => ({ text: 'nonsense' }))
  const company = await upkeepCompany({ workflows: [automation('letter', rules)] }, model)
  const run = await company.run('letter')
  for (let hour = 0; hour < 48 && (await company.kernel.readRun(run)).state !== 'failed'; hour += 1) {
    await company.clock.advance(hours(1))
    await company.os.idle()
  }
  expect((await company.kernel.readRun(run)).state).toBe('failed')
  await company.os.retry(run)
  expect((await spent(company)).map(({ about, mended }) => [about, mended])).toEqual([
    ['agent:letter-writer', 1],
    ['workflow:letter', 1],
  ])
  const all = await lines(company)
  expect(all.get('workflow:letter')).toMatchObject({ runs: 1, failures: 1, failureRate: 1 })
  expect(all.get('agent:letter-writer')).toMatchObject({ runs: 1, failures: 1 })
})

test('what the operator logs is counted, and moves nothing else', async () => {
  const company = await upkeepCompany({ workflows: [automation('letter', rules)] })
  const said = { about: 'workflow:letter', minutes: 20, why: 'rewrote the brief' }
  expect(await company.call('upkeep.log', said)).toEqual({ about: 'workflow:letter', minutes: 20 })
  const all = await lines(company)
  expect([all.get('workflow:letter')?.minutes, all.get('agent:letter-writer')?.minutes]).toEqual([20, 0])
  const fault = await faultOf(company.call('upkeep.log', { ...said, about: 'workflow:leter' }))
  expect([fault?.code, fault?.message]).toEqual(['input.unknown', expect.stringContaining('workflow:letter')])
})

test('a review is due in its time, opens maintenance, and closes it when it is done', async () => {
  const company = await upkeepCompany({ workflows: [automation('letter', rules)] })
  await company.run('letter')
  await company.clock.advance(days(59))
  await company.run('letter')
  expect(await maintained(company)).toEqual([])
  await company.clock.advance(days(2))
  expect(await maintained(company)).toEqual([
    ['agent:letter-writer', 'upkeep.due'],
    ['workflow:letter', 'upkeep.due'],
  ])
  expect(await company.call('company.health')).toMatchObject({ waiting: { automations: 2 } })
  const now = company.clock.now()
  expect(await company.call('upkeep.review', { about: 'workflow:letter', why: 'worth it' })).toEqual({
    about: 'workflow:letter',
    reviewAt: now + days(60),
  })
  expect(await maintained(company)).toEqual([['agent:letter-writer', 'upkeep.due']])
})

test('a review is taken back: the date before counts again, and what it closed is open', async () => {
  const company = await upkeepCompany({ workflows: [automation('letter', rules)] })
  const about = 'workflow:letter'
  await company.run('letter')
  const begun = company.clock.now()
  await company.clock.advance(days(59))
  await company.run('letter')
  const first = company.clock.now()
  await company.call('upkeep.review', { about, why: 'worth it' })
  await company.clock.advance(days(1))
  await company.call('upkeep.review', { about, why: 'a slip' })
  const back = () => company.call('upkeep.undoReview', { about, why: 'it was the other one' })
  expect(await back()).toEqual({ about, reviewAt: first + days(60) })
  expect((await lines(company)).get(about)).toMatchObject({ reviewedAt: first })
  await company.clock.advance(days(1))
  expect(await maintained(company)).toEqual([['agent:letter-writer', 'upkeep.due']])
  expect(await back()).toEqual({ about, reviewAt: begun + days(60) })
  expect(await maintained(company)).toEqual([
    ['agent:letter-writer', 'upkeep.due'],
    ['workflow:letter', 'upkeep.due'],
  ])
  const none = await faultOf(back())
  expect([none?.code, none?.message]).toEqual([
    'upkeep.not-possible',
    'workflow:letter cannot be set back to a review before: it was never reviewed.',
  ])
})

test('a review is said and taken back at the command line', async () => {
  const company = await upkeepCompany({ workflows: [automation('letter', rules)] })
  const folder = newFolder()
  writeFileSync(join(folder, 'soloist.config.ts'), '')
  const type = (...more: string[]) =>
    typeAt({ os: company.os, folder }, ['upkeep', 'reviewed', 'workflow:letter', '--why', 'x', ...more])
  expect((await type()).out).toMatch(
    /^workflow:letter is reviewed\. Next: 2026-05-12 .*\nUndo: soloist upkeep reviewed workflow:letter --undo --why REASON$/,
  )
  expect((await type('--undo')).out).toMatch(/^The last review of workflow:letter is taken back\. Due: 2026-05-12 /)
  expect((await type('--undo')).code).not.toBe(0)
})

test('what nobody uses is told, until the operator says that it stays', async () => {
  const company = await upkeepCompany({ workflows: [automation('letter', rules)] })
  await company.run('letter')
  await company.clock.advance(days(61))
  expect(await maintained(company)).toEqual([
    ['agent:letter-writer', 'upkeep.unused'],
    ['workflow:letter', 'upkeep.unused'],
  ])
  for (const about of ['agent:letter-writer', 'workflow:letter'])
    await company.call('upkeep.review', { about, why: 'it is for the winter' })
  expect(await maintained(company)).toEqual([])
})

test('what takes more minutes than it may is proposed for pause, and paused only when the operator says so', async () => {
  const company = await upkeepCompany({ workflows: [automation('letter', rules)] })
  const { kernel } = company
  await openSchedules({ kernel, config: company.os.config, changed: () => undefined }).add({
    name: 'daily',
    workflow: 'letter',
    cron: '0 9 * * *',
    input: { about: 'tea' },
  })
  await company.run('letter')
  await company.call('upkeep.log', { about: 'workflow:letter', minutes: 60, why: 'it was wrong again' })
  expect(await maintained(company)).toEqual([['workflow:letter', 'upkeep.over']])
  expect((await lines(company)).get('workflow:letter')).toMatchObject({ proposesPause: true, pausedAt: null })
  await company.run('letter')

  const about = 'workflow:letter'
  const why = 'more work than it saves'
  expect(await company.call('upkeep.pause', { about, why })).toEqual({ about, schedules: ['daily'] })
  expect(await maintained(company)).toEqual([])
  expect((await lines(company)).get(about)).toMatchObject({ proposesPause: false, pausedAt: company.clock.now() })
  expect((await faultOf(company.os.start('letter', { about: 'tea' }, 'operator')))?.code).toBe('upkeep.not-possible')
  expect((await faultOf(company.call('upkeep.pause', { about, why })))?.code).toBe('upkeep.not-possible')
  expect(await states(company)).toEqual(['paused'])

  expect(await company.call('upkeep.resume', { about, why: 'it is mended' })).toEqual({ about, schedules: ['daily'] })
  expect(await states(company)).toEqual(['active'])
  await company.run('letter')
  expect((await faultOf(company.call('upkeep.resume', { about, why })))?.code).toBe('upkeep.not-possible')
  const agent = await faultOf(company.call('upkeep.pause', { about: 'agent:letter-writer', why }))
  expect(agent?.message).toContain('agent:letter-writer cannot be paused')
})

test('what fails too often is told, and what is told to drift', async () => {
  const model = scriptedModel(() => ({ text: 'nonsense' }))
  const company = await upkeepCompany({ workflows: [automation('letter', rules)] }, model)
  for (let run = 0; run < 3; run += 1) await company.run('letter')
  for (let hour = 0; hour < 24; hour += 1) {
    await company.clock.advance(hours(1))
    await company.os.idle()
  }
  expect(await maintained(company)).toEqual([
    ['agent:letter-writer', 'upkeep.failing'],
    ['workflow:letter', 'upkeep.failing'],
  ])
  await company.call('upkeep.review', { about: 'agent:letter-writer', why: 'a new key' })
  expect(await maintained(company)).toEqual([['workflow:letter', 'upkeep.failing']])
  await company.clock.advance(seconds(1))
  const { store, journal } = company.kernel
  const draft = {
    kind: 'agent.drifting',
    subject: 'idn_company',
    origin: 'system',
    payload: { agent: 'letter-writer' },
  }
  await store.write((tx) => journal.append(tx, draft as never))
  expect(await maintained(company)).toContainEqual(['agent:letter-writer', 'upkeep.drifting'])
})

test('the counts of the journal are the same when they are made anew', async () => {
  const company = await upkeepCompany({ workflows: [automation('letter', rules)] })
  for (let run = 0; run < 3; run += 1) await company.run('letter')
  const { store } = company.kernel
  const read = async () => {
    await lines(company)
    const tallies = await store.read.selectFrom('upkeep_tally').selectAll().execute()
    return [tallies, await store.read.selectFrom('upkeep_seen').selectAll().execute()]
  }
  const before = await read()
  await store.write(async (tx) => {
    await tx.db.deleteFrom('upkeep_tally').execute()
    await tx.db.deleteFrom('upkeep_seen').execute()
    await tx.db.deleteFrom('meta').where('name', '=', 'upkeep-tallied').execute()
  })
  expect(await read()).toEqual(before)
})

async function states({ kernel }: UpkeepCompany): Promise<string[]> {
  return (await kernel.store.read.selectFrom('schedules').select('state').execute()).map(({ state }) => state)
}

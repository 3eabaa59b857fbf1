import { APICallError } from '@ai-sdk/provider'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { agent, minutes, pure, seconds, usd, workflow } from '../../src/index.ts'
import { type Reply, scriptedModel } from '../../src/testing/scripted-model.ts'
import type { RunId } from '../../src/values/id.ts'
import { between } from '../../src/values/time.ts'
import { openTestCompany, type TestCompany } from './company.ts'
import { Answer, Given, spec } from './writers.ts'

const rules = pure({
  name: 'rules',
  does: 'Rules.',
  input: Given,
  output: Answer,
  run: ({ about }) => ({ body: about }),
})
const plain = agent({ ...spec, name: 'plain' })
const ruled = agent({ ...spec, name: 'ruled', fallback: rules })
const workflows = [plain, ruled].flatMap((by) =>
  (['interactive', 'background'] as const).map((lane) =>
    workflow({ name: `${by.name}-${lane}`, input: Given, lane, budget: { cost: usd(5) } }, (flow, given) =>
      flow.task('work', by, { about: given.get('about') }, { budget: { time: seconds(30) } }),
    ),
  ),
)

/** How a call ends, and what it says of the bill. */
const moods = {
  good: 'paid',
  prose: 'paid',
  400: 'free',
  401: 'free',
  404: 'free',
  429: 'free',
  500: 'free',
  502: 'feared',
  503: 'free',
  504: 'feared',
  cut: 'feared',
  hang: 'feared',
  unreadable: 'feared',
} as const
type Mood = keyof typeof moods
const allMoods = Object.keys(moods).map((mood) => (Number.isNaN(Number(mood)) ? mood : Number(mood))) as Mood[]

function reply(mood: Mood): Reply {
  const usage = { tokensIn: 1000, tokensOut: 100 }
  if (mood === 'good') return { output: { body: 'good' }, confidence: 0.9, usage }
  if (mood === 'prose') return { text: 'prose', usage }
  if (mood === 'cut') return { error: Object.assign(new Error('cut'), { name: 'AbortError' }) }
  if (mood === 'hang') return { text: 'never', usage, after: minutes(60) }
  const statusCode = mood === 'unreadable' ? 200 : mood
  return { error: new APICallError({ message: 'no', url: 'x', requestBodyValues: {}, statusCode }) }
}

const rung = fc.record({
  tier: fc.constantFrom('quality', 'standard', 'cheap'),
  account: fc.constantFrom('a', 'b', 'c'),
  moods: fc.array(fc.constantFrom(...allMoods), { minLength: 1, maxLength: 4 }),
})
// Where somebody waits it ends at once; background work may also be on its way to another try, or wait.
const ends = [
  'done',
  'fallback',
  'model.none-left',
  'model.refused',
  'agent.bad-output',
  'agent.looping',
  'task.over-time',
  'again',
  'model.waiting',
]

const turn = () => new Promise((resolve) => setImmediate(resolve))

interface Behaviour {
  readonly tier: string
  readonly account: string
  readonly moods: readonly Mood[]
}

/** A company whose rungs behave as said, and what they were heard to do. */
async function companyWith(rungs: readonly Behaviour[]) {
  const company = await openTestCompany({ workflows }, { 'agents/w.md': 'Write.' })
  const heard: Mood[] = []
  const price = { perMillionIn: usd(1), perMillionOut: usd(10) }
  const models: Record<string, object[]> = { quality: [], standard: [], cheap: [] }
  for (const [index, { tier, account, moods: own }] of rungs.entries()) {
    const script = (call: { index: number }): Reply => {
      const mood = own[Math.min(call.index, own.length - 1)] as Mood
      heard.push(mood)
      return reply(mood)
    }
    models[tier]?.push(scriptedModel(script, { name: `${account}/${index}`, price, clock: company.clock }))
  }
  Object.assign(company.kernel, { models })
  return { company, heard }
}

/** Works until nothing is due. Time passes only where a model hangs, and then by what comes first. */
async function work({ worker, clock }: TestCompany): Promise<void> {
  let over = false
  const working = worker.idle().finally(() => {
    over = true
  })
  while (!over) {
    await turn()
    const [first] = clock.waiting()
    const hangs = clock.waiting().some((at) => between(clock.now(), at) > minutes(30))
    if (hangs && first !== undefined) await clock.advance(between(clock.now(), first))
  }
  await working
}

async function endOf(company: TestCompany, run: RunId): Promise<string> {
  const events = await company.events(run)
  const done = events.find((event) => event.kind === 'task.done')
  if (done?.kind === 'task.done') return done.payload?.madeBy?.rung === 'fallback' ? 'fallback' : 'done'
  const failed = await company.fault(run)
  const put = events.findLast((event) => event.kind === 'task.postponed')
  return failed?.code ?? (put?.kind === 'task.postponed' ? (put.payload?.fault.code ?? '') : 'again')
}

async function demandBooks(company: TestCompany, run: RunId, heard: readonly Mood[]): Promise<void> {
  const rows = await company.kernel.store.read.selectFrom('reservations').selectAll().execute()
  const booked = (state: string) => rows.filter((row) => row.state === state)
  const counted = (kind: string) => heard.filter((mood) => moods[mood] === kind).length
  expect(booked('unconfirmed').every((row) => row.actual === row.amount)).toBe(true)
  expect(booked('unconfirmed')).toHaveLength(counted('feared'))
  expect(booked('settled').filter((row) => row.actual === 2000)).toHaveLength(counted('paid'))
  expect(booked('settled').filter((row) => row.actual === 0)).toHaveLength(counted('free'))
  expect(rows).toHaveLength(heard.length)
  const purse = await company.kernel.budget.spentOn({ scope: `run:${run}`, period: 'life' })
  expect(purse.reserved).toBe(0)
  expect(purse.spent).toBe(rows.reduce((sum, row) => sum + (row.actual ?? 0), 0))
}

async function prove(rungs: readonly Behaviour[], name: string): Promise<void> {
  const { company, heard } = await companyWith(rungs)
  try {
    const began = company.clock.now()
    const run = await company.start(name, { about: 'tea' })
    await work(company)
    const end = await endOf(company, run)
    expect(ends).toContain(end)
    if (name.endsWith('interactive')) {
      expect(['again', 'model.waiting', 'task.over-time']).not.toContain(end)
      expect(between(began, company.clock.now())).toBeLessThanOrEqual(seconds(30))
    }
    if (name === 'ruled-interactive') expect(['done', 'fallback', 'agent.bad-output', 'agent.looping']).toContain(end)
    await demandBooks(company, run, heard)
  } finally {
    await company.close()
  }
}

test('whatever the rungs do, a turn ends in one of its ways, in time, and each try is booked by its rule', async () => {
  const flow = fc.constantFrom(...workflows.map((one) => one.name))
  const property = fc.asyncProperty(fc.array(rung, { minLength: 1, maxLength: 4 }), flow, prove)
  await fc.assert(property, { numRuns: process.env.PROOF ? 400 : 20 })
}, 600_000)

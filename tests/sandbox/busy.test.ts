import { afterEach, expect, test } from 'vitest'
import { openSandbox } from '../../src/executor/sandbox/open-sandbox.ts'
import type { Sandbox } from '../../src/executor/sandbox/sandbox.ts'
import { agent, minutes, seconds, workflow } from '../../src/index.ts'
import { systemClock } from '../../src/store/clock.ts'
import { type Duration, later } from '../../src/values/time.ts'
import { begin, openTestCompany, type TestCompany } from '../executor/company.ts'
import { Given, rules, spec } from '../executor/writers.ts'

let company: TestCompany
let sandbox: Sandbox
afterEach(async () => {
  await sandbox?.close()
  await company?.close()
})

const code = `export const run = ({ about }: { about: string }) => ({ body: 'by code: ' + about })`

/** A company with an agent that is code and has so much time, in whose sandbox others are at work. Gives what lets them end. */
async function open(lane: 'interactive' | 'background', time: Duration, fallback: typeof rules | null = rules) {
  const coded = agent({ ...spec, name: 'coded', run: './coded.ts', budget: { time }, fallback })
  const flow = workflow({ name: 'weigh', input: Given, lane }, (flow, given) =>
    flow.task('work', coded, { about: given.get('about') }),
  )
  company = await openTestCompany(
    { workflows: [flow], agents: [coded] },
    { 'agents/w.md': 'Weigh.', 'agents/coded.ts': code },
  )
  sandbox = openSandbox({ clock: systemClock(), places: 3 })
  Object.assign(company.kernel, { sandbox: Object.assign(async () => sandbox, { close: async () => undefined }) })
  const go = Promise.withResolvers<{ kind: 'value'; value: null }>()
  await Promise.all([occupy(go.promise), occupy(go.promise)])
  return () => go.resolve({ kind: 'value', value: null })
}

/** Takes a place, until the answer to what it asks for. */
async function occupy(answered: Promise<{ kind: 'value'; value: null }>): Promise<void> {
  const asked = Promise.withResolvers<void>()
  const code = `const run = (input, { act }) => act('x', {})`
  const job = { who: 'other', code, input: null, now: begin, seed: 'x', lane: 'interactive' } as const
  const answer = () => {
    asked.resolve()
    return answered
  }
  void sandbox.run({ ...job, answer, signal: new AbortController().signal })
  await asked.promise
}

const until = async (isSo: () => boolean | Promise<boolean>) => {
  while (!(await isSo())) await new Promise((resolve) => setImmediate(resolve))
}

test('the time that an agent waits in line for the sandbox is no working time of its task', async () => {
  const leave = await open('background', minutes(1))
  const run = await company.start('weigh', { about: 'tea' })
  const working = company.worker.idle()
  await until(async () => (await company.events(run)).some(({ kind }) => kind === 'step.done'))
  await until(() => !company.clock.waiting().includes(later(begin, minutes(1))))
  await company.clock.advance(minutes(5))
  leave()
  await working
  expect(await company.output(run)).toEqual({ body: 'by code: tea' })
  const task = await company.kernel.store.read.selectFrom('tasks').select('worked_ms').executeTakeFirstOrThrow()
  expect(task.worked_ms).toBeLessThan(minutes(1))
})

async function whileSomebodyWaits(fallback: typeof rules | null) {
  await open('interactive', seconds(30), fallback)
  const run = await company.start('weigh', { about: 'tea' })
  const working = company.worker.idle()
  await until(() => company.clock.waiting().includes(later(begin, seconds(27))))
  await company.clock.advance(seconds(28))
  await working
  return run
}

test('where somebody waits, the fallback answers while there is time, though no turn has come', async () => {
  const run = await whileSomebodyWaits(rules)
  expect(await company.output(run)).toEqual({ body: 'by rules: tea' })
})

test('without a fallback it fails and says that the sandbox was busy', async () => {
  const run = await whileSomebodyWaits(null)
  expect(await company.fault(run)).toMatchObject({ code: 'sandbox.busy', about: { who: 'coded' } })
})

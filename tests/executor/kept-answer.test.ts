import { APICallError } from '@ai-sdk/provider'
import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { type Agent, agent, hours, minutes, workflow } from '../../src/index.ts'
import { type Reply, type ScriptedModel, scriptedModel } from '../../src/testing/scripted-model.ts'
import type { IdentityId, RunId } from '../../src/values/id.ts'
import type { Instant } from '../../src/values/time.ts'
import { openTestCompany, type TestCompany } from './company.ts'
import { provider, shop } from './shop.ts'

let company: TestCompany
let model: ScriptedModel
let down = false
afterEach(() => company?.close())

const Given = z.object({ who: z.string(), about: z.string() })
const Answer = z.object({ body: z.string() })
const spec = {
  version: 1,
  does: 'Writes.',
  input: Given,
  output: Answer,
  tier: 'standard',
  instructions: './w.md',
} as const
const own = agent({ ...spec, name: 'own', cache: { maxAge: hours(2) } })
const common = agent({ ...spec, name: 'common', cache: { maxAge: hours(2), across: 'company' } })
const none = agent({ ...spec, name: 'none' })
const handy = agent({ ...spec, name: 'handy', cache: { maxAge: hours(2) }, allow: [shop.look] })
const flowOf = (by: Agent<z.infer<typeof Given>, z.infer<typeof Answer>>, wired = true) =>
  workflow({ name: by.name, input: Given, lane: 'interactive', subject: (given) => given.get('who') }, (flow, given) =>
    flow.task('work', by, { who: wired ? given.get('who') : 'somebody', about: given.get('about') }),
  )
const good = (body: string): Reply => ({ output: { body }, confidence: 0.8 })
const refused: Reply = { error: new APICallError({ message: 'no', url: 'x', requestBodyValues: {}, statusCode: 429 }) }

async function open(script: (index: number) => Reply = (index) => good(`answer ${index + 1}`)) {
  down = false
  model = scriptedModel(({ index }) => (down ? refused : script(index)))
  company = await openTestCompany(
    {
      workflows: [flowOf(own), flowOf(common, false), flowOf(none), flowOf(handy)],
      adapters: [provider('key').adapter],
      models: { standard: [model] },
    },
    { 'agents/w.md': 'Write.' },
  )
}

const person = (name: string): Promise<IdentityId> =>
  company.kernel.store.write((tx) => company.kernel.identities.create(tx, { kind: 'person', name, origin: 'operator' }))
const kept = () => company.kernel.store.read.selectFrom('answers').selectAll().execute()

async function answerTo(flow: string, who: IdentityId, about = 'tea') {
  const run: RunId = await company.run(flow, { who, about })
  const done = (await company.events(run)).find((event) => event.kind === 'task.done')
  return done?.kind === 'task.done'
    ? { ...(done.payload?.output as object), rung: done.payload?.madeBy?.rung, sure: done.payload?.confidence }
    : (await company.fault(run))?.code
}

test('the same question is answered as before when nobody can be asked: it says so, and is believed less with age', async () => {
  await open()
  const ana = await person('Ana')
  await answerTo('own', ana)
  down = true
  await company.clock.advance(minutes(60))
  expect(await answerTo('own', ana)).toEqual({ body: 'answer 1', rung: 'cached', sure: 0.6 })
  expect(await answerTo('own', ana, 'milk')).toBe('model.none-left')
  const steps = (await company.kernel.journal.page({ after: 0, limit: 1000 })).filter(
    (event) => event.kind === 'step.done',
  )
  expect(steps.map((event) => event.kind === 'step.done' && event.payload?.kind)).toEqual(['model', 'kept'])
})

test('while a model answers, nothing is taken from what was kept', async () => {
  await open()
  const ana = await person('Ana')
  await answerTo('own', ana)
  expect(await answerTo('own', ana)).toMatchObject({ body: 'answer 2' })
  expect(await kept()).toHaveLength(1)
  down = true
  expect(await answerTo('own', ana)).toMatchObject({ body: 'answer 2', rung: 'cached' })
})

test('an answer that is too old does not stand in, and goes when the next is kept', async () => {
  await open()
  const ana = await person('Ana')
  await answerTo('own', ana)
  await company.clock.advance(hours(2))
  down = true
  expect(await answerTo('own', ana)).toBe('model.none-left')
  await company.clock.advance(hours(1))
  down = false
  await answerTo('own', ana, 'milk')
  expect(await kept()).toHaveLength(1)
})

test('what was said about one person stands in for nobody else, unless the agent says that it is the same for all', async () => {
  await open()
  const [ana, bo] = [await person('Ana'), await person('Bo')]
  for (const flow of ['own', 'common']) await answerTo(flow, ana)
  down = true
  expect(await answerTo('own', bo)).toBe('model.none-left')
  expect(await answerTo('common', bo)).toMatchObject({ body: 'answer 2', rung: 'cached' })
})

test('what was said about somebody who is forgotten stands in for nobody', async () => {
  await open()
  const [ana, bo] = [await person('Ana'), await person('Bo')]
  await answerTo('common', ana)
  down = true
  await company.kernel.store.write((tx) => company.kernel.vault.destroyKey(tx, ana))
  expect(await answerTo('common', bo)).toBe('model.none-left')
})

test('an agent that keeps nothing has nothing that stands in', async () => {
  await open()
  const ana = await person('Ana')
  await answerTo('none', ana)
  down = true
  expect(await answerTo('none', ana)).toBe('model.none-left')
  expect(await kept()).toEqual([])
})

test('neither what came after a tool or a correction is kept, nor what missed its form', async () => {
  const replies: Reply[] = [
    { tools: [{ name: 'shop.look', input: { what: 'x' } }] },
    good('after a tool'),
    { text: 'prose' },
    good('after a correction'),
  ]
  await open((index) => replies[index] as Reply)
  const ana = await person('Ana')
  await answerTo('handy', ana)
  await answerTo('own', ana)
  expect(model.calls).toHaveLength(4)
  expect(await kept()).toEqual([])
})

test('the table of what is kept holds no more than some thousands', async () => {
  await open()
  const ana = await person('Ana')
  await answerTo('own', ana)
  const [row] = await kept()
  const { store } = company.kernel
  await store.write(async (tx) => {
    const rows = Array.from({ length: 6000 }, (_, index) => ({
      ...row!,
      key: String(index).padStart(64, '0'),
      kept_until: (row!.kept_until - 6000 + index) as Instant,
    }))
    for (let at = 0; at < rows.length; at += 500)
      await tx.db
        .insertInto('answers')
        .values(rows.slice(at, at + 500))
        .execute()
  })
  await answerTo('own', ana, 'milk')
  expect((await kept()).length).toBe(5000)
  expect((await kept()).some((one) => one.key === '0'.repeat(64))).toBe(false)
})

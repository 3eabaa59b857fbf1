import { APICallError } from '@ai-sdk/provider'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { pure } from '../../src/index.ts'
import { type Reply, scriptedModel } from '../../src/testing/scripted-model.ts'
import { companyIdentity } from '../../src/values/id.ts'
import { microUsd, usd } from '../../src/values/money.ts'
import { days, minutes, seconds } from '../../src/values/time.ts'
import { newFolder } from '../releases/company.ts'
import { openWith, refusal, saysVersion, shop, writeEval } from './company.ts'

const cheap = { perMillionIn: usd(1), perMillionOut: usd(1) }

test('a version passes an eval: the result stands under its hash and that of the eval, with its event', async () => {
  const company = await openWith()
  writeEval(company.folder, saysVersion('v4'))
  const result = await company.evaluate()
  expect(result).toMatchObject({
    verdict: 'passed',
    score: 1,
    version: 4,
    agent: 'writer',
    answers: 'models',
    missed: [],
  })
  const rows = await company.kernel.store.read.selectFrom('eval_results').selectAll().execute()
  expect(rows).toMatchObject([{ eval: 'says', verdict: 'passed', hash: result.hash, eval_hash: result.evalHash }])
  const [event] = await company.kernel.journal.at([rows[0]!.seq])
  expect(event).toMatchObject({ kind: 'eval.done', run: result.run, payload: { verdict: 'passed' } })
  expect((await company.os.evals.list())[0]).toMatchObject({
    newest: { version: 4, verdict: 'passed', outdated: false },
  })
})

test('asking twice for a result scores once', async () => {
  const company = await openWith()
  writeEval(company.folder, saysVersion('v4'))
  const { run, recorded: _none, ...first } = await company.evaluate()
  expect(await company.os.evals.result(run)).toMatchObject(first)
  expect(await company.kernel.store.read.selectFrom('eval_results').select('seq').execute()).toHaveLength(1)
})

test('a version that says otherwise fails, case by case, with the reason', async () => {
  const company = await openWith()
  const expects =
    "cases: [{ name: 'tea', input: { about: 'tea' }, expect: { body: 'v5 1' } }], scorers: [exact('body')]"
  writeEval(company.folder, `${expects}, pass: { mean: 1 }`)
  const result = await company.evaluate()
  expect(result).toMatchObject({ verdict: 'failed', score: 0, missed: ['the mean is 0 %, and must be 100 %'] })
  expect(result.cases[0]?.scores).toEqual([{ scorer: 'exact body', score: 0, reason: 'body is "v4 1", not "v5 1"' }])
})

test('an older version is put to it from what is kept of it', async () => {
  const folder = newFolder()
  const before = await openWith({ folder, version: 3 })
  await before.run('write')
  await before.close()
  const company = await openWith({ folder, version: 4 })
  writeEval(folder, saysVersion('v3'))
  expect(await company.evaluate({ version: '3' })).toMatchObject({ verdict: 'passed', version: 3 })
  await company.os.withdraw('writer', '3', 'it lies')
  expect(await company.evaluate({ version: '3' })).toMatchObject({ version: 3 })
})

test('tools answer from the case alone, each answer once: nothing is done, whatever the model asks for', async () => {
  const model = scriptedModel([
    { tools: [{ name: 'shop.post', input: { to: 'ana@example.org', text: 'buy' } }] },
    { tools: [{ name: 'shop.look', input: { what: 'tea' } }] },
    { tools: [{ name: 'shop.look', input: { what: 'tea' } }] },
    { output: { body: 'green' } },
  ])
  const company = await openWith({ model, more: { allow: [shop.look, shop.post] } })
  writeEval(
    company.folder,
    `cases: [{ name: 'tea', input: { about: 'tea' }, tools: [{ name: 'shop.look', input: { what: 'tea' }, output: { found: 'leaves' } }] }],
     scorers: [custom('green', ({ output }) => output.body === 'green' ? 1 : 0)], pass: { each: 1 }`,
  )
  expect(await company.evaluate()).toMatchObject({ verdict: 'passed' })
  const last = model.calls.at(-1)?.prompt ?? ''
  expect(last).toContain('There is nothing to be had from shop.post here.')
  expect(last.split('leaves').length - 1).toBe(1)
  expect(last).toContain('There is nothing to be had from shop.look here.')
  expect(company.corner.acted).toEqual([])
  expect(await company.kernel.store.read.selectFrom('effects').select('key').execute()).toEqual([])
  expect(await company.gates()).toEqual([])
})

test('memory is what the case says', async () => {
  const recall = { purpose: 'write', history: [{ words: 'tea', tokens: 200 }] }
  const model = scriptedModel(({ prompt }) => ({
    output: { body: prompt.includes('They like it green.') ? 'yes' : 'no' },
  }))
  const company = await openWith({ model, more: { recall } })
  await company.run('write', 'They like it black, said of tea')
  writeEval(
    company.folder,
    `cases: [{ name: 'tea', input: { about: 'tea' }, memory: ['They like it green.'], expect: { body: 'yes' } }],
     scorers: [exact()], pass: { mean: 1 }`,
  )
  expect(await company.evaluate()).toMatchObject({ verdict: 'passed' })
  expect(model.calls.at(-1)?.prompt).not.toContain('black')
})

test('an answer that misses the schema is asked for again, as at work; one that never fits fails the case', async () => {
  const model = scriptedModel(({ index }) => (index === 1 ? { output: { body: 'tea' } } : { text: 'hm' }))
  const company = await openWith({ model })
  writeEval(
    company.folder,
    "cases: [{ name: 'tea', input: { about: 'tea' } }], scorers: [matchesSchema(z.object({ body: z.string().max(3) }))], pass: {}",
  )
  expect(await company.evaluate()).toMatchObject({ verdict: 'passed' })
  const { run } = await company.os.evals.start({ eval: 'says', answers: 'models', record: false, limit: usd(1) })
  await company.os.idle()
  await company.clock.advance(seconds(10))
  await company.os.idle()
  const failed = await company.os.evals.result(run)
  expect(failed).toMatchObject({ verdict: 'failed', cases: [{ score: 0, scores: [] }] })
  expect(failed?.cases[0]?.why).toContain('writer')
})

test('a rubric is judged by a model of its tier, from the same purse', async () => {
  const model = scriptedModel(
    ({ prompt }): Reply =>
      prompt.includes('Be kind.')
        ? { output: { score: 0.75, reason: 'Mostly kind.' } }
        : { output: { body: 'Dear Ana' } },
    { price: cheap },
  )
  const company = await openWith({ model })
  writeEval(
    company.folder,
    "cases: [{ name: 'tea', input: { about: 'tea' } }], scorers: [rubric({ criteria: 'Be kind.' })], pass: { mean: 0.7 }",
  )
  const result = await company.evaluate()
  expect(result).toMatchObject({ verdict: 'passed', score: 0.75 })
  expect(result.cases[0]?.scores).toEqual([{ scorer: 'rubric (standard)', score: 0.75, reason: 'Mostly kind.' }])
  expect(model.calls[1]?.prompt).toContain('Dear Ana')
  const spent = await company.kernel.budget.spentOn({ scope: 'company', period: '2026-03' })
  expect([result.cost, spent.reserved]).toEqual([spent.spent, microUsd(0)])
  expect(result.cost).toBeGreaterThan(0)
})

test('what an eval may cost is reserved before it is asked: where that is too little, nothing is proven', async () => {
  const model = scriptedModel([], { price: cheap })
  const company = await openWith({ model })
  writeEval(company.folder, saysVersion('v4'))
  expect((await refusal(company.evaluate({ limit: microUsd(5) }))).code).toBe('budget.exhausted')
  expect(model.calls).toEqual([])
  expect(await company.kernel.store.read.selectFrom('eval_results').select('seq').execute()).toEqual([])
})

test("a month's purse that is empty holds for evals too", async () => {
  const company = await openWith({ model: scriptedModel([], { price: cheap }), monthly: microUsd(5) })
  writeEval(company.folder, saysVersion('v4'))
  expect((await refusal(company.evaluate())).code).toBe('budget.exhausted')
})

const rules = pure({
  name: 'rules',
  does: 'Answers by rules.',
  input: z.object({ about: z.string() }),
  output: z.object({ body: z.string() }),
  run: ({ about }) => ({ body: `by rules: ${about}` }),
})
const noAnswer = { error: new APICallError({ message: 'no', url: 'x', requestBodyValues: {}, statusCode: 503 }) }

test.each([
  ['with nothing else to answer', {}],
  ['with rules of its own', { fallback: rules }],
  ['with answers that were kept', { cache: { maxAge: days(1) } }],
])('a provider that is down proves nothing either way of an agent %s', async (_how, more) => {
  let isDown = false
  const model = scriptedModel(() => (isDown ? noAnswer : { output: { body: 'v4' } }))
  const company = await openWith({ model, more })
  writeEval(company.folder, saysVersion('v4'))
  await company.evaluate()
  isDown = true
  const { run } = await company.os.evals.start({ eval: 'says', answers: 'models', record: false, limit: usd(1) })
  for (let at = 0; at < 3; at += 1) {
    await company.os.idle()
    await company.clock.advance(minutes(1))
  }
  expect((await refusal(company.os.evals.result(run))).code).toBe('model.unreachable')
  expect((await company.os.evals.list())[0]?.newest?.verdict).toBe('passed')
})

test('an answer of a lower tier is none of the version', async () => {
  const models = {
    standard: [scriptedModel(() => noAnswer)],
    cheap: [scriptedModel(() => ({ output: { body: 'v4' } }))],
  }
  const company = await openWith({ models })
  writeEval(company.folder, saysVersion('v4'))
  const { run } = await company.os.evals.start({ eval: 'says', answers: 'models', record: false, limit: usd(1) })
  for (let at = 0; at < 3; at += 1) {
    await company.os.idle()
    await company.clock.advance(minutes(1))
  }
  expect((await refusal(company.os.evals.result(run))).code).toBe('model.unreachable')
})

test('work of evals is no history of the company: no agent recalls it', async () => {
  const company = await openWith({ model: scriptedModel(() => ({ output: { body: 'marmalade' } })) })
  writeEval(company.folder, saysVersion('v4'))
  await company.evaluate()
  const found = await company.call<{ lines: unknown[] }>('memory.recall', {
    query: 'marmalade',
    identity: companyIdentity,
  })
  expect(found.lines).toEqual([])
})

test('with the process its exams end: whoever comes after does nothing in their place', async () => {
  const company = await openWith()
  writeEval(company.folder, saysVersion('v4'))
  const { run } = await company.os.evals.start({ eval: 'says', answers: 'models', record: false, limit: usd(1) })
  expect(await company.os.evals.result(run)).toBeNull()
  await company.close()
  const after = await openWith({ folder: company.folder })
  await after.os.idle()
  expect(after.model.calls).toEqual([])
  const task = await after.call<{ tasks: { fault: { code: string } }[] }>('runs.show', { run })
  expect(task.tasks[0]?.fault.code).toBe('eval.interrupted')
  expect((await refusal(after.os.evals.result(run))).code).toBe('eval.interrupted')
})

test('a case that does not fit its agent is refused before anything is asked', async () => {
  const company = await openWith()
  const unfit = async (one: string): Promise<string> => {
    writeEval(company.folder, `cases: [{ name: 'tea', ${one} }], scorers: [exact()], pass: {}`)
    const { code, message } = await refusal(company.evaluate())
    expect(code).toBe('eval.unfit')
    return message
  }
  expect(await unfit("input: { abut: 'tea' }")).toContain('about: is missing')
  expect(await unfit("input: { about: 'tea' }, memory: ['x']")).toContain('recalls none')
  expect(await unfit("input: { about: 'tea' }, tools: [{ name: 'shop.look' }]")).toContain('shop.look')
  expect(company.model.calls).toEqual([])
})

test('a file that is no eval says why, by its name', async () => {
  const company = await openWith()
  const broken = async (spec: string, name = 'says'): Promise<string> => {
    writeEval(company.folder, spec, name)
    const { code, message } = await refusal(company.os.evals.list())
    expect(code).toBe('eval.broken')
    return message
  }
  expect(await broken('cases: [], scorers: [exact()], pass: {}')).toContain('has no case')
  expect(await broken("cases: [{ name: 'a', input: {} }], scorers: [exact()], pass: { mean: 2 }")).toContain(
    'pass.mean',
  )
  expect(await broken("cases: [{ name: 'a', input: {} }], scorers: [], pass: {}")).toContain('has no scorer')
  const twice = "{ name: 'a', input: {} }, { name: 'a', input: {} }"
  expect(await broken(`cases: [${twice}], scorers: [exact()], pass: {}`)).toContain('two cases of one name')
  expect(await broken('cases: nowhere')).toContain('nowhere is not defined')
})

test('there is no eval of that name', async () => {
  const company = await openWith()
  writeEval(company.folder, saysVersion('v4'))
  expect((await refusal(company.evaluate({ eval: 'say' }))).message).toContain('say')
})

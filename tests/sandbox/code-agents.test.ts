import { APICallError } from '@ai-sdk/provider'
import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { memory } from '../../src/adapters/index.ts'
import type { Attempt } from '../../src/executor/attempt.ts'
import { CodeWishes } from '../../src/executor/code-wishes.ts'
import { decide } from '../../src/executor/decide.ts'
import type { Pinned } from '../../src/executor/pinned-agent.ts'
import { type Agent, type AgentSpec, agent, pure, workflow } from '../../src/index.ts'
import { ownMemory } from '../../src/os/own-memory.ts'
import { type Reply, type ScriptedModel, scriptedModel } from '../../src/testing/scripted-model.ts'
import type { Json } from '../../src/values/json.ts'
import { hours, minutes } from '../../src/values/time.ts'
import { openTestCompany, type TestCompany } from '../executor/company.ts'
import { type Provider, provider, shop } from '../executor/shop.ts'

let company: TestCompany
let corner: Provider
let model: ScriptedModel
afterEach(() => company?.close())

const Given = z.object({ about: z.string() })
const Answer = z.object({ body: z.string() })
type Spec = AgentSpec<z.infer<typeof Given>, z.infer<typeof Answer>>

async function open(code: string, script: Reply[] = [], more: Partial<Spec> = {}) {
  corner = provider('key')
  model = scriptedModel(script)
  const coded = agent({
    name: 'coded',
    version: 1,
    does: 'Weighs.',
    input: Given,
    output: Answer,
    tier: 'standard',
    instructions: './coded.md',
    run: './coded.ts',
    ...more,
  })
  const flow = workflow({ name: 'weigh', input: Given }, (flow, given) =>
    flow.task('work', coded, { about: given.get('about') }),
  )
  const own = ownMemory(() => company.kernel.memory.working)
  company = await openTestCompany(
    { workflows: [flow], agents: [coded], adapters: [corner.adapter, own], models: { standard: [model] } },
    { 'agents/coded.md': 'Be brief.', 'agents/coded.ts': code },
  )
}

const weigh = () => company.run('weigh', { about: 'tea' })
const stepsOf = async (run: Awaited<ReturnType<typeof weigh>>) =>
  (await company.events(run)).flatMap((event) =>
    event.kind === 'step.done' ? [{ ...event.payload, origin: event.origin }] : [],
  )

test('an agent that is code is given its input, and what it returns is its output', async () => {
  await open(`import type { CodeAgent } from 'soloist'
    interface In { readonly about: string }
    export const run: CodeAgent<In, { body: string }> = ({ about }) => ({ body: about.toUpperCase() })`)
  const run = await weigh()
  expect(await company.output(run)).toEqual({ body: 'TEA' })
})

test('it asks a model, and the answer is a step with its cost and its origin', async () => {
  await open(
    `export const run = async ({ about }, { model }) => {
       const { output, confidence } = await model({ ask: 'How heavy?', data: { about }, output: { type: 'object', properties: { grams: { type: 'number' } }, required: ['grams'] } })
       return { body: output.grams + ' g, ' + confidence }
     }`,
    [{ output: { grams: 3 } }],
  )
  const run = await weigh()
  expect(await company.output(run)).toMatchObject({ body: expect.stringMatching(/^3 g, /) })
  expect(model.calls[0]?.prompt).toContain('How heavy?')
  expect(model.calls[0]?.prompt).toContain('Be brief.')
  const steps = await stepsOf(run)
  expect(steps.map(({ kind }) => kind)).toEqual(['begin', 'model'])
  expect(steps[1]?.key).toMatch(/^code\/1\/[0-9a-f]{12}\/turn\/1$/)
})

test.each([
  ['$ref', { $ref: '#' }],
  ['$ref', { type: 'object', properties: { a: { anyOf: [{ $ref: '#/properties/a' }] } } }],
  ['pattern', { type: 'string', pattern: '^(a+)+$' }],
  ['patternProperties', { type: 'object', patternProperties: { '^(a+)+$': {} } }],
])('a form of answers that could keep the company busy is refused: %s in %j', async (word, form) => {
  const code = `export const run = async (input, { model }) => {
    try { await model({ ask: 'Say something.', output: ${JSON.stringify(form)} }) } catch (error) { return { body: error.message } }
    return { body: 'asked' }
  }`
  await open(code, [{ output: `${'a'.repeat(30)}!` }])
  expect(await company.output(await weigh())).toEqual({ body: `its output may have no "${word}"` })
  expect(model.calls).toHaveLength(0)
})

test('a property of an answer may be called pattern', async () => {
  const form = { type: 'object', properties: { pattern: { type: 'string' } }, required: ['pattern'] }
  await open(
    `export const run = async (input, { model }) => {
       const { output } = await model({ ask: 'Which pattern?', output: ${JSON.stringify(form)} })
       return { body: output.pattern }
     }`,
    [{ output: { pattern: 'stripes' } }],
  )
  expect(await company.output(await weigh())).toEqual({ body: 'stripes' })
})

test('an action that it is allowed is done as a step; what it reads makes its output external', async () => {
  await open(
    `export const run = async ({ about }, { act }) => {
       const { found } = await act('shop.look', { what: about })
       await act('shop.note', { to: 'ana', text: found })
       return { body: found }
     }`,
    [],
    { allow: [shop.look, shop.note] },
  )
  Object.assign(corner, { found: 'a needle' })
  const run = await weigh()
  expect(await company.output(run)).toEqual({ body: 'a needle' })
  expect(corner.acted).toEqual(['note ana: a needle'])
  const done = (await company.events(run)).find(({ kind }) => kind === 'task.done')
  expect(done?.origin).toBe('external')
})

test('a gate ends the attempt; after the decision the code runs again and is given the same answers at the same time', async () => {
  await open(
    `export const run = async ({ about }, { act, model }) => {
       const first = [Date.now(), Math.random(), new Date().toISOString()]
       const { output } = await model({ ask: 'Say something.' })
       await act('shop.post', { to: 'ana@example.org', text: output + first.join() })
       return { body: output + first.join() }
     }`,
    [{ output: 'hi' }],
    { allow: [shop.post] },
  )
  const run = await weigh()
  const [gate] = await company.gates()
  expect(gate).toBeDefined()
  company.clock.advance(hours(1))
  await decide(company.kernel, gate!.id, { verdict: 'approved' })
  await company.worker.idle()
  const { body } = (await company.output(run)) as { body: string }
  expect(corner.acted).toEqual([`post ana@example.org: ${body}`])
  expect(model.calls).toHaveLength(1)
})

test('what the operator refuses is told to the code, which may go on', async () => {
  await open(
    `export const run = async (input, { act }) => {
       try { await act('shop.post', { to: 'ana@example.org', text: 'hi' }) } catch (error) { return { body: error.message } }
       return { body: 'sent' }
     }`,
    [],
    { allow: [shop.post] },
  )
  const run = await weigh()
  const [gate] = await company.gates()
  await decide(company.kernel, gate!.id, { verdict: 'rejected', reason: 'not now' })
  await company.worker.idle()
  expect(await company.output(run)).toEqual({ body: 'The operator said no: not now' })
  expect(corner.acted).toEqual([])
})

test('it keeps things in mind for its run where it is allowed to', async () => {
  await open(
    `export const run = async ({ about }, { memory }) => {
       const before = await memory.get('seen')
       await memory.keep('seen', about)
       return { body: String(before) + (await memory.get('seen')) }
     }`,
    [],
    { allow: [memory.get, memory.keep] },
  )
  expect(await company.output(await weigh())).toEqual({ body: 'undefinedtea' })
})

test.each<[string, string, Partial<Spec>, string]>([
  ['an action', `act('shop.refund', { to: 'me', text: 'all' })`, { allow: [shop.look] }, 'the action shop.refund'],
  ['memory', `recall()`, {}, 'memory'],
  ['a search', `recall('secrets')`, { recall: { snapshot: 100 } }, 'a search of history'],
])('asking for %s without a grant ends it, and nothing is done', async (_what, call, more, what) => {
  await open(
    `export const run = async (input, { act, recall }) => { try { await ${call} } catch {} return { body: 'ha' } }`,
    [],
    more,
  )
  const run = await weigh()
  expect(await company.fault(run)).toMatchObject({ code: 'sandbox.forbidden', about: { who: 'coded', what } })
  expect(corner.acted).toEqual([])
})

test('it is given the lines of memory that its recall asks for', async () => {
  await open(
    `export const run = async (input, { recall }) => ({ body: JSON.stringify(await recall()) + (await recall('tea')).length })`,
    [],
    { recall: { snapshot: 200, history: [{ tokens: 100, by: ['about'] }] } },
  )
  const run = await weigh()
  expect(await company.output(run)).toMatchObject({ body: expect.stringMatching(/^\[.*\]\d+$/) })
  expect((await stepsOf(run)).map(({ kind }) => kind)).toEqual(['begin', 'recall', 'recall'])
})

test('what it writes is kept with the task', async () => {
  await open(
    `export const run = (input, { log }) => { log('weighing', input); console.log('done'); return { body: 'x' } }`,
  )
  const log = (await stepsOf(await weigh())).find(({ kind }) => kind === 'log')
  expect(log?.output).toEqual(['weighing {"about":"tea"}', 'done'] satisfies Json)
})

test('what code throws is one line, without what a terminal obeys', async () => {
  await open(`export const run = () => {\n  throw new Error('no\\n  tea\\u001b[2J')\n}`)
  expect(await company.fault(await weigh())).toMatchObject({ about: { why: 'no tea [2J (line 2)' } })
})

test('an output that misses its form, and code that throws, say so with the line', async () => {
  await open(`export const run = () => ({ corpus: 1 })`)
  const misfit = await weigh()
  expect(await company.fault(misfit)).toMatchObject({ code: 'sandbox.misfit', about: { why: 'body: is missing' } })
  // The same would come out again.
  expect((await company.events(misfit)).filter(({ kind }) => kind === 'task.claimed')).toHaveLength(1)
  await company.close()
  await open(`export const run = () => {\n  throw new Error('no tea')\n}`)
  expect(await company.fault(await weigh())).toMatchObject({
    code: 'sandbox.failed',
    about: { why: 'no tea (line 2)' },
  })
})

test('code that asks for something else than last time is stopped before it is given an answer to another question', async () => {
  await open(`export const run = () => ({ body: 'x' })`, [], { allow: [shop.look] })
  const coded = company.config.agents[0] as Agent<unknown, unknown>
  const attempt = {
    run: { id: 'run_1' },
    task: { id: 'tsk_1' },
    signal: new AbortController().signal,
    steps: new Map([
      ['code/1/0123456789ab', { output: { output: { found: 'yes' } }, origin: 'system', cost: 0, seq: 1 }],
    ]),
  } as unknown as Attempt
  const pinned = { agent: coded, body: { name: 'coded' } } as unknown as Pinned
  const wishes = new CodeWishes(attempt, pinned, { value: {}, origins: {}, origin: 'system', sources: [] })
  expect(await wishes.answer({ what: 'act', action: 'shop.look', input: { what: 'else' } })).toMatchObject({
    kind: 'end',
    end: { fault: { code: 'sandbox.changed', about: { what: 'wish 1, act' } } },
  })
})

test.each([
  ['imports', `import fs from 'node:fs'\nexport const run = () => 1`, 'imports'],
  ['exports by default', `export default () => 1`, 'default'],
  ['exports nothing', `const walk = () => 1`, 'run'],
  ['is no code', `export const run = = 1`, 'line 1'],
])('a company whose agent %s does not open, and says which line', async (_what, code, why) => {
  await expect(open(code)).rejects.toMatchObject({
    fault: { code: 'agent.bad-code', about: { agent: 'coded', why: expect.stringContaining(why) } },
  })
})

test('where no model answers its code, its own rules do', async () => {
  const down = new APICallError({ message: 'no', url: 'x', requestBodyValues: {}, statusCode: 503 })
  const rules = pure({
    name: 'rules',
    does: 'Answers by rules.',
    input: Given,
    output: Answer,
    run: ({ about }) => ({ body: `by rules: ${about}` }),
  })
  await open(
    `export const run = async ({ about }, { model }) => ({ body: (await model({ ask: 'How heavy?' })).output })`,
    Array.from({ length: 20 }, () => ({ error: down })),
    { fallback: rules },
  )
  const run = await weigh()
  for (let at = 0; at < 8; at += 1) {
    await company.clock.advance(minutes(1))
    await company.worker.idle()
  }
  expect(await company.output(run)).toEqual({ body: 'by rules: tea' })
})

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { scriptedModel } from '../../src/testing/scripted-model.ts'
import { microUsd, usd } from '../../src/values/money.ts'
import { newFolder } from '../releases/company.ts'
import { openWith, refusal, saysVersion, writeEval } from './company.ts'

const path = 'evals/recorded/says.json'
const dear = { perMillionIn: usd(1), perMillionOut: usd(1) }

test('answers that were recorded are answered again: no model is asked, nothing is paid', async () => {
  const model = scriptedModel([{ text: 'hm' }, { output: { body: 'v4 1' } }], { price: dear })
  const company = await openWith({ model })
  writeEval(company.folder, saysVersion('v4'))
  expect(await company.evaluate({ record: true })).toMatchObject({ verdict: 'passed', recorded: path })
  expect(model.calls).toHaveLength(2)
  const again = await company.evaluate({ answers: 'recorded' })
  expect(again).toMatchObject({ verdict: 'passed', cost: microUsd(0), answers: 'recorded', recorded: null })
  expect(model.calls).toHaveLength(2)
})

test('in a new checkout, whose models are not even set up, they pass all the same', async () => {
  const first = await openWith()
  writeEval(first.folder, saysVersion('v4'))
  await first.evaluate({ record: true })
  const folder = newFolder()
  writeEval(folder, saysVersion('v4'))
  const unset = {
    ...scriptedModel([]),
    secrets: ['key'],
    open: async (secret: (name: string) => string) => secret('key') as never,
  }
  const fresh = await openWith({ folder, model: unset as never })
  expect((await refusal(fresh.evaluate({ answers: 'recorded' }))).code).toBe('eval.not-recorded')
  writeEval(folder, saysVersion('v4'))
  mkdirSync(join(folder, 'evals/recorded'), { recursive: true })
  writeFileSync(join(folder, path), readFileSync(join(first.folder, path)))
  expect(await fresh.evaluate({ answers: 'recorded' })).toMatchObject({ verdict: 'passed' })
})

test('another version, or another question, was never recorded: it says how to record it', async () => {
  const company = await openWith()
  writeEval(company.folder, saysVersion('v4'))
  await company.evaluate({ record: true })
  await company.close()
  const next = await openWith({ folder: company.folder, version: 5 })
  const { code, message, next: what } = await refusal(next.evaluate({ answers: 'recorded' }))
  expect([code, message]).toEqual(['eval.not-recorded', expect.stringContaining('What writer is asked here')])
  expect(what).toContain('soloist eval --record')
  expect(await next.kernel.store.read.selectFrom('eval_results').select('seq').execute()).toHaveLength(1)
})

test('no secret is recorded, nor what looks like a key', async () => {
  const said = 'the key is tea-time-4711 or sk-abcdefghijklmnopqrstuvwx'
  const company = await openWith({ model: scriptedModel([{ output: { body: said } }]) })
  await company.call('secrets.set', { name: 'till', value: 'tea-time-4711' })
  writeEval(company.folder, saysVersion('v4'))
  await company.evaluate({ record: true })
  const kept = readFileSync(join(company.folder, path), 'utf8')
  expect(kept).toContain('the key is [secret till] or [a key]')
  expect(kept).not.toContain('4711')
})

test('a recording that was damaged is told by its file', async () => {
  const company = await openWith()
  writeEval(company.folder, saysVersion('v4'))
  await company.evaluate({ record: true })
  for (const text of ['{', '{"eval":"says","answers":{"a":{"model":1}}}']) {
    writeFileSync(join(company.folder, path), text)
    const { code, message } = await refusal(company.evaluate({ answers: 'recorded' }))
    expect([code, message]).toEqual(['eval.broken', expect.stringContaining(path)])
  }
})

import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { compute } from '../../src/adapters/index.ts'
import { agent, workflow } from '../../src/index.ts'
import { sandboxFindings, wallFinding } from '../../src/os/doctor/sandbox.ts'
import { ownCompute } from '../../src/os/own-compute.ts'
import { type Reply, type ScriptedModel, scriptedModel } from '../../src/testing/scripted-model.ts'
import type { Json } from '../../src/values/json.ts'
import { openTestCompany, type TestCompany } from '../executor/company.ts'

let company: TestCompany
let model: ScriptedModel
afterEach(() => company?.close())

const Given = z.object({ about: z.string() })
const Sum = z.object({ sum: z.number() })
const base = { version: 1, does: 'Counts.', input: Given, output: Sum, tier: 'standard' } as const

async function open(script: Reply[], allow = [compute.run]) {
  model = scriptedModel(script)
  const counter = agent({ ...base, name: 'counter', instructions: './counter.md', allow })
  const flow = workflow({ name: 'count', input: Given }, (flow, given) =>
    flow.task('work', counter, { about: given.get('about') }),
  )
  const adapters = [ownCompute(() => company.kernel.sandbox)]
  const spec = { workflows: [flow], agents: [counter], adapters, models: { standard: [model] } }
  company = await openTestCompany(spec, { 'agents/counter.md': 'Count.' })
}

const calls = (code: string, input: Json = null): Reply => ({
  tools: [{ name: 'compute.run', input: { code, input } }],
})
const count = () => company.run('count', { about: 'tea' })

test('an agent computes with code that its model wrote; what comes of it is from outside', async () => {
  const code = `log('adding')\nreturn input.reduce((sum, one) => sum + one, 0)`
  await open([calls(code, [1, 2, 3]), { output: { sum: 6 } }])
  const run = await count()
  expect(await company.output(run)).toEqual({ sum: 6 })
  const tool = (await company.events(run)).find((event) => event.kind === 'step.done' && event.payload?.kind === 'tool')
  expect(tool).toMatchObject({ origin: 'external', payload: { output: { output: { value: 6, logs: ['adding'] } } } })
})

test('code that fails, or asks for anything, is told to the model, which may try again', async () => {
  await open([calls('return nothing.at.all'), calls('return run({}, {})'), { output: { sum: 0 } }])
  expect(await company.output(await count())).toEqual({ sum: 0 })
  expect(model.calls[1]?.prompt).toContain('nothing is not defined (line 1)')
})

test('code that would leave the body of its function is in the same sandbox as before', async () => {
  await open([calls('return 1 }; const other = () => { return typeof process'), { output: { sum: 1 } }])
  expect(await company.output(await count())).toEqual({ sum: 1 })
  expect(model.calls[1]?.prompt).toContain('"value":1')
})

test('the doctor says which walls stand, and only where code is run', async () => {
  await open([])
  const findings = await sandboxFindings(company.config)
  expect(findings.map(({ what }) => what.split(':')[0])).toContain('sandbox, permission')
  await company.close()
  await open([], [])
  expect(await sandboxFindings(company.config)).toEqual([])
  const wall = { name: 'network', does: 'alone', active: false, why: 'no unshare' } as const
  expect(wallFinding(wall)).toMatchObject({
    level: 'look',
    fault: { code: 'sandbox.no-wall', about: { why: 'no unshare' } },
  })
  expect(wallFinding({ ...wall, active: true })).toMatchObject({ level: 'ok' })
})

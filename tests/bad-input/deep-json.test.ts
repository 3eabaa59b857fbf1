import type { LanguageModelV4 } from '@ai-sdk/provider'
import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { agent, workflow } from '../../src/index.ts'
import { plainUsage } from '../../src/models/usage.ts'
import { type Reply, scriptedModel } from '../../src/testing/scripted-model.ts'
import { openTestCompany, type TestCompany } from '../executor/company.ts'
import { provider, shop } from '../executor/shop.ts'

let company: TestCompany
afterEach(() => company?.close())

const Given = z.object({ about: z.string() })
const clerk = agent({
  name: 'clerk',
  version: 1,
  does: 'Notes.',
  input: Given,
  output: z.object({ body: z.string() }),
  tier: 'standard',
  instructions: './clerk.md',
  allow: [shop.note],
})
const flow = workflow({ name: 'clerical', input: Given }, (flow, given) =>
  flow.task('work', clerk, { about: given.get('about') }),
)

/** A model that first calls a tool with exactly this text as its input, then goes on as the script says. */
function calling(input: string, then: Reply[]) {
  const scripted = scriptedModel([{ tools: [{ name: 'shop.note', input: {} }] }, ...then])
  const open = async (): Promise<LanguageModelV4> => {
    const language = (await scripted.open(() => '')) as LanguageModelV4
    const doGenerate: LanguageModelV4['doGenerate'] = async (options) => {
      const answer = await language.doGenerate(options)
      const content = answer.content.map((part) => (part.type === 'tool-call' ? { ...part, input } : part))
      return { ...answer, content, usage: plainUsage(1, 1) }
    }
    return { ...language, doGenerate }
  }
  return { ...scripted, streams: false, open } as typeof scripted
}

test.each([101, 3000, 100_000])(
  'a tool that is called with JSON nested %i deep is a bad call, and no end',
  async (deep) => {
    const input = `{"to":"a","text":"b","more":${'['.repeat(deep)}${']'.repeat(deep)}}`
    const model = calling(input, [{ output: { body: 'fine' } }])
    company = await openTestCompany(
      { workflows: [flow], agents: [clerk], adapters: [provider('key').adapter], models: { standard: [model] } },
      { 'agents/clerk.md': 'Note.' },
    )
    const run = await company.run('clerical', { about: 'tea' })
    expect(await company.output(run)).toEqual({ body: 'fine' })
    expect(model.calls[1]?.prompt).toContain('nested deeper than 100')
  },
)

import { expect, test } from 'vitest'
import type { AgentBody } from '../../src/agents/artifact.ts'
import { askAgain, firstTurn, type Given } from '../../src/agents/prompt.ts'
import { ask } from '../../src/models/ask.ts'
import { offline } from '../../src/models/offline.ts'
import { openModel } from '../../src/models/open.ts'
import type { IdentityId } from '../../src/values/id.ts'

const body: AgentBody = {
  kind: 'agent',
  name: 'writer',
  version: 1,
  does: 'Writes the issue.',
  input: {},
  output: { type: 'object', properties: { markdown: { type: 'string' } }, required: ['markdown'] },
  tier: 'standard',
  instructions: 'Write well.',
  allow: [],
  budget: null,
  maxTurns: 12,
  code: null,
}
const items = Array.from({ length: 9 }, (_, at) => ({
  title: `Entry ${at}`,
  url: `https://a.example/${at}`,
  text: `Report ${at} on \`bees\` is out.`,
}))

test("the offline model reads an agent's prompt: its inputs, and the operator's comment on the last try", async () => {
  expect(await lines(null)).toBe(6)
  expect(await lines('Shorter, please.')).toBe(3)
})

test('the offline model says first what it did not say before, and quotes no line of memory', async () => {
  const said = { tokens: 9, origin: 'system', at: null, day: null, score: 1, why: 'words' } as const
  const source = { tier: 'history', seq: 4, kind: 'task.done', identity: 'idn_ana' as IdentityId } as const
  const text = 'writer markdown: - **Entry 0** — Report 0 on bees is out.'
  const memory = { lines: [{ mark: 'm1', text, source, ...said }], left: 0 }
  const made = await written({ memory })
  expect(made).toContain('Report 1')
  expect(made).not.toContain('Report 0')
  expect(await written({})).toContain('Report 0')
})

async function lines(comment: string | null): Promise<number> {
  const returned = comment === null ? null : { comment, last: { markdown: 'long' } }
  return (await written({ returned })).split('\n').filter((line) => line.startsWith('- ')).length
}

async function written(given: Partial<Given>): Promise<string> {
  const asked = { inputs: { notes: { items } }, origins: {}, returned: null, ...given }
  const { system, messages, output } = firstTurn(body, asked)
  const turn = await ask(await openModel(offline(), () => ''), {
    system,
    messages: [...messages, askAgain('it is not good')],
    tools: [],
    output,
    maxOutputTokens: 8192,
    signal: new AbortController().signal,
  })
  return (turn.object as unknown as { output: { markdown: string } }).output.markdown
}

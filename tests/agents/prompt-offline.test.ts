import { expect, test } from 'vitest'
import type { AgentBody } from '../../src/agents/artifact.ts'
import { askAgain, firstTurn } from '../../src/agents/prompt.ts'
import { ask } from '../../src/models/ask.ts'
import { offline } from '../../src/models/offline.ts'
import { openModel } from '../../src/models/open.ts'

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

async function lines(comment: string | null): Promise<number> {
  const returned = comment === null ? null : { comment, last: { markdown: 'long' } }
  const { system, messages, output } = firstTurn(body, { inputs: { notes: { items } }, origins: {}, returned })
  const turn = await ask(await openModel(offline(), () => ''), {
    system,
    messages: [...messages, askAgain('it is not good')],
    tools: [],
    output,
    maxOutputTokens: 8192,
    signal: new AbortController().signal,
  })
  const { output: made } = turn.object as unknown as { output: { markdown: string } }
  return made.markdown.split('\n').filter((line) => line.startsWith('- ')).length
}

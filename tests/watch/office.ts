import { onTestFinished } from 'vitest'
import { z } from 'zod'
import { agent, compatible, usd, workflow } from '../../src/index.ts'
import type { Telemetry } from '../../src/os/config.ts'
import { openWatch } from '../../src/os/watch/watch.ts'
import { openTestCompany } from '../executor/company.ts'
import { provider, shop } from '../executor/shop.ts'
import { type ChatRequest, type ChatServer, chatServer, completion, json, tokens } from '../models/chat-server.ts'

/** What no span may hold unless it is asked for, and what none may hold at all. */
export const person = 'zora.quillfeather@example.org'
export const secret = 'sk-hunter2-hunter2-hunter2'

const clerk = agent({
  name: 'clerk',
  version: 3,
  does: 'Answers a letter.',
  tier: 'standard',
  instructions: './clerk.md',
  input: z.object({ letter: z.string() }),
  output: z.object({ to: z.string(), text: z.string() }),
  allow: [shop.look, shop.note],
})
const answer = workflow({ name: 'answer', input: z.object({ letter: z.string() }) }, (flow, given) => {
  const draft = flow.task('draft', clerk, { letter: given.get('letter') })
  const looked = flow.gate('look', draft, { ask: 'Send it?', kind: 'confirm', covers: [shop.post], otherwise: 'wait' })
  return flow.task('send', shop.post, { to: looked.get('to'), text: looked.get('text') })
})

/** What the model's server answers, in order: it fails, asks for two tools (one that there is not), and answers. */
export const usualAnswers: readonly ((server: ChatServer, request: ChatRequest) => [number, unknown])[] = [
  () => [503, { error: { message: `no room for ${person}` } }],
  () => [
    200,
    {
      ...completion(
        {
          tool_calls: [
            {
              id: 'call_7',
              type: 'function',
              function: { name: 'shop_note', arguments: JSON.stringify({ to: 'x', text: person }) },
            },
            { id: 'call_8', type: 'function', function: { name: 'shop_burn', arguments: '{}' } },
          ],
        },
        tokens(120, 30),
        'tool_calls',
      ),
      id: 'answer-1',
      model: 'small-2026-01-31',
    },
  ],
  () => [
    200,
    {
      ...completion(
        { content: JSON.stringify({ output: { to: person, text: `Dear ${person}` }, confidence: 0.9 }) },
        tokens(200, 50),
      ),
      id: 'answer-2',
      model: 'small-2026-01-31',
    },
  ],
]

/** A company with one workflow, whose model is a server on loopback and whose journal is watched. */
export async function openOffice(
  telemetry: Telemetry,
  env: Readonly<Record<string, string>> = {},
  answers = usualAnswers,
) {
  let asked = 0
  const server: ChatServer = await chatServer((response, request) => {
    const [status, body] = answers[asked++]?.(server, request) ?? [500, {}]
    json(response, status, body)
  })
  const price = { perMillionIn: usd(1), perMillionOut: usd(2) }
  const model = compatible({ name: 'gateway', url: server.url, model: 'small', price, secret: 'gateway.key' })
  const corner = provider('key')
  const company = await openTestCompany(
    { workflows: [answer], agents: [clerk], adapters: [corner.adapter], models: { standard: [model] }, telemetry },
    { 'agents/clerk.md': `Be kind. The key is ${secret}.` },
  )
  await company.kernel.store.write((tx) => company.kernel.vault.setSecret(tx, 'gateway.key', secret))
  const watch = openWatch(company.kernel, company.config, env)
  onTestFinished(async () => {
    await company.close()
    await server.close()
  })
  return { ...company, corner, server, watch: watch! }
}
export type Office = Awaited<ReturnType<typeof openOffice>>

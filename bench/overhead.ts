import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parseArgs } from 'node:util'
import { generateText } from 'ai'
import { z } from 'zod'
import type { Agent } from '../src/agents/agent.ts'
import { type Mind, modelTurn, type Prompt } from '../src/executor/model-turn.ts'
import type { Perform } from '../src/executor/perform.ts'
import { agent, compatible, usd, workflow } from '../src/index.ts'
import { microUsd } from '../src/values/money.ts'
import { openBench } from './company.ts'
import { quantile, report } from './measure.ts'

// What a model call costs that goes through the executor (controls, breaker, reservation, journal, settlement, all on disk) over the bare
// call of the AI SDK to the same server, which answers at once: one of each in turn, in one process. `node bench/overhead.ts [--calls 300]`
const { values } = parseArgs({ options: { calls: { type: 'string', default: '300' } } })
const calls = Number(values.calls)
const warmUp = 50

const Answer = z.object({ text: z.string() })
const said = JSON.stringify({ output: { text: 'tea' }, confidence: 0.9 })
const completion = JSON.stringify({
  id: 'chat-1',
  object: 'chat.completion',
  created: 1,
  model: 'small',
  choices: [{ index: 0, message: { role: 'assistant', content: said }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 40, completion_tokens: 12, total_tokens: 52 },
})
const server = createServer((request, response) => {
  request.resume()
  request.on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end(completion))
})
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`

const model = compatible({ name: 'local', url, model: 'small', price: { perMillionIn: usd(1), perMillionOut: usd(2) } })
const answerer = agent({
  name: 'answerer',
  version: 1,
  does: 'Answers.',
  input: Answer,
  output: Answer,
  tier: 'cheap',
  instructions: './answerer.md',
})
const flow = workflow({ name: 'one-call', input: Answer, lane: 'background' }, (made, given) =>
  made.task('answer', answerer, { text: given.get('text') }),
)
const prompt: Prompt = {
  system: 'Give back the text that you are given.',
  messages: [{ role: 'user', content: 'tea' }],
  tools: [],
  output: null,
}

let ended = Promise.withResolvers<Took>()
/** The turn alone, timed: what comes before and after it is the task's, not the call's. */
const perform: Perform = async (attempt) => {
  const mind: Mind = { tier: 'cheap', lowest: (answerer as Agent<unknown, unknown>).lowest }
  const began = process.cpuUsage()
  const from = performance.now()
  const turned = await modelTurn(attempt, 'turn/1', mind, prompt, 'operator')
  const took = { wall: performance.now() - from, cpu: cpuSince(began) }
  if (turned.kind !== 'turned') throw new Error(`the turn ended as ${turned.kind}`)
  setImmediate(() => ended.resolve(took))
  return { kind: 'done', outcome: { output: { text: turned.turn.text }, cost: microUsd(0) }, origin: 'operator' }
}

const company = await openBench({ workflows: [flow], models: { cheap: [model] } }, 1, perform)
const language = await model.open(() => '')
const bare: Took[] = []
const ours: Took[] = []
for (let call = 0; call < calls + warmUp; call += 1) {
  const one = await bareCall()
  const other = await ourCall()
  if (call < warmUp) continue
  bare.push(one)
  ours.push(other)
}
await company.close()
server.close()

const kinds = { 'bare call of the AI SDK': bare, 'the same call through the executor': ours }
for (const [name, took] of Object.entries(kinds)) tell(name, took)
const over = ours.map(
  ({ wall, cpu }, call): Took => ({ wall: wall - (bare[call]?.wall ?? 0), cpu: cpu - (bare[call]?.cpu ?? 0) }),
)
tell('overhead of one call', over, 'under 3')
const ratio = (of: keyof Took): number => middle(ours, of) / middle(bare, of)
report({ name: 'ratio of the medians', value: ratio('wall'), unit: '' })
report({ name: '  of their CPU time', value: ratio('cpu'), unit: '' })

function tell(name: string, took: readonly Took[], goal?: string): void {
  report({ name: `${name}, p50`, value: middle(took, 'wall'), unit: 'ms', ...(goal ? { goal } : {}) })
  const walls = took.map(({ wall }) => wall)
  report({ name: `${name}, p99`, value: quantile(walls, 0.99), unit: 'ms' })
  report({ name: '  CPU time, p50', value: middle(took, 'cpu'), unit: 'ms' })
}

function middle(took: readonly Took[], of: keyof Took): number {
  return quantile(
    took.map((one) => one[of]),
    0.5,
  )
}

interface Took {
  readonly wall: number
  /** Of this process, the server that answers included: what a busy machine disturbs least. */
  readonly cpu: number
}

function cpuSince(began: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(began)
  return (user + system) / 1000
}

async function bareCall(): Promise<Took> {
  const began = process.cpuUsage()
  const from = performance.now()
  const { text } = await generateText({
    model: language,
    instructions: prompt.system,
    messages: [...prompt.messages],
    maxOutputTokens: model.maxOutputTokens,
    maxRetries: 0,
  })
  if (text !== said) throw new Error(`it said ${text}`)
  return { wall: performance.now() - from, cpu: cpuSince(began) }
}

async function ourCall(): Promise<Took> {
  ended = Promise.withResolvers<Took>()
  await company.start('one-call', { text: 'tea' })
  return ended.promise
}

import { expect, test } from 'vitest'
import { decide } from '../../src/executor/decide.ts'
import { hours, minutes } from '../../src/values/time.ts'
import { begin } from '../executor/company.ts'
import { type Office, openOffice, person, secret } from './office.ts'
import { type Arrived, type Receiver, receiver } from './receiver.ts'

/** A letter is answered: the model fails once, uses tools, the operator approves, and the answer goes out. */
async function play(office: Office) {
  const run = await office.run('answer', { letter: `My key is ${secret}. Yours, ${person}` })
  await office.clock.advance(minutes(30))
  await office.worker.idle()
  const [gate] = await office.gates()
  await office.clock.advance(hours(2))
  await decide(office.kernel, gate!.id, { verdict: 'approved' })
  await office.worker.idle()
  expect(await office.stateOf(run)).toBe('done')
  await office.watch.flush()
  return run
}

const named = (collector: Receiver, name: string): Arrived[] => collector.spans().filter((span) => span.name === name)
const milliseconds = (nano: string): number => Number(BigInt(nano) / 1_000_000n)

test('a turn of a model carries what the conventions require, answered or not', async () => {
  const collector = await receiver()
  const office = await openOffice({ otlp: { url: collector.url } })
  await play(office)
  const port = Number(new URL(office.server.url).port)
  const model = {
    'gen_ai.provider.name': 'gateway',
    'gen_ai.request.model': 'small',
    'server.address': '127.0.0.1',
    'server.port': port,
  }
  const [failed, first, second] = named(collector, 'chat small')
  expect(failed).toMatchObject({
    kind: 3,
    status: { code: 2 },
    attributes: { ...model, 'gen_ai.operation.name': 'chat', 'error.type': 'model.unreachable' },
  })
  expect(first).toMatchObject({
    kind: 3,
    status: { code: 0 },
    attributes: {
      ...model,
      'gen_ai.operation.name': 'chat',
      'gen_ai.output.type': 'json',
      'gen_ai.request.max_tokens': 8192,
      'gen_ai.response.model': 'small-2026-01-31',
      'gen_ai.response.id': 'answer-1',
      'gen_ai.response.finish_reasons': ['tool_call'],
      'gen_ai.usage.input_tokens': 120,
      'gen_ai.usage.output_tokens': 30,
      'soloist.cost.usd': 0.00018,
    },
  })
  expect(second?.attributes).toMatchObject({ 'gen_ai.response.finish_reasons': ['stop'] })
})

test('tools, agents and the run itself carry what the conventions require', async () => {
  const collector = await receiver()
  const office = await openOffice({ otlp: { url: collector.url } })
  const run = await play(office)
  const [tool] = named(collector, 'execute_tool shop.note')
  expect(tool).toMatchObject({
    kind: 1,
    attributes: {
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': 'shop.note',
      'gen_ai.tool.call.id': 'call_7',
      'gen_ai.tool.type': 'function',
      'gen_ai.tool.description': 'Notes.',
    },
  })
  expect(named(collector, 'execute_tool unknown')[0]).toMatchObject({
    status: { code: 2 },
    attributes: { 'error.type': '_OTHER', 'gen_ai.tool.call.id': 'call_8' },
  })
  expect(named(collector, 'invoke_agent clerk').at(-1)).toMatchObject({
    kind: 1,
    attributes: {
      'gen_ai.provider.name': 'gateway',
      'gen_ai.request.model': 'small',
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.agent.name': 'clerk',
      'gen_ai.agent.version': '3',
      'gen_ai.agent.id': expect.stringMatching(/^[0-9a-f]{64}$/),
      'gen_ai.agent.description': 'Answers a letter.',
    },
  })
  expect(named(collector, 'invoke_workflow answer')[0]?.attributes).toMatchObject({
    'gen_ai.operation.name': 'invoke_workflow',
    'gen_ai.workflow.name': 'answer',
    'soloist.run.id': run,
    'soloist.run.outcome': 'done',
  })
})

test('a run is one trace, and every span in it hangs on one that is there', async () => {
  const collector = await receiver()
  const office = await openOffice({ otlp: { url: collector.url } })
  await play(office)
  const spans = collector.spans()
  expect(new Set(spans.map((span) => span.traceId)).size).toBe(1)
  expect(new Set(spans.map((span) => span.spanId)).size).toBe(spans.length)
  const byId = new Map(spans.map((span) => [span.spanId, span]))
  const parent = (span: Arrived | undefined) => byId.get(span?.parentSpanId ?? '')?.name
  expect(spans.filter((span) => !span.parentSpanId).map((span) => span.name)).toEqual(['invoke_workflow answer'])
  expect(spans.filter((span) => span.parentSpanId && !byId.has(span.parentSpanId))).toEqual([])
  expect(named(collector, 'chat small').map(parent)).toEqual(Array(3).fill('invoke_agent clerk'))
  expect(parent(named(collector, 'execute_tool shop.note')[0])).toBe('invoke_agent clerk')
  expect(parent(named(collector, 'invoke_agent clerk')[0])).toBe('task draft')
  expect(parent(named(collector, 'task draft')[0])).toBe('invoke_workflow answer')
  expect(parent(named(collector, 'shop.post')[0])).toBe('task send')
  expect(parent(named(collector, 'plan answer')[0])).toBe('invoke_workflow answer')
  expect(named(collector, 'task draft').map((span) => span.attributes['soloist.task.outcome'])).toEqual([
    'retried',
    'done',
  ])
})

test('spans last as long as what they are about: a gate as long as it waited', async () => {
  const collector = await receiver()
  const office = await openOffice({ otlp: { url: collector.url } })
  await play(office)
  const [gate] = named(collector, 'gate look')
  expect(milliseconds(gate!.endTimeUnixNano) - milliseconds(gate!.startTimeUnixNano)).toBe(hours(2))
  expect(gate?.attributes).toMatchObject({ 'soloist.gate.verdict': 'approved', 'soloist.gate.reason': 'review' })
  const [root] = named(collector, 'invoke_workflow answer')
  expect(milliseconds(root!.startTimeUnixNano)).toBe(begin)
  expect(milliseconds(root!.endTimeUnixNano)).toBe(begin + hours(2.5))
  expect(named(collector, 'shop.post')[0]).toMatchObject({
    kind: 3,
    attributes: { 'soloist.adapter': 'corner', 'service.peer.name': 'corner', 'soloist.effect.outcome': 'done' },
  })
})

test('no secret and no personal text leaves, in attributes, in names or in errors', async () => {
  const collector = await receiver()
  const office = await openOffice({ otlp: { url: collector.url } })
  await play(office)
  expect(collector.spans().length).toBeGreaterThan(8)
  expect(collector.text()).not.toContain('quillfeather')
  expect(collector.text()).not.toContain('hunter2')
  expect(collector.text()).not.toContain('Be kind')
  expect(collector.text()).not.toContain('messages')
})

test('content that was asked for has the form of the conventions, and still no secret', async () => {
  const collector = await receiver()
  const office = await openOffice({ otlp: { url: collector.url }, content: true })
  await play(office)
  const attribute = (span: Arrived | undefined, name: string) => JSON.parse(String(span?.attributes[name]))
  const [, first, second] = named(collector, 'chat small')
  expect(attribute(first, 'gen_ai.system_instructions')).toEqual([
    { type: 'text', content: expect.stringContaining('Be kind.') },
  ])
  expect(attribute(first, 'gen_ai.input.messages')).toEqual([
    { role: 'user', parts: [{ type: 'text', content: expect.stringContaining(person) }] },
  ])
  expect(attribute(first, 'gen_ai.output.messages')).toMatchObject([
    {
      role: 'assistant',
      parts: [{ type: 'tool_call', id: 'call_7', arguments: { text: person } }, {}],
      finish_reason: 'tool_call',
    },
  ])
  expect(attribute(second, 'gen_ai.input.messages').map((one: { role: string }) => one.role)).toEqual([
    'user',
    'assistant',
    'tool',
  ])
  const [tool] = named(collector, 'execute_tool shop.note')
  expect(attribute(tool, 'gen_ai.tool.call.arguments')).toEqual({ to: 'x', text: person })
  expect(attribute(tool, 'gen_ai.tool.call.result')).toEqual({ id: 'note x', text: person })
  expect(collector.text()).not.toContain('hunter2')
})

import { expect, test } from 'vitest'
import { decide } from '../../src/executor/decide.ts'
import { minutes } from '../../src/values/time.ts'
import { openOffice, person, usualAnswers } from './office.ts'
import { type Receiver, receiver } from './receiver.ts'

const of = (collector: Receiver, metric: string) => collector.points().filter((point) => point.metric === metric)

async function played(collector: Receiver) {
  const office = await openOffice({ otlp: { url: collector.url } })
  const run = await office.run('answer', { letter: person })
  await office.clock.advance(minutes(30))
  await office.worker.idle()
  await office.watch.flush()
  return { office, run }
}

test('tokens and durations of model calls are histograms with the bounds of the conventions', async () => {
  const collector = await receiver()
  await played(collector)
  const tokens = of(collector, 'gen_ai.client.token.usage')
  expect(tokens.map(({ attributes, sum, count }) => [attributes['gen_ai.token.type'], sum, count])).toEqual([
    ['input', 320, 2],
    ['output', 80, 2],
  ])
  expect(tokens[0]).toMatchObject({
    unit: '{token}',
    bounds: [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864],
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'gateway',
      'gen_ai.request.model': 'small',
      'gen_ai.response.model': 'small-2026-01-31',
      'server.address': '127.0.0.1',
    },
  })
  const durations = of(collector, 'gen_ai.client.operation.duration')
  expect(durations.map(({ count, attributes }) => [count, attributes['error.type']])).toEqual([
    [1, 'model.unreachable'],
    [2, undefined],
  ])
  expect(durations[0]).toMatchObject({
    unit: 's',
    bounds: [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92],
  })
})

test('tasks, effects, open gates, the queue, the mode and what was paid are counted', async () => {
  const collector = await receiver()
  const { office } = await played(collector)
  expect(
    of(collector, 'soloist.gates.open').map(({ attributes, value }) => [attributes['soloist.gate.kind'], value]),
  ).toEqual([
    ['batch', 0],
    ['confirm', 1],
  ])
  // Two answers that were paid for: 320 tokens in at $1 and 80 out at $2 a million. The worst case of the one that failed is not confirmed.
  expect(of(collector, 'soloist.cost')).toMatchObject([
    { unit: 'USD', value: expect.closeTo(0.00048, 9), attributes: { 'soloist.workflow': 'answer' } },
  ])
  expect(of(collector, 'soloist.mode').map(({ attributes, value }) => [attributes['soloist.mode'], value])).toEqual([
    ['normal', 1],
    ['degraded', 0],
    ['paused', 0],
  ])
  expect(of(collector, 'soloist.breakers.open').map(({ value }) => value)).toEqual([0])
  const [gate] = await office.gates()
  await decide(office.kernel, gate!.id, { verdict: 'approved' })
  await office.watch.flush()
  expect(of(collector, 'soloist.queue.depth').map(({ value }) => value)).toEqual([1, 0])
  await office.worker.idle()
  await office.watch.flush()
  const outcomes = of(collector, 'soloist.tasks').map(
    ({ attributes, value }) => `${attributes['soloist.task.kind']} ${attributes['soloist.task.outcome']} ${value}`,
  )
  expect(outcomes.sort()).toEqual(['action done 1', 'agent done 1', 'agent retried 1', 'gate done 1', 'gate held 1'])
  expect(of(collector, 'soloist.effects').map(({ attributes }) => attributes)).toEqual([
    { 'soloist.action': 'shop.note', 'soloist.adapter': 'corner', 'soloist.effect.outcome': 'done' },
    { 'soloist.action': 'shop.post', 'soloist.adapter': 'corner', 'soloist.effect.outcome': 'done' },
  ])
})

test('what a model did not count is neither measured nor said', async () => {
  const collector = await receiver()
  const uncounted = usualAnswers.slice(1).map((answer): (typeof usualAnswers)[number] => (server, request) => {
    const [status, body] = answer(server, request)
    return [status, { ...(body as object), usage: undefined }]
  })
  const office = await openOffice({ otlp: { url: collector.url } }, {}, uncounted)
  await office.run('answer', { letter: person })
  await office.watch.flush()
  expect(of(collector, 'gen_ai.client.token.usage')).toEqual([])
  const [chat] = collector.spans().filter((span) => span.name === 'chat small')
  expect(Object.keys(chat?.attributes ?? {}).filter((name) => name.startsWith('gen_ai.usage'))).toEqual([])
})

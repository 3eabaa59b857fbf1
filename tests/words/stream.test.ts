import { expect, test } from 'vitest'
import { type SentEvent, serverSentEvents } from '../../src/cli/event-source.ts'
import { finish, openSpeakers, say } from './company.ts'

async function* eventsOf(url: string, headers: Readonly<Record<string, string>>): AsyncGenerator<SentEvent> {
  yield* serverSentEvents(await fetch(url, { headers }))
}

async function next(events: AsyncGenerator<SentEvent>, kind: string): Promise<unknown> {
  for (;;) {
    const { value, done } = await events.next()
    if (done) throw new Error(`no ${kind} came`)
    if (value.event === kind) return JSON.parse(value.data)
  }
}

test('what a model says is heard while it speaks, and the journal has the answer only when it is whole', async () => {
  const { os, asked, address } = await openSpeakers()
  const { url, headers } = await address()
  os.work()
  const run = await os.start('letter', { about: 'tea' }, 'operator')
  const events = eventsOf(`${url}/api/events/stream?run=${run}&after=0&words=true`, headers)
  await next(events, 'task.claimed')
  const response = await asked()
  say(response, '{"output":{"subject":"Tea","body":"Dear ')
  const first = await next(events, 'words')
  const [task] = (await os.store.read.selectFrom('tasks').select('id').execute()).map(({ id }) => id)
  expect(first).toEqual({
    run,
    task,
    name: 'write',
    call: 1,
    model: 'acme/m',
    text: '{"output":{"subject":"Tea","body":"Dear ',
  })
  expect(await os.store.read.selectFrom('steps').select('key').execute()).toEqual([])
  finish(response, 'Ana"},"confidence":0.9}')
  expect(await next(events, 'words')).toMatchObject({ call: 1, text: 'Ana"},"confidence":0.9}' })
  expect(await next(events, 'step.done')).toMatchObject({ run })
  await next(events, 'run.done')
  await events.return(undefined)
})

test('a call that broke off is followed by another one, told apart', async () => {
  const { os, asked, address } = await openSpeakers()
  const { url, headers } = await address()
  os.work()
  const run = await os.start('letter', { about: 'tea' }, 'operator')
  const events = eventsOf(`${url}/api/events/stream?run=${run}&words=true`, headers)
  const broken = await asked()
  say(broken, '{"output":{"subject":"Te')
  expect(await next(events, 'words')).toMatchObject({ call: 1 })
  broken.destroy()
  const whole = await asked()
  say(whole, '{"output":{"subject":"Coffee')
  expect(await next(events, 'words')).toMatchObject({ call: 2, text: '{"output":{"subject":"Coffee' })
  finish(whole, '","body":"Yes"},"confidence":0.9}')
  await next(events, 'run.done')
  await events.return(undefined)
})

test('a secret that a model says is heard by nobody, however it is cut', async () => {
  const { os, asked, address } = await openSpeakers()
  await os.store.write((tx) => os.vault.setSecret(tx, 'bank', 'PIN-4711-0815'))
  const { url, headers } = await address()
  os.work()
  const run = await os.start('letter', { about: 'tea' }, 'operator')
  const events = eventsOf(`${url}/api/events/stream?run=${run}&words=true`, headers)
  const response = await asked()
  say(response, '{"output":{"subject":"It is PIN-47')
  expect(await next(events, 'words')).toMatchObject({ text: '{"output":{"subject":"It is ' })
  say(response, '11-0815, ')
  expect(await next(events, 'words')).toMatchObject({ text: '[secret bank], ' })
  finish(response, 'keep it","body":"Yes"},"confidence":0.9}')
  await next(events, 'run.done')
  await events.return(undefined)
})

test('nobody hears words who did not ask for them, nor of work that nobody waits for', async () => {
  const { os, asked, address } = await openSpeakers()
  const { url, headers } = await address()
  os.work()
  const heard: string[] = []
  os.speaking.listen(undefined, ({ text }) => heard.push(text))
  const quiet = await os.start('quiet', { about: 'tea' }, 'operator')
  const events = eventsOf(`${url}/api/events/stream?run=${quiet}&after=0`, headers)
  const answer = '{"output":{"subject":"Tea","body":"Yes"},"confidence":0.9}'
  const background = await asked()
  expect(background.req.method).toBe('POST')
  const choice = { index: 0, message: { role: 'assistant', content: answer }, finish_reason: 'stop' }
  const usage = { prompt_tokens: 7, completion_tokens: 5, total_tokens: 12 }
  background
    .writeHead(200, { 'content-type': 'application/json' })
    .end(JSON.stringify({ id: 'c1', object: 'chat.completion', created: 1, model: 'm', choices: [choice], usage }))
  await next(events, 'run.done')
  expect(heard).toEqual([])
  const run = await os.start('letter', { about: 'tea' }, 'operator')
  const loud = eventsOf(`${url}/api/events/stream?run=${run}&after=0`, headers)
  finish(await asked(), answer)
  const kinds: string[] = []
  for await (const { event } of loud) {
    kinds.push(event)
    if (event === 'run.done') break
  }
  expect(heard.join('')).toBe(answer)
  expect(kinds).not.toContain('words')
})

test('words are asked for by true or false', async () => {
  const { address } = await openSpeakers()
  const { url, headers } = await address()
  const answer = await fetch(`${url}/api/events/stream?words=yes`, { headers })
  expect([answer.status, await answer.json()]).toMatchObject([400, { fault: { code: 'input.invalid' } }])
})

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Served, serve } from '../../src/api/serve.ts'
import { openTestCompany, type TestCompany } from './company.ts'

let desk: TestCompany
let served: Served
let token: string
const readers: Reader[] = []

beforeEach(async () => {
  desk = await openTestCompany()
  served = await serve(desk.os, { port: 0 })
  token = (await readFile(join(desk.folder, '.soloist', 'token'), 'utf8')).trim()
})
afterEach(async () => {
  for (const reader of readers.splice(0)) await reader.leave()
  await served.close()
  await desk.close()
})

/** Reads server-sent events one after the other. */
class Reader {
  readonly #chunks: ReadableStreamDefaultReader<string>
  #text = ''
  constructor(body: ReadableStream<Uint8Array>) {
    this.#chunks = body.pipeThrough(new TextDecoderStream() as never).getReader() as never
  }
  /** The next block; `undefined` at the end. */
  async next(): Promise<string | undefined> {
    while (!this.#text.includes('\n\n')) {
      const { value, done } = await this.#chunks.read()
      if (done) return undefined
      this.#text += value
    }
    const end = this.#text.indexOf('\n\n')
    const block = this.#text.slice(0, end)
    this.#text = this.#text.slice(end + 2)
    return block
  }
  async leave(): Promise<void> {
    await this.#chunks.cancel()
  }
}

async function open(query = '', headers: Record<string, string> = {}): Promise<Reader> {
  const answer = await fetch(`${served.url}/api/events/stream${query}`, {
    headers: { authorization: `Bearer ${token}`, ...headers },
  })
  if (!answer.body) throw new Error('no body')
  const reader = new Reader(answer.body)
  readers.push(reader)
  expect(await reader.next()).toBe(': connected')
  return reader
}

test('a stream gives what happens from now on', async () => {
  await desk.rows.person('before', 'Before', 'before@example.org')
  const reader = await open()
  await desk.rows.person('ana', 'Ana', 'ana@example.org')
  const block = await reader.next()
  expect(block).toContain('event: identity.created')
  expect(block).toContain('id: 2')
  expect(block).toContain('"name":"Ana"')
})

test('a stream goes on after the last event that was seen, leaving none out', async () => {
  for (let count = 0; count < 250; count += 1) await desk.rows.person(`p${count}`, 'P', `p${count}@example.org`)
  const reader = await open('', { 'last-event-id': '3' })
  const ids: string[] = []
  while (ids.length < 247) ids.push(/id: (\d+)/.exec((await reader.next()) ?? '')?.[1] ?? '')
  expect(ids).toEqual(Array.from({ length: 247 }, (_, index) => String(index + 4)))
})

test('a stream of a run gives only its events', async () => {
  const run = await desk.rows.startRun({})
  const reader = await open(`?run=${run}&after=0`)
  await desk.rows.person('ana', 'Ana', 'ana@example.org')
  await desk.rows.endRun(run, 'done')
  const kinds = []
  for (let count = 0; count < 3; count += 1) kinds.push(/event: (\S+)/.exec((await reader.next()) ?? '')?.[1])
  expect(kinds).toEqual(['run.started', 'task.added', 'run.done'])
})

test('a silent stream says that it is still there', async () => {
  const reader = await open()
  const block = reader.next()
  // The heartbeat is armed once the first page was read, which the answer of another request outlasts.
  while (desk.clock.sleepers === 0) await fetch(`${served.url}/api/health`)
  desk.clock.pass(20_000)
  expect(await block).toBe(': still here')
})

test('a desk that closes ends its streams', async () => {
  const reader = await open()
  await served.close()
  expect(await reader.next()).toBeUndefined()
  served = await serve(desk.os, { port: 0 })
})

test.each(['x', '-1', '1.5'])('%s is no place in the journal', async (place) => {
  const answer = await fetch(`${served.url}/api/events/stream`, {
    headers: { authorization: `Bearer ${token}`, 'last-event-id': place },
  })
  expect(answer.status).toBe(400)
})

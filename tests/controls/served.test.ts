import type { ServerResponse } from 'node:http'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { systemClock } from '../../src/store/clock.ts'
import { type ChatServer, chatServer, completion, json, tokens } from '../models/chat-server.ts'
import { ServedCompany } from './served-company.ts'

// In CI each once, by one desk or the other; in the whole proof by both.
const full = Boolean(process.env.PROOF)
const some = (by: keyof typeof desks) => (full ? (['cli', 'api'] as const) : [by])
// Real processes and a real clock: what is measured is printed, and only the test's own time bounds it.
const patience = { timeout: 120_000 }

const clock = systemClock()
let server: ChatServer
let company: ServedCompany
let asked: { model: string; at: number; response: ServerResponse; gone: Promise<number> }[]
let waiting: (() => void) | undefined

beforeEach(() => {
  asked = []
})
beforeAll(async () => {
  // It hangs: nobody is answered unless the test says so.
  server = await chatServer((response, request) => {
    const gone = new Promise<number>((resolve) => response.on('close', () => resolve(clock.now())))
    asked.push({ model: String(request.body.model), at: clock.now(), response, gone })
    waiting?.()
  })
  company = new ServedCompany(server.url)
  await company.serve()
}, 120_000)
afterAll(async () => {
  await server.close()
  await company.close()
})

/** The n-th call of a model that came in, once it is there. */
async function call(index: number) {
  while (asked.length <= index) {
    await new Promise<void>((resolve) => {
      waiting = resolve
    })
  }
  return asked[index]!
}

function answer(response: ServerResponse): void {
  json(
    response,
    200,
    completion({ content: JSON.stringify({ output: { body: 'fine' }, confidence: 0.9 }) }, tokens(7, 900)),
  )
}

/** How a control is set: by a command, or by the API. */
const desks = {
  cli: {
    stop: () => company.soloist<{ id: string }>('control', 'stop', 'workflow:letters', '--why', 'a test'),
    throttle: () => company.soloist<{ id: string }>('control', 'throttle', 'workflow:letters', '--usd', '0.015'),
    downgrade: () => company.soloist<{ id: string }>('control', 'downgrade', 'agent:writer', 'cheap'),
    pause: () => company.soloist('pause'),
    lift: (id: string) => company.soloist('control', 'lift', id),
  },
  api: {
    stop: () => company.ask<{ id: string }>('POST', '/controls', { scope: 'workflow:letters', rule: { kind: 'stop' } }),
    throttle: () => set('workflow:letters', { kind: 'throttle', usd: 15_000 }),
    downgrade: () => set('agent:writer', { kind: 'downgrade', tier: 'cheap' }),
    pause: () => company.ask('POST', '/company/pause', {}),
    lift: (id: string) => company.ask('POST', `/controls/${id}/lift`, {}),
  },
} as const

const set = (scope: string, rule: object) => company.ask<{ id: string }>('POST', '/controls', { scope, rule })
const start = () => company.ask<{ id: string }>('POST', '/runs', { workflow: 'letters', input: {} })
const state = async (run: string) => (await company.ask<{ state: string }>('GET', `/runs/${run}`)).state

function measured(what: string, ms: number): void {
  process.stdout.write(`measured: ${what}: ${ms} ms\n`)
}

test.each(some('api'))(
  'a stop by the %s ends a call that hangs within a second, and a restart keeps it',
  patience,
  async (by) => {
    const run = await start()
    const hanging = await call(0)
    const before = await company.lastSeq()
    const { id } = await desks[by].stop()
    const stopped = await company.event(before, (event) => event.kind === 'control.set')
    const waits = await company.event(before, (event) => event.kind === 'task.postponed')
    measured(`stop by the ${by}, until its task waits`, waits.at - stopped.at)
    measured(`stop by the ${by}, until the call is cut`, (await hanging.gone) - stopped.at)
    expect(waits.payload).toHaveProperty('fault.code', 'control.stopped')
    await company.stop()
    await company.serve()
    expect(await state(run.id)).toBe('running')
    expect(asked).toHaveLength(1)
    const lifting = await company.lastSeq()
    await desks[by].lift(id)
    const again = await call(1)
    const lifted = await company.event(lifting, (event) => event.kind === 'control.lifted')
    measured(`lift by the ${by}, until it is asked again`, again.at - lifted.at)
    answer(again.response)
    answer((await call(2)).response)
    await company.event(lifting, (event) => event.kind === 'run.done')
  },
)

test.each(some('cli'))(
  'a throttle and a downgrade by the %s hold from the next call of a run at work',
  patience,
  async (by) => {
    const run = await start()
    const first = await call(0)
    expect(first.model).toBe('best')
    const before = await company.lastSeq()
    const { id } = await desks[by].throttle()
    answer(first.response)
    // The second call would be the second of some 0.01 dollars in this hour. It waits, and the first is settled meanwhile.
    const waits = await company.event(before, (event) => event.kind === 'task.postponed')
    const done = await company.event(before, (event) => event.kind === 'task.done')
    measured(`throttle by the ${by}, from the end of one task until the next waits`, waits.at - done.at)
    expect(waits.payload).toHaveProperty('fault.code', 'control.throttled')
    expect(asked).toHaveLength(1)
    const { id: low } = await desks[by].downgrade()
    await desks[by].lift(id)
    const second = await call(1)
    expect(second.model).toBe('small')
    answer(second.response)
    await company.event(before, (event) => event.kind === 'run.done')
    expect(await state(run.id)).toBe('done')
    await desks[by].lift(low)
  },
)

test.each(some('api'))(
  'after a pause by the %s no call begins, though one hangs; its answer is kept',
  patience,
  async (by) => {
    const run = await start()
    const hanging = await call(0)
    const before = await company.lastSeq()
    await desks[by].pause()
    const paused = await company.event(before, (event) => event.kind === 'company.paused')
    const other = await start()
    answer(hanging.response)
    // It was paid for: it is written down, and what follows from it waits.
    const done = await company.event(before, (event) => event.kind === 'task.done')
    measured(`pause by the ${by}: the call in flight ended after`, done.at - paused.at)
    await company.ask('POST', '/company/resume', {})
    const resumed = await company.event(before, (event) => event.kind === 'company.resumed')
    const next = await call(1)
    expect(asked.filter(({ at }) => at > paused.at && at < resumed.at)).toEqual([])
    measured(`resume after the ${by}'s pause, until the next call`, next.at - resumed.at)
    expect(await state(run.id)).toBe('running')
    for (const { id } of [run, other]) await company.ask('POST', `/runs/${id}/cancel`, { why: 'seen' })
  },
)

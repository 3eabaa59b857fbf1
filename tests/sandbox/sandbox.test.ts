import { readFileSync } from 'node:fs'
import { afterEach, expect, test } from 'vitest'
import type { LayerName } from '../../src/executor/sandbox/layers.ts'
import { openSandbox, type SandboxOptions } from '../../src/executor/sandbox/open-sandbox.ts'
import type { Job, Sandbox } from '../../src/executor/sandbox/sandbox.ts'
import { systemClock } from '../../src/store/clock.ts'
import { fault, Refusal } from '../../src/values/fault.ts'
import { instant, milliseconds, seconds } from '../../src/values/time.ts'

let sandbox: Sandbox
afterEach(() => sandbox?.close())

function open(more: Partial<SandboxOptions> = {}): void {
  sandbox = openSandbox({ clock: systemClock(), ...more })
}

function run(code: string, more: Partial<Job> = {}) {
  const usual = { who: 'tester', input: { a: 1 }, now: instant(1_000_000), seed: 'x' }
  return sandbox.run({ ...usual, code, signal: new AbortController().signal, ...more })
}

test('code is given its input, and what it returns comes back with the lines that it wrote', async () => {
  open()
  expect(await run(`const run = async ({ a }, { log }) => { log('one', { a }); return { b: a + 1 } }`)).toEqual({
    kind: 'done',
    output: { b: 2 },
    logs: ['one {"a":1}'],
  })
})

test('its clock stands still and its chance is the same for the same seed, and another for another', async () => {
  open()
  const code = `const run = () => [Date.now(), new Date().toISOString(), Date().slice(0, 15), new Date(5).getTime(),
    new Date().constructor === Date, new Intl.DateTimeFormat('en', { timeStyle: 'short', timeZone: 'UTC' }).format(),
    Temporal.Now.instant().epochMilliseconds, new Date().getTimezoneOffset(), Math.random(), Math.random()]`
  const one = await run(code)
  expect(await run(code)).toEqual(one)
  const expected = [1_000_000, '1970-01-01T00:16:40.000Z', 'Thu Jan 01 1970', 5, true, '12:16 AM', 1_000_000, 0]
  expect(one).toMatchObject({ output: [...expected, expect.any(Number), expect.any(Number)] })
  expect(await run(code, { seed: 'y' })).not.toEqual(one)
})

test('no two jobs share a process: what one leaves, the next does not find', async () => {
  open()
  await run('globalThis.left = 1; const run = () => 1')
  expect(await run('const run = () => typeof left')).toMatchObject({ output: 'undefined' })
})

test('of Node, the code sees nothing', async () => {
  open()
  const names = `['process', 'require', 'module', 'fetch', 'setTimeout', 'Buffer', 'WebAssembly', 'SharedArrayBuffer', 'Atomics']`
  expect(await run(`const run = () => ${names}.filter((name) => name in globalThis)`)).toMatchObject({ output: [] })
})

test('memory that runs full ends the code and says at what', async () => {
  open({ limits: { time: seconds(60), cpu: seconds(60) }, memory: { heap: 24, bytes: 100 * 2 ** 20 } })
  const bombs = ['new Array(10_000).fill({})', 'new Uint8Array(4_000_000).fill(1)']
  for (const bomb of bombs)
    expect(await run(`const run = () => { const held = []; for (;;) held.push(${bomb}) }`)).toMatchObject({
      kind: 'fault',
      fault: {
        about: expect.objectContaining({ who: 'tester' }),
        code: expect.stringMatching(/^sandbox\.(memory|failed)$/),
      },
    })
})

test('a loop is stopped by the time of the processor, a promise that nobody keeps by the time on the wall', async () => {
  open()
  const limits = { cpu: milliseconds(200), time: seconds(60) }
  expect(await run('const run = () => { for (;;); }', { limits })).toMatchObject({ fault: { code: 'sandbox.cpu' } })
  const short = { time: milliseconds(100) }
  expect(await run('const run = () => new Promise(() => {})', { limits: short })).toMatchObject({
    fault: { code: 'sandbox.time', about: { limit: '0.1 s' } },
  })
})

test('waiting for an answer is not its own time', async () => {
  open()
  const clock = systemClock()
  const slow = () =>
    new Promise<{ kind: 'value'; value: string }>((resolve) =>
      clock.wake(instant(clock.now() + 600), () => resolve({ kind: 'value', value: 'late' })),
    )
  const ran = await run(`const run = (input, { act }) => act('x', {})`, {
    answer: slow,
    limits: { time: milliseconds(500) },
  })
  expect(ran).toMatchObject({ output: 'late' })
})

test('whoever stops the attempt says why', async () => {
  open()
  const abort = new AbortController()
  const why = fault('task.cancelled', { task: 'work' })
  const answer = async () => {
    abort.abort(new Refusal(why))
    return { kind: 'value', value: null } as const
  }
  const code = `const run = async (input, { act }) => { await act('x', {}); for (;;); }`
  expect(await run(code, { signal: abort.signal, answer })).toMatchObject({ fault: why })
})

test('what it asks for is answered one after the other, in its order', async () => {
  open()
  const asked: unknown[] = []
  const answer: Job['answer'] = async (wish) => {
    asked.push(wish.what === 'act' ? wish.input : wish)
    await new Promise((resolve) => setImmediate(resolve))
    return { kind: 'value', value: asked.length }
  }
  const code = `const run = (input, { act }) => Promise.all([1, 2, 3].map((n) => act('x', { n })))`
  expect(await run(code, { answer })).toMatchObject({ output: [1, 2, 3] })
  expect(asked).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }])
})

test('a process that cannot be started is a fault that is tried again', async () => {
  open({ node: '/nowhere/node' })
  expect(await run('const run = () => 1')).toMatchObject({ fault: { code: 'sandbox.unavailable', retry: 'later' } })
  await sandbox.close()
  open({ node: '/nowhere/node', layers: new Set<LayerName>(['realm', 'permission']) })
  expect(await run('const run = () => 1')).toMatchObject({ fault: { code: 'sandbox.unavailable' } })
})

test('which walls stand is told, with the reason where one does not', async () => {
  open({ layers: new Set<LayerName>(['permission', 'realm']) })
  const states = await sandbox.layers()
  expect(states.map(({ name }) => name)).toEqual([
    'realm',
    'permission',
    'user',
    'limits',
    'network',
    'privileges',
    'watch',
  ])
  expect(states.filter(({ active }) => active).map(({ name }) => name)).toEqual(['realm', 'permission'])
  expect(states[2]).toMatchObject({ why: 'it is left out' })
})

test.runIf(process.platform === 'linux' && process.getuid?.() === 0)(
  'under root, each process has a user, a network and limits of its own, and no files of ours',
  async () => {
    open()
    const seen: string[] = []
    const own = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8')
    const answer = async () => {
      const pids = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ')
      const pid = pids.find((one) => !own.includes(one))
      seen.push(readFileSync(`/proc/${pid}/status`, 'utf8'), readFileSync(`/proc/${pid}/limits`, 'utf8'))
      seen.push(readFileSync(`/proc/${pid}/net/dev`, 'utf8'), readFileSync(`/proc/${pid}/environ`, 'utf8'))
      return { kind: 'value', value: null } as const
    }
    await run(`const run = (input, { act }) => act('x', {})`, { answer })
    const [status = '', limits = '', network = '', environment] = seen
    expect(Number(/^Uid:\s+(\d+)/m.exec(status)?.[1])).toBeGreaterThanOrEqual(61_184)
    expect(status).toMatch(/^CapEff:\s+0+$/m)
    expect(status).toMatch(/^NoNewPrivs:\s+1$/m)
    expect(limits).toMatch(/^Max file size\s+0\s+0/m)
    expect(limits).toMatch(/^Max cpu time\s+12\s+13/m)
    expect(
      network
        .trim()
        .split('\n')
        .slice(2)
        .map((line) => line.trim().split(':')[0]),
    ).toEqual(['lo'])
    expect(environment).toBe('')
  },
)

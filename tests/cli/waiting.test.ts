import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

// Real processes under the machine's clock: what is proved is that one stays alive for a pause, and leaves it when told to.
const bin = join(import.meta.dirname, '../../bin/soloist.js')
const config = `
import { existsSync, writeFileSync } from 'node:fs'
import { company, seconds, workflow } from 'soloist'
import { action, adapter, port } from 'soloist/adapters'
import { z } from 'zod'

const text = z.object({ text: z.string() })
const news = port('news', {
  read: action({ does: 'Reads.', risk: 'read', effect: 'none', input: text, output: text }),
})
const flaky = adapter(news, { name: 'flaky', secrets: [], timeout: seconds(5), connect: ({ folder }) => folder }, {
  read: {
    idempotency: 'none',
    async do(folder, input) {
      const tried = existsSync(folder + '/tried')
      writeFileSync(folder + '/tried', '')
      if (!tried || input.text === 'never') throw new Error('busy')
      return input
    },
  },
})
const retry = (text) => ({ attempts: 3, first: seconds(text === 'far' ? 600 : text === 'never' ? 50 : 1), factor: 1, most: seconds(600) })
const flow = (name) => workflow({ name, input: text }, (flow, input) =>
  flow.task('look', news.read, { text: input.get('text') }, { retry: retry(name) }))

export default company({
  name: 'Waiting',
  operator: { name: 'Op', email: 'op@example.org', timeZone: 'UTC' },
  workflows: [flow('near'), flow('never'), flow('far')],
  adapters: [flaky],
})
`

let folder: string
const running: ChildProcess[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'soloist-waiting-'))
  mkdirSync(join(folder, '.soloist'))
  writeFileSync(join(folder, 'soloist.config.ts'), config)
})

afterEach(async () => {
  for (const child of running.splice(0)) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

interface Typed {
  readonly child: ChildProcess
  readonly ended: Promise<{ readonly code: number | null; readonly out: string; readonly err: string }>
  /** Resolves when standard error, or output, says so. */
  says(what: RegExp): Promise<void>
}

function type(...argv: readonly string[]): Typed {
  const child = spawn(process.execPath, [bin, ...argv], {
    cwd: folder,
    env: { ...process.env, SOLOIST_VAULT_KEY: '00'.repeat(32) },
  })
  running.push(child)
  let [out, err] = ['', '']
  let heard: () => void = () => undefined
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
    heard()
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text
    heard()
  })
  return {
    child,
    ended: once(child, 'close').then(([code]) => ({ code: code as number | null, out, err })),
    says: (what) =>
      new Promise((resolve) => {
        heard = () => what.test(out + err) && resolve()
        heard()
      }),
  }
}

test('a retry that is due within a minute is waited for, and the pause is told', async () => {
  const { code, out, err } = await type('run', 'near', 'text=hello').ended
  expect(err).toMatch(
    /later {3}look .*\n {2}wait {4}[\d.]+ s, then it goes on by itself.*\n {2}start {3}look \(try 2\)/,
  )
  expect(out).toContain('hello')
  expect(code).toBe(0)
})

test('Ctrl-C leaves the pause: the run is told to go on later, and nothing is lost', async () => {
  const command = type('run', 'never', 'text=never')
  await command.says(/wait/)
  command.child.kill('SIGINT')
  const { code, err } = await command.ended
  expect(err).toContain('is running.')
  expect(err).toMatch(/Goes on at .*\nNext: keep 'soloist start' running/)
  expect(code).toBe(0)
})

test('a retry that is further away is only told', async () => {
  const { code, err } = await type('run', 'far', 'text=hello').ended
  expect(err).not.toContain('wait ')
  expect(err).toContain('Goes on at')
  expect(code).toBe(0)
})

test('at a desk that runs, the retry is waited for too', async () => {
  const desk = type('start', '--port', '0')
  await desk.says(/Desk:/)
  const { out, err } = await type('run', 'near', 'text=hello').ended
  expect(err).toMatch(/wait {4}[\d.]+ s/)
  expect(out).toContain('hello')
  desk.child.kill('SIGTERM')
  expect((await desk.ended).code).toBe(0)
})

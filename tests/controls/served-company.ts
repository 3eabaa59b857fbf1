import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const command = join(import.meta.dirname, '../../bin/soloist.js')

/** An event as the API lists it. */
export interface Told {
  readonly seq: number
  readonly at: number
  readonly kind: string
  readonly task: string | null
  readonly payload: Readonly<Record<string, unknown>> | null
}

/** A company of one writer that really runs: `soloist start`, the system's clock, a model behind a URL. */
export class ServedCompany {
  readonly folder = mkdtempSync(join(tmpdir(), 'soloist-served-'))
  #desk: ChildProcess | undefined

  constructor(modelUrl: string) {
    mkdirSync(join(this.folder, 'agents'))
    writeFileSync(join(this.folder, 'agents/writer.md'), 'Write.')
    writeFileSync(join(this.folder, 'soloist.config.ts'), config(modelUrl))
  }

  /** Starts the desk and waits until it says where it listens. */
  async serve(): Promise<void> {
    const desk = this.#spawn(['start', '--port', '0', '--company', this.folder])
    this.#desk = desk
    let said = ''
    await new Promise<void>((resolve, reject) => {
      const hear = (text: string): void => {
        said += text
        if (/^Desk: /m.test(said)) resolve()
      }
      desk.stdout?.setEncoding('utf8').on('data', hear)
      desk.stderr?.setEncoding('utf8').on('data', hear)
      desk.on('close', () => reject(new Error(`soloist start stopped:\n${said}`)))
    })
  }

  /** What a command prints, `--json`. Throws with all that it said when it fails. */
  async soloist<T>(...args: readonly string[]): Promise<T> {
    const child = this.#spawn([...args, '--json', '--company', this.folder])
    let out = ''
    let err = ''
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      out += text
    })
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      err += text
    })
    child.stdin?.end()
    const [code] = (await once(child, 'close')) as [number]
    if (code !== 0) throw new Error(`soloist ${args.join(' ')} ended with ${code}:\n${err}${out}`)
    return JSON.parse(out) as T
  }

  /** Asks the API. */
  async ask<T>(method: string, path: string, body?: object): Promise<T> {
    const { url, headers } = this.#address()
    const answer = await fetch(`${url}/api${path}`, {
      method,
      headers: { ...headers, 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`)
    return JSON.parse(text) as T
  }

  /** The first event after a place that fits, once it is there. */
  async event(after: number, fits: (event: Told) => boolean): Promise<Told> {
    const { url, headers } = this.#address()
    const hearing = new AbortController()
    const place = { ...headers, 'last-event-id': String(after) }
    const stream = await fetch(`${url}/api/events/stream`, { headers: place, signal: hearing.signal })
    try {
      for await (const _ of stream.body ?? []) {
        const found = (await this.events(after)).find(fits)
        if (found) return found
      }
    } finally {
      hearing.abort()
    }
    throw new Error('the desk went away')
  }

  async events(after: number): Promise<readonly Told[]> {
    return (await this.ask<{ items: Told[] }>('GET', `/events?after=${after}&limit=200`)).items
  }

  async lastSeq(): Promise<number> {
    return (await this.ask<{ lastSeq: number }>('GET', '/company/health')).lastSeq
  }

  async stop(): Promise<void> {
    const desk = this.#desk
    if (!desk || desk.exitCode !== null || desk.signalCode !== null) return
    const closed = once(desk, 'close')
    desk.kill('SIGTERM')
    await closed
  }

  async close(): Promise<void> {
    await this.stop()
    rmSync(this.folder, { recursive: true, force: true })
  }

  #address() {
    const { url } = JSON.parse(readFileSync(join(this.folder, '.soloist/desk.json'), 'utf8')) as { url: string }
    const token = readFileSync(join(this.folder, '.soloist/token'), 'utf8').trim()
    return { url, headers: { authorization: `Bearer ${token}` } }
  }

  #spawn(args: readonly string[]): ChildProcess {
    const { SOLOIST_CLOCK: _clock, ...env } = process.env
    return spawn(process.execPath, [command, ...args], {
      cwd: this.folder,
      env: { ...env, SOLOIST_VAULT_KEY: '00'.repeat(32), NODE_COMPILE_CACHE: join(this.folder, 'compiled') },
    })
  }
}

const config = (url: string): string => `import { agent, company, compatible, usd, workflow } from 'soloist'
import { z } from 'zod'

const Given = z.object({ about: z.string().default('tea') })
const writer = agent({
  name: 'writer', version: 1, does: 'Writes.', input: Given, output: z.object({ body: z.string() }),
  tier: 'quality', instructions: './writer.md',
})
const price = { perMillionIn: usd(1), perMillionOut: usd(10) }
const model = (name) => compatible({ name: 'local', url: '${url}', model: name, price, maxOutputTokens: 1000 })

export default company({
  name: 'Served',
  operator: { name: 'Op', email: 'op@example.org', timeZone: 'Europe/Berlin' },
  workflows: [
    workflow({ name: 'letters', input: Given, lane: 'background' }, (flow, given) =>
      flow.task('second', writer, { about: flow.task('first', writer, { about: given.get('about') }).get('body') }),
    ),
  ],
  agents: [writer],
  models: { quality: [model('best')], cheap: [model('small')] },
})
`

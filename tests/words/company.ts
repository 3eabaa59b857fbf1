import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { z } from 'zod'
import { serve } from '../../src/api/serve.ts'
import { agent, company, compatible, usd, workflow } from '../../src/index.ts'
import { commandsOf } from '../../src/os/commands.ts'
import { openParts } from '../../src/os/create.ts'
import type { Os } from '../../src/os/os.ts'
import { type ChatServer, chatServer, stream } from '../models/chat-server.ts'

const Given = z.object({ about: z.string() })
const Letter = z.object({ subject: z.string(), body: z.string() })
const writer = agent({
  name: 'writer',
  version: 1,
  does: 'Writes.',
  input: Given,
  output: Letter,
  tier: 'quality',
  instructions: './writer.md',
})
const flowOf = (name: string, lane: 'interactive' | 'background') =>
  workflow({ name, input: Given, lane }, (flow, given) => flow.task('write', writer, { about: given.get('about') }))

/** A company that writes a letter while somebody waits, with a model behind a real server that the test lets speak. */
export interface Speakers {
  readonly os: Os
  readonly folder: string
  /** Resolves with the next call of the model, which the test answers. */
  asked(): Promise<ServerResponse>
  /** The desk over HTTP: where it is, and what opens it. */
  address(): Promise<{ readonly url: string; readonly headers: Readonly<Record<string, string>> }>
}

export async function openSpeakers(): Promise<Speakers> {
  const folder = mkdtempSync(join(tmpdir(), 'soloist-words-'))
  mkdirSync(join(folder, 'agents'))
  writeFileSync(join(folder, 'agents/writer.md'), 'Write.')
  // Commands know a company by it; this one is opened with the config below.
  writeFileSync(join(folder, 'soloist.config.ts'), '')
  const calls: ServerResponse[] = []
  let arrived = Promise.withResolvers<void>()
  const server: ChatServer = await chatServer((response) => {
    calls.push(response)
    arrived.resolve()
  })
  const price = { perMillionIn: usd(1), perMillionOut: usd(10) }
  const config = company({
    name: 'Words',
    operator: { name: 'Op', email: 'op@example.org', timeZone: 'UTC' },
    workflows: [flowOf('letter', 'interactive'), flowOf('quiet', 'background')],
    agents: [writer],
    models: { quality: [compatible({ name: 'acme', url: server.url, model: 'm', price })] },
  })
  const os = commandsOf(await openParts(folder, config, { SOLOIST_VAULT_KEY: '07'.repeat(32) }))
  onTestFinished(async () => {
    await os.close()
    await server.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return {
    os,
    folder,
    async asked() {
      while (calls.length === 0) {
        arrived = Promise.withResolvers()
        await arrived.promise
      }
      return calls.shift() as ServerResponse
    },
    async address() {
      const desk = await serve(os, { port: 0 })
      onTestFinished(() => desk.close())
      const token = readFileSync(join(folder, '.soloist', 'token'), 'utf8').trim()
      return { url: desk.url, headers: { authorization: `Bearer ${token}` } }
    },
  }
}

/** A piece of the answer leaves; the rest is still to come. */
export function say(response: ServerResponse, content: string): void {
  stream(response, [{ content }], 'open')
}

/** The last piece. */
export function finish(response: ServerResponse, content: string): void {
  stream(response, [{ content }])
}

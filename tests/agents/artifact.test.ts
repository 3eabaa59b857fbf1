import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { type AgentSpec, agent, pure } from '../../src/agents/agent.ts'
import { agentArtifact, functionArtifact } from '../../src/agents/artifact.ts'
import { minutes } from '../../src/values/time.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'soloist-agents-'))
  await mkdir(join(folder, 'agents'))
  await write('writer.md', 'Write well.\n')
  await write('code.ts', 'export const run = () => 1\n')
})

afterEach(() => rm(folder, { recursive: true }))

type Spec = AgentSpec<{ topic: string }, { text: string }>
const spec: Spec = {
  name: 'writer',
  version: 1,
  does: 'Writes.',
  input: z.object({ topic: z.string() }),
  output: z.object({ text: z.string() }),
  tier: 'standard',
  instructions: './writer.md',
}

test('the same content has the same hash, wherever and however often it is made', async () => {
  const first = await make(spec)
  expect(first.hash).toMatch(/^[0-9a-f]{64}$/)
  expect((await make({ ...spec, input: z.object({ topic: z.string() }) })).hash).toBe(first.hash)
  await write('copy.md', '\uFEFFWrite well.\r\n')
  expect((await make({ ...spec, instructions: 'copy.md' })).hash).toBe(first.hash)
  expect(first.body.instructions).toBe('Write well.\n')
  expect(JSON.parse(JSON.stringify(first.body))).toEqual(first.body)
})

test('each thing that decides what an agent does changes its hash', async () => {
  await write('other.md', 'Write better.\n')
  const mail = { kind: 'action' as const, name: 'mail.send', input: z.object({}), output: z.object({}) }
  const changes: Partial<Spec>[] = [
    {},
    { name: 'author' },
    { version: 2 },
    { does: 'Writes more.' },
    { input: z.object({ topic: z.string().min(1) }) },
    { output: z.object({ text: z.string().max(9) }) },
    { tier: 'cheap' },
    { instructions: 'other.md' },
    { allow: [mail] },
    { budget: { time: minutes(1) } },
    { maxTurns: 3 },
    { recall: { snapshot: 200 } },
    { recall: { snapshot: 200, purpose: 'write to them' } },
    { run: './code.ts' },
  ]
  const hashes = await Promise.all(changes.map(async (change) => (await make({ ...spec, ...change })).hash))
  expect(new Set(hashes).size).toBe(changes.length)
})

test('a function is known by its source text', () => {
  const number = z.object({ n: z.number() })
  const base = { name: 'f', does: 'Adds.', input: number, output: number }
  const one = functionArtifact(pure({ ...base, run: ({ n }) => ({ n: n + 1 }) }))
  const same = functionArtifact(pure({ ...base, run: ({ n }) => ({ n: n + 1 }) }))
  const two = functionArtifact(pure({ ...base, run: ({ n }) => ({ n: n + 2 }) }))
  expect(same.hash).toBe(one.hash)
  expect(two.hash).not.toBe(one.hash)
  expect(one.body.source).toContain('n + 1')
})

test.each(['./gone.md', '../secret.md', '/etc/hostname', '.', '', 'link.md', 'writer.md/x', 'a\0b'])(
  'instructions at %j are missing: not there, or outside the folder',
  async (instructions) => {
    await writeFile(join(folder, 'secret.md'), 'secret')
    await symlink(join(folder, 'secret.md'), join(folder, 'agents', 'link.md'))
    await expect(make({ ...spec, instructions })).rejects.toMatchObject({
      fault: { code: 'agent.missing-instructions', about: { agent: 'writer' } },
    })
  },
)

test('instructions as long as a book are refused', async () => {
  await write('long.md', 'x'.repeat(300_000))
  await expect(make({ ...spec, instructions: 'long.md' })).rejects.toMatchObject({ fault: { code: 'input.too-large' } })
})

test('an agent that is code is published with its source', async () => {
  await write('risk.ts', 'export const run = () => 1\n')
  expect((await make({ ...spec, run: './risk.ts' })).body.code).toBe('export const run = () => 1\n')
})

function make(from: Spec) {
  return agentArtifact(agent(from), join(folder, 'agents'))
}

function write(name: string, text: string): Promise<void> {
  return writeFile(join(folder, 'agents', name), text)
}

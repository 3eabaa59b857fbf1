import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { agent, workflow } from '../../src/index.ts'
import type { AgentView } from '../../src/os/queries/agents.ts'
import type { Difference } from '../../src/os/queries/body-diff.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'
import { Refusal } from '../../src/values/fault.ts'
import { provider, shop } from '../executor/shop.ts'
import { echo, flows, Given, lived, newFolder, openIn, type ReleaseCompany, Text, writer } from './company.ts'

let company: ReleaseCompany
afterEach(() => company?.close())

const faultOf = async (asked: Promise<unknown>) => {
  const error = await asked.then(
    () => undefined,
    (caught: unknown) => caught,
  )
  return error instanceof Refusal ? error.fault : undefined
}
const release = (version: string) =>
  company.call('releases.set', { agent: 'writer', shares: [{ version, share: 100 }], why: 'a test' })
const single = (by: Parameters<typeof flows>[0]) => ({ workflows: [flows(by)[0]!] })

test('a version whose schemas are no longer in the folder runs by those that are kept', async () => {
  const old = writer(3, { output: z.object({ body: z.string().max(5) }) })
  company = await openIn(
    await lived([old]),
    single(writer(4)),
    scriptedModel([{ output: { body: 'too long' } }, { output: { body: 'brief' } }]),
  )
  await release('3')
  const run = await company.run('write')
  expect(await company.body(run)).toBe('brief')
  expect(company.model.calls).toHaveLength(2)
})

test('a version whose schema does more than JSON Schema says runs with its code, and is refused without it', async () => {
  const checked = Text.refine((text) => text.body !== 'v2 1', 'not that one')
  const folder = await lived([writer(3, { output: checked, instructions: './writer-2.md' })])
  // The schema still says the same as JSON: the code's own is used, with its check.
  company = await openIn(folder, single(writer(4, { output: checked })))
  await release('3')
  expect(await company.body(await company.run('write'))).toBe('v2 2')
  await company.close()
  company = await openIn(folder, single(writer(4, { output: Text.extend({ more: z.string().optional() }) })))
  await company.call('releases.undo', { agent: 'writer', why: 'a test' })
  expect(await faultOf(release('3'))).toMatchObject({ code: 'release.needs-code', about: { version: '3' } })
})

test('a version that does not fit a workflow is not released, and no run is moved to it', async () => {
  const folder = await lived([writer(3, { output: z.object({ body: z.string() }) })])
  const rich = agent({ ...base, version: 4, output: z.object({ body: z.string(), title: z.string() }) })
  const titled = workflow({ name: 'titled', input: Given }, (flow, given) => {
    const text = flow.task('work', rich, { about: given.get('about') })
    return flow.task('again', writerOf, { about: text.get('title') })
  })
  company = await openIn(
    folder,
    { workflows: [titled] },
    scriptedModel(() => ({ output: { body: 'b', title: 't' } })),
  )
  expect(await faultOf(release('3'))).toMatchObject({ code: 'release.unfit', about: { plan: 'the workflow titled' } })
  const run = await company.run('titled')
  expect(await faultOf(company.call('releases.move', { run, agent: 'writer', version: '3', why: 'x' }))).toMatchObject({
    code: 'release.unfit',
  })
})
const base = { name: 'writer', does: 'Writes.', input: Given, tier: 'standard', instructions: './writer-4.md' } as const
const writerOf = agent({ ...base, name: 'echo', version: 1, output: Text })

test('a version may use the tools that it could use then, also when the folder allows it none', async () => {
  const corner = provider('key')
  const folder = newFolder()
  const able = writer(3, { allow: [shop.note] })
  const tooled = () =>
    scriptedModel(({ index }) =>
      index === 0 ? { tools: [{ name: 'shop.note', input: { to: 'ana', text: 'hi' } }] } : { output: { body: 'done' } },
    )
  company = await openIn(folder, { workflows: flows(able), adapters: [corner.adapter] }, tooled())
  await company.run('write')
  await company.close()
  company = await openIn(folder, { workflows: flows(writer(4)), adapters: [corner.adapter] }, tooled())
  await release('3')
  expect(await company.body(await company.run('write'))).toBe('done')
  expect(corner.acted).toEqual(['note ana: hi', 'note ana: hi'])
  await company.close()
  company = await openIn(folder, { workflows: flows(writer(4)) })
  expect(await faultOf(company.run('write'))).toMatchObject({ code: 'release.needs-code', about: { version: '3' } })
})

test('a run goes on with the agent that it is pinned to after that has left the folder', async () => {
  const folder = newFolder()
  company = await openIn(folder, { workflows: flows(writer(3)) })
  const run = await company.run('twice')
  await company.close()
  company = await openIn(folder, { workflows: [] }, echo())
  const [look] = await company.gates()
  await company.os.decide(look!.id, { verdict: 'approved' })
  await company.os.idle()
  expect(await company.body(run)).toBe('v3 1')
})

test('an agent that is code is released like any other, and runs from what is kept of it', async () => {
  const folder = newFolder()
  const coded = (version: number) => writer(version, { run: `./writer-${version}.ts` })
  mkdirSync(join(folder, 'agents'), { recursive: true })
  for (const version of [3, 4])
    writeFileSync(
      join(folder, 'agents', `writer-${version}.ts`),
      `export const run = ({ about }: { about: string }) => ({ body: \`v${version} \${about}\` })`,
    )
  company = await openIn(folder, { workflows: flows(coded(3)) })
  expect(await company.body(await company.run('write'))).toBe('v3 tea')
  await company.close()
  company = await openIn(folder, { workflows: flows(coded(4)) })
  await release('3')
  expect(await company.body(await company.run('write'))).toBe('v3 tea')
})

test('agents are listed, shown by version or hash, and compared', async () => {
  company = await openIn(await lived([writer(3), writer(4)]), { workflows: flows(writer(5, { tier: 'quality' })) })
  expect(await company.call('agents.list')).toEqual({
    items: [{ name: 'writer', folder: 5, versions: 3, takes: 'v5 100 %' }],
  })
  const four = await company.call<AgentView>('agents.show', { agent: 'writer', version: '4' })
  expect(four.body.instructions).toBe('Speak as v4.')
  expect(four.versions.map((one) => [one.version, one.published, one.inFolder])).toEqual([
    [5, false, true],
    [4, true, false],
    [3, true, false],
  ])
  const byHash = await company.call<AgentView>('agents.show', { agent: 'writer', version: four.shown.hash.slice(0, 8) })
  expect(byHash.shown).toEqual(four.shown)
  const { differences } = await company.call<{ differences: Difference[] }>('agents.diff', {
    agent: 'writer',
    from: '4',
    to: '5',
  })
  expect(differences.map((one) => one.part)).toEqual(['instructions', 'tier', 'version'])
  expect(differences[0]?.lines).toEqual([
    { sign: '-', text: 'Speak as v4.' },
    { sign: '+', text: 'Speak as v5.' },
  ])
  expect(await faultOf(company.call('agents.show', { agent: 'writr' }))).toMatchObject({ code: 'input.unknown' })
})

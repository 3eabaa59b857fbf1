import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { agentCard, difference } from '../../src/cli/commands/agents.ts'
import { agentOf } from '../../src/executor/pinned-agent.ts'
import { listFiles } from '../../src/os/archive/company-files.ts'
import { placesOf } from '../../src/os/places.ts'
import type { AgentView } from '../../src/os/queries/agents.ts'
import type { Difference } from '../../src/os/queries/body-diff.ts'
import { versionsOf } from '../../src/os/versions.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'
import {
  heard,
  offers,
  open,
  openSkilled,
  type Skilled,
  skilled,
  skillText,
  tempFolder,
  writeSkill,
} from './skilled.ts'

let company: Skilled
afterEach(() => company?.close())

const changed = { 'SKILL.md': skillText('house-offers', 'shop.note', 'The new way.') }
/** Opens the skill and answers with what it says. */
const reader = () => {
  const model = scriptedModel(({ index }) => {
    if (!model.calls[index]?.options.prompt.some((message) => message.role === 'tool'))
      return { tools: [open('house-offers')] }
    return { output: { body: /"instructions":"([^"]*)"/.exec(heard(model, index))?.[1] ?? 'none' } }
  })
  return model
}
const openWith = async (folder: string, skills: readonly string[] = ['house-offers'], version = 1) => {
  company = await openSkilled(folder, skilled(skills, version), reader())
  return company
}
const published = async () =>
  (await company.kernel.journal.page({ after: 0, limit: 1000, kind: 'artifact.published' })).flatMap((event) =>
    event.kind === 'artifact.published' && event.payload ? [event.payload] : [],
  )
const first = 'Look it up, then note it. See prices.md.'

test('a skill is kept with the first version that uses it, once, under the hash that the version names', async () => {
  const folder = tempFolder()
  writeSkill(folder, 'house-offers', offers)
  await openWith(folder)
  await company.run('write')
  await company.close()
  await openWith(folder, ['house-offers'], 2)
  await company.run('write')
  const all = await published()
  expect(all.map(({ kind, name, version }) => [kind, name, version])).toEqual([
    ['skill', 'house-offers', 1],
    ['agent', 'writer', 1],
    ['agent', 'writer', 2],
  ])
  const [skill, agent] = all
  expect(agent?.body).toMatchObject({ skills: [{ name: 'house-offers', hash: skill?.hash }] })
  expect(await company.kernel.shelf.skill(skill?.hash ?? '')).toEqual(skill?.body)
  expect(await company.kernel.shelf.skill(agent?.hash ?? '')).toBeUndefined()
})

test('a run goes on with the skill as it was when it began, also when that has changed or is gone', async () => {
  const folder = tempFolder()
  writeSkill(folder, 'house-offers', offers)
  await openWith(folder)
  const run = await company.run('twice')
  await company.close()
  writeSkill(folder, 'house-offers', changed)
  await openWith(folder)
  expect(await company.body(await company.run('write'))).toBe('The new way.')
  await company.close()
  rmSync(join(folder, 'skills'), { recursive: true })
  await openWith(folder, [])
  const [look] = await company.gates()
  await company.os.decide(look!.id, { verdict: 'approved' })
  await company.os.idle()
  expect(await company.body(run)).toBe(first)
})

test('an older version is released with its older skill, and a changed skill is another version of the agent', async () => {
  const folder = tempFolder()
  writeSkill(folder, 'house-offers', offers)
  await openWith(folder)
  await company.run('write')
  await company.close()
  writeSkill(folder, 'house-offers', changed)
  await openWith(folder)
  const [now, before] = await versionsOf(company.kernel, 'writer')
  expect([now?.artifact.version, before?.artifact.version]).toEqual([1, 1])
  const [from, to] = [before!.artifact.hash.slice(0, 12), now!.artifact.hash.slice(0, 12)]
  const old = agentOf(company.kernel, before!.artifact.hash, before!.artifact.body)
  expect(old).toMatchObject({ name: 'writer', skills: ['house-offers'] })
  const { differences } = await company.call<{ differences: Difference[] }>('agents.diff', {
    agent: 'writer',
    from,
    to,
  })
  expect(differences.map((one) => one.part)).toEqual(['skills'])
  expect(differences.map(difference).join('')).toContain(now!.artifact.body.skills?.[0]?.hash)
  await company.call('releases.set', { agent: 'writer', shares: [{ version: from, share: 100 }], why: 'a test' })
  expect(await company.body(await company.run('write'))).toBe(first)
})

test('a version is shown with its skills and their hashes', async () => {
  const folder = tempFolder()
  writeSkill(folder, 'house-offers', offers)
  await openWith(folder)
  const { body } = await company.call<AgentView>('agents.show', { agent: 'writer' })
  expect(body.skills).toEqual([{ name: 'house-offers', hash: expect.stringMatching(/^[0-9a-f]{64}$/) }])
  const card = agentCard(await company.call<AgentView>('agents.show', { agent: 'writer' }))
  expect(card).toContain(`house-offers ${body.skills?.[0]?.hash.slice(0, 12)}`)
})

test('an archive takes the skills along', async () => {
  const folder = tempFolder()
  writeSkill(folder, 'house-offers', offers)
  await openWith(folder)
  const files = listFiles(placesOf(folder, '.soloist')).map((file) => file.path)
  expect(files).toEqual(expect.arrayContaining(['skills/house-offers/SKILL.md', 'skills/house-offers/prices.md']))
})
